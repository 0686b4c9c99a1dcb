"""The signed archive of a package: one file, the same bytes for the same contents and key.

A ZIP without compression, entries in order, dates and rights fixed: any tool opens it, and nothing can expand.
`MANIFEST.json` lists the SHA-256 of every file, `SIGNATURE.jws` signs exactly those bytes: compact JWS with detached
payload (RFC 7515 Appendix F), algorithm Ed25519 (RFC 9864), `kid` the key's thumbprint (RFC 7638): `signing.py`.
Reading accepts only what building would have written, byte for byte; everything else that a ZIP can hide (links,
duplicate or foreign entries, comments, data before and after) is refused by that.
"""

import hashlib
import io
import json
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import Fault, PackageRefused, refuse
from stadttor.catalog.rules.files import Files, check_files, check_path
from stadttor.catalog.rules.semver import parse_version

MANIFEST = "MANIFEST.json"
SIGNATURE = "SIGNATURE.jws"
_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True)
class TrustedKey:
    """A public key and the names it may sign: package ids that begin with `namespace` (a reverse domain)."""

    public_jwk: Mapping[str, Any]
    publisher: str
    namespace: str

    @property
    def kid(self) -> str:
        """The thumbprint (RFC 7638 §3.2): SHA-256 of the members an OKP key must have, in the order of their names."""
        members = {name: self.public_jwk[name] for name in ("crv", "kty", "x")}
        canonical = json.dumps(members, separators=(",", ":")).encode()
        return urlsafe_b64encode(hashlib.sha256(canonical).digest()).rstrip(b"=").decode()

    def may_sign(self, package_id: str) -> bool:
        return package_id.startswith(self.namespace.rstrip(".") + ".")


@dataclass(frozen=True)
class Opened:
    """An archive whose form is right; who signed it is not yet known. `sha256` of the whole archive, hexadecimal."""

    files: Files
    id: str
    version: str
    sha256: str
    manifest: bytes
    signature: str


def manifest_of(files: Files, package_id: str, version: str) -> bytes:
    """The sums of all files, as they are signed."""
    sums = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
    content = {"files": sums, "format": 1, "id": package_id, "version": version}
    return json.dumps(content, indent=1, sort_keys=True).encode() + b"\n"


def pack(files: Files, manifest: bytes, signature: str) -> bytes:
    """The one ZIP there is of these contents."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
        for path, content in [(MANIFEST, manifest), (SIGNATURE, signature.encode()), *sorted(files.items())]:
            info = zipfile.ZipInfo(path, _DATE)
            info.create_system = 3
            info.external_attr = _PLAIN_FILE
            archive.writestr(info, content)
    return out.getvalue()


def open_archive(archive: bytes) -> Opened:
    """Read an archive and compare every sum. Trusts nobody yet. Raises PackageRefused."""
    entries = _unpack(archive)
    manifest, signature = entries.pop(MANIFEST, b""), entries.pop(SIGNATURE, b"")
    if not signature or not manifest:
        raise refuse(SIGNATURE, 0, "The archive is not signed.", "Build it with `stadttor package build --key`.")
    package_id, version, sums = _read_manifest(manifest)
    if faults := [*check_files(entries), *_compare(entries, sums)]:
        raise PackageRefused(faults)
    text = signature.decode("ascii", "replace")
    if pack(entries, manifest, text) != archive:
        raise refuse("archive", 0, "The archive holds something besides its files.", "Build it again.")
    return Opened(entries, package_id, version, hashlib.sha256(archive).hexdigest(), manifest, text)


def _unpack(archive: bytes) -> dict[str, bytes]:
    if len(archive) > limits.ARCHIVE_BYTES:
        raise refuse("archive", 0, f"The archive is larger than {limits.ARCHIVE_BYTES:,} bytes.", "Make it smaller.")
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            infos = opened.infolist()
            if faults := [fault for info in infos for fault in _check_entry(info)] + _check_entries(infos):
                raise PackageRefused(faults)
            return {info.filename: opened.read(info) for info in infos}
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise refuse(
            "archive", 0, "This is no package archive, or it is damaged.", "Build it with `stadttor package build`."
        ) from error


def _check_entries(infos: list[zipfile.ZipInfo]) -> list[Fault]:
    names = [info.filename for info in infos]
    if len(names) > limits.FILES + 2:
        return [Fault("archive", 0, f"More than {limits.FILES} files.", "Remove files.")]
    return [Fault(ascii(name)[1:-1], 0, "This file is there twice.", "Build the archive again.")
            for name in sorted({name for name in names if names.count(name) > 1})]  # fmt: skip


def _check_entry(info: zipfile.ZipInfo) -> Iterable[Fault]:
    name = ascii(info.filename)[1:-1]
    if info.filename not in (MANIFEST, SIGNATURE) and (fault := check_path(info.filename)):
        yield fault
    if info.external_attr != _PLAIN_FILE:
        kind = "a link" if info.external_attr >> 28 == 0o12 else "not an ordinary file"
        yield Fault(name, 0, f"This is {kind}.", "Build the archive with `stadttor package build`.")
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        yield Fault(name, 0, "This file is compressed.", "Build the archive with `stadttor package build`.")
    if info.file_size > limits.FILE_BYTES:
        yield Fault(name, 0, f"Larger than {limits.FILE_BYTES:,} bytes.", "Make it smaller.")


def _read_manifest(manifest: bytes) -> tuple[str, str, Mapping[str, str]]:
    broken = refuse(MANIFEST, 0, "The list of sums cannot be read.", "Build the archive again.")
    if len(manifest) > limits.MANIFEST_BYTES:
        text = f"The list of sums is larger than {limits.MANIFEST_BYTES:,} bytes."
        raise refuse(MANIFEST, 0, text, "Build the archive again.")
    try:
        found = json.loads(manifest)
        package_id, version, sums = found["id"], found["version"], found["files"]
        parse_version(version)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise broken from None
    if not isinstance(package_id, str) or not isinstance(sums, dict):
        raise broken
    return package_id, version, sums


def _compare(files: Files, sums: Mapping[str, str]) -> Iterable[Fault]:
    for path in sorted(files.keys() | sums.keys()):
        if path not in sums:
            yield Fault(path, 0, "This file was added after signing.", "Get the archive again from its publisher.")
        elif path not in files:
            yield Fault(ascii(path)[1:-1], 0, "This file is missing.", "Get the archive again from its publisher.")
        elif hashlib.sha256(files[path]).hexdigest() != sums[path]:
            yield Fault(path, 0, "This file was changed after signing.", "Get the archive again from its publisher.")
