import dataclasses
import io
import json
import zipfile
from pathlib import Path

import pytest
from joserfc import jws

from stadttor.catalog import archive as archives
from stadttor.catalog import signing
from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.files import read_folder

FILES = {"package.yaml": b"format: 1\n", "form.yaml": b"pages: []\n", "texts/de.yaml": b"title: Parken\n"}
NAME = "de.example.parken"
KEY = signing.read_key(
    json.dumps({"kty": "OKP", "crv": "Ed25519",
                "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"})
)  # fmt: skip
"""The key of RFC 8037 Appendix A."""
PUBLISHER = archives.TrustedKey(dict(KEY.as_dict(private=False)), "Stadttor-Redaktion", "de.example")


def built(files: dict[str, bytes] = FILES, version: str = "1.0.0", name: str = NAME) -> bytes:
    return signing.build(files, name, version, KEY)


def repacked(change: dict[str, bytes], *, drop: tuple[str, ...] = (), attributes: int = 0o100644 << 16) -> bytes:
    """The archive with some entries replaced, added or left out, as an attacker would write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(built())) as before, zipfile.ZipFile(out, "w") as after:
        entries = {info.filename: before.read(info) for info in before.infolist()} | change
        for path, content in entries.items():
            if path not in drop:
                info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
                info.external_attr = attributes if path in change else 0o100644 << 16
                info.create_system = 3
                after.writestr(info, content)
    return out.getvalue()


def refused(archive: bytes, trusted: tuple[archives.TrustedKey, ...] = (PUBLISHER,), newest: str | None = None) -> str:
    with pytest.raises(PackageRefused) as caught:
        signing.verify(archive, trusted, newest)
    return str(caught.value)


def resigned(**header: str) -> bytes:
    """The archive with a signature whose header says something else."""
    manifest = zipfile.ZipFile(io.BytesIO(built())).read(archives.MANIFEST)
    protected = {"alg": "Ed25519", "kid": KEY.thumbprint(), "typ": signing.MEDIA_TYPE} | header
    signed = jws.serialize_compact(protected, manifest, KEY, algorithms=["Ed25519", "EdDSA"])
    return archives.pack(FILES, manifest, jws.detach_content(signed))


def test_the_same_package_gives_the_same_bytes() -> None:
    backwards = dict(reversed(FILES.items()))
    assert built() == built(backwards)


def test_a_trusted_archive_is_read_back() -> None:
    verified = signing.verify(built(), [PUBLISHER])
    assert (verified.files, verified.id, verified.version) == (FILES, NAME, "1.0.0")
    assert verified.signer == PUBLISHER


def test_every_single_changed_byte_is_noticed() -> None:
    archive = built()
    for place in range(0, len(archive), 7):
        changed = archive[:place] + bytes([archive[place] ^ 1]) + archive[place + 1 :]
        with pytest.raises(PackageRefused):
            signing.verify(changed, [PUBLISHER])


def test_a_changed_file_is_named() -> None:
    assert "form.yaml: This file was changed after signing" in refused(repacked({"form.yaml": b"pages: [1]\n"}))


def test_an_added_file_is_named() -> None:
    assert "fees.yaml: This file was added after signing" in refused(repacked({"fees.yaml": b"[]"}))


def test_a_missing_file_is_named() -> None:
    assert "texts/de.yaml: This file is missing" in refused(repacked({}, drop=("texts/de.yaml",)))


def test_an_unsigned_archive_is_refused() -> None:
    assert "not signed" in refused(repacked({}, drop=(archives.SIGNATURE,)))


def test_an_unknown_signer_is_refused() -> None:
    assert "signer is unknown" in refused(built(), trusted=())


def test_a_foreign_key_under_a_known_name_is_refused() -> None:
    stranger = signing.new_key()
    manifest = zipfile.ZipFile(io.BytesIO(built())).read(archives.MANIFEST)
    header = {"alg": "Ed25519", "kid": KEY.thumbprint(), "typ": signing.MEDIA_TYPE}
    signed = jws.serialize_compact(header, manifest, stranger, algorithms=["Ed25519"])
    forged = archives.pack(FILES, manifest, jws.detach_content(signed))
    assert "signature does not belong" in refused(forged)


def test_a_publisher_signs_only_below_its_own_name() -> None:
    other = dataclasses.replace(PUBLISHER, namespace="de.exam")
    assert "below `de.exam` only" in refused(built(), (other,))


def test_a_lower_version_than_the_newest_is_refused() -> None:
    assert "1.9.0 is older than 1.10.0" in refused(built(version="1.9.0"), newest="1.10.0")


def test_the_newest_version_again_is_accepted() -> None:
    assert signing.verify(built(), [PUBLISHER], "1.0.0").version == "1.0.0"


def test_another_algorithm_is_refused() -> None:
    assert "Only Ed25519 signatures" in refused(resigned(alg="EdDSA"))


def test_a_signature_made_for_something_else_is_refused() -> None:
    assert "Only Ed25519 signatures of packages" in refused(resigned(typ="JWT"))


def test_a_signature_without_algorithm_is_refused() -> None:
    assert "Only Ed25519" in refused(repacked({archives.SIGNATURE: b"eyJhbGciOiJub25lIn0.."}))


@pytest.mark.parametrize(
    "path",
    ["../evil.yaml", "texts/../../evil.yaml", "/etc/passwd", "C:\\evil.yaml", "texts\\..\\..\\evil.yaml"],
)
def test_paths_outside_the_package_are_refused(path: str) -> None:
    said = refused(repacked({path: b"x"}))
    assert "leads outside" in said or "absolute" in said


@pytest.mark.parametrize(
    "path",
    ["evil.py", "letters/run.sh", "texts/DE.yaml", "texts/de.yaml/x", "texts/‮lmay.ed", "examples/", "PACKAGE.YAML"],
)
def test_names_outside_the_layout_are_refused(path: str) -> None:
    assert "no file of this name" in refused(repacked({path: b"x"}))


def test_a_link_is_refused() -> None:
    assert "This is a link" in refused(repacked({"letters/a.typ": b"/etc/passwd"}, attributes=0o120777 << 16))


def test_a_file_twice_is_refused() -> None:
    out = io.BytesIO(built())
    with zipfile.ZipFile(out, "a") as opened, pytest.warns(UserWarning, match="Duplicate"):
        opened.writestr("form.yaml", b"pages: [evil]")
    assert "there twice" in refused(out.getvalue())


def test_a_compressed_bomb_is_refused_unread() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("form.yaml", b"0" * (limits.FILE_BYTES + 1))
    assert "compressed" in refused(out.getvalue())


def test_bytes_before_and_after_are_refused() -> None:
    assert "besides its files" in refused(built() + b"PK evil")
    assert "besides its files" in refused(b"#!/bin/sh\n" + built())


def test_a_comment_is_refused() -> None:
    out = io.BytesIO(built())
    with zipfile.ZipFile(out, "a") as opened:
        opened.comment = b"evil"
    assert "besides its files" in refused(out.getvalue())


def test_too_many_files_are_refused() -> None:
    many = {f"examples/e{number}.yaml": b"x" for number in range(limits.FILES + 1)}
    assert f"More than {limits.FILES} files" in refused(repacked(many))


def test_a_huge_archive_is_refused_unread() -> None:
    assert "larger than" in refused(b"\0" * (limits.ARCHIVE_BYTES + 1))


def test_something_else_is_refused() -> None:
    assert "no package archive" in refused(b"hello")


def test_a_manifest_of_the_wrong_shape_is_refused() -> None:
    assert "cannot be read" in refused(repacked({archives.MANIFEST: b"[" * 100_000}))


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return folder


def folder_refused(folder: Path) -> str:
    with pytest.raises(PackageRefused) as caught:
        read_folder(folder)
    return str(caught.value)


def test_a_folder_is_read_without_hidden_files(tmp_path: Path) -> None:
    assert read_folder(written(tmp_path, {**FILES, ".git/config": b"x", "texts/.de.swp": b"x"})) == FILES


def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    written(tmp_path, FILES)
    (tmp_path / "fees.yaml").symlink_to("/etc/passwd")
    assert "fees.yaml: This is a link" in folder_refused(tmp_path)


def test_a_linked_folder_is_not_followed(tmp_path: Path) -> None:
    written(tmp_path, FILES)
    (tmp_path / "letters").symlink_to("/etc")
    assert "letters: This is a link" in folder_refused(tmp_path)


def test_a_pipe_in_a_folder_does_not_block(tmp_path: Path) -> None:
    import os

    written(tmp_path, FILES)
    os.mkfifo(tmp_path / "fees.yaml")
    assert "not an ordinary file" in folder_refused(tmp_path)


def test_missing_files_are_named(tmp_path: Path) -> None:
    assert "texts/de.yaml: This file is missing" in folder_refused(written(tmp_path, {"form.yaml": b"x"}))


def test_a_key_is_called_by_its_thumbprint() -> None:
    assert PUBLISHER.kid == KEY.thumbprint()
