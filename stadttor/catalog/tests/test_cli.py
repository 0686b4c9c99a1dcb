from datetime import datetime
from pathlib import Path

import pytest

from stadttor.catalog import queries
from stadttor.catalog.cli import main
from stadttor.catalog.demo import load_packages


def run(*argv: object) -> int:
    return main([str(one) for one in argv])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    assert run("new", tmp_path / "hund", "--id", "de.example.hundesteuer") == 0
    return tmp_path / "hund"


def test_a_new_package_passes_the_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", folder) == 0
    assert "de.example.hundesteuer 0.1.0: no faults." in capsys.readouterr().out


def test_an_unusable_name_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    assert run("new", tmp_path / "x", "--id", "Hundesteuer") == 1
    assert not (tmp_path / "x").exists()


def test_a_folder_with_files_is_left_alone(folder: Path) -> None:
    assert run("new", folder, "--id", "de.example.anders") == 1


def test_a_fault_is_printed_with_place_and_mend(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "fees.yaml").write_text("- {id: x, cents: p.nichts, text: genehmigung}\n")
    assert run("check", folder) == 1
    said = capsys.readouterr().err
    assert said.startswith("fees.yaml:1: ")
    assert "Mend: " in said


def test_build_and_verify(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, archive = tmp_path / "key.jwk", tmp_path / "hund.zip"
    assert run("keygen", key, "--publisher", "Stadt Muster", "--namespace", "de.example") == 0
    assert key.stat().st_mode & 0o077 == 0
    assert run("build", folder, "--key", key, "--to", archive) == 0
    assert run("verify", archive, "--trust", tmp_path / "key.trust.json") == 0
    assert "unchanged, signed by Stadt Muster" in capsys.readouterr().out


def test_a_changed_archive_is_refused(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, archive = tmp_path / "key.jwk", tmp_path / "hund.zip"
    run("keygen", key, "--publisher", "Stadt Muster", "--namespace", "de.example")
    run("build", folder, "--key", key, "--to", archive)
    archive.write_bytes(archive.read_bytes().replace(b"title: Muster", b"title: Munter"))
    assert run("verify", archive, "--trust", tmp_path / "key.trust.json") == 1
    assert "damaged" in capsys.readouterr().err


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    assert run("keygen", tmp_path / "k", "--publisher", "A", "--namespace", "de.a") == 0
    before = (tmp_path / "k").read_bytes()
    assert run("keygen", tmp_path / "k", "--publisher", "A", "--namespace", "de.a") == 1
    assert (tmp_path / "k").read_bytes() == before


def test_a_public_key_cannot_sign(folder: Path, tmp_path: Path) -> None:
    public = tmp_path / "public.jwk"
    public.write_text('{"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}')
    assert run("build", folder, "--key", public, "--to", tmp_path / "x.zip") == 1


def test_a_trust_file_with_a_private_key_is_refused(folder: Path, tmp_path: Path) -> None:
    key = tmp_path / "key.jwk"
    run("keygen", key, "--publisher", "A", "--namespace", "de.example")
    wrong = tmp_path / "wrong.json"
    wrong.write_text(f'{{"publisher": "A", "namespace": "de.example", "public_jwk": {key.read_text()}}}')
    assert run("verify", tmp_path / "any.zip", "--trust", wrong) == 1


def test_a_missing_file_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", tmp_path / "none.zip", "--trust", tmp_path / "none.json") == 1
    assert "none.json: No such file" in capsys.readouterr().err


def test_wrong_use_is_code_2() -> None:
    assert run("frobnicate") == 2


@pytest.mark.db
def test_trust_and_publish(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key, archive = tmp_path / "key.jwk", tmp_path / "hund.zip"
    run("keygen", key, "--publisher", "Stadt Muster", "--namespace", "de.example")
    run("build", folder, "--key", key, "--to", archive)
    assert run("publish", archive) == 1
    assert "signer is unknown" in capsys.readouterr().err
    assert run("trust", tmp_path / "key.trust.json") == 0
    assert run("publish", archive) == 0
    assert [row.slug for row in queries.versions()] == ["hundesteuer"]


@pytest.mark.db
def test_the_demo_publishes_folders_once_and_labels_them(tmp_path: Path, now: datetime) -> None:
    assert run("new", tmp_path / "packages" / "hund", "--id", "de.stadttor.hundesteuer") == 0
    first = load_packages(tmp_path / "packages", keys=tmp_path / "keys", now=now)
    again = load_packages(tmp_path / "packages", keys=tmp_path / "keys", now=now)
    assert [one.is_new for one in first + again] == [True, False]
    assert all(row.is_demo for row in queries.versions())
    # The studio published a later one, and the demo is started again.
    later = tmp_path / "later" / "hund"
    later.parent.mkdir()
    (tmp_path / "packages" / "hund").rename(later)
    manifest = later / "package.yaml"
    manifest.write_text(manifest.read_text().replace("version: 0.1.0", "version: 0.2.0"))
    assert len(load_packages(later.parent, keys=tmp_path / "keys", now=now)) == 1
    manifest.write_text(manifest.read_text().replace("version: 0.2.0", "version: 0.1.0"))
    assert load_packages(later.parent, keys=tmp_path / "keys", now=now) == []
