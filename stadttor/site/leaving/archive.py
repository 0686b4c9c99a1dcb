"""The file of an export: a ZIP with `SHA256SUMS` over every entry and a signed `manifest.json` over these.

It has its name when it is whole and was read back, before that `….<random>.part`. Who reads one believes nothing before
signature and hashes fit.
"""

import base64
import fcntl
import glob
import hashlib
import json
import os
import re
import secrets
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from stadttor.ground.backup.folder import sync_folder
from stadttor.ground.backup.problems import disk_problems
from stadttor.site.leaving.problems import LeaveProblem

FORMAT = 1
MANIFEST, SUMS, FILE_LIST = "manifest.json", "SHA256SUMS", "files.csv"
HALF = ".part"
_OURS = re.compile(rf"\.[0-9a-f]{{16}}{re.escape(HALF)}")
BROKEN_OFF = (
    "{name} is an export that was broken off before it was whole / ist ein abgebrochener, unvollständiger Export."
)
AGAIN = (
    "make it anew: stadttor authority export SLUG FILE (the rest of the broken one goes by itself), or take a whole copy /"
    " neu erstellen oder eine vollständige Kopie nehmen"
)
FIRST = "LIESMICH.txt"
CHUNK = 1024 * 1024
LARGEST_MANIFEST = 4_000_000
# What `zipfile` raises for bytes that only look like a ZIP.
UNREADABLE = (
    zipfile.BadZipFile, EOFError, OSError, zlib.error, struct.error, NotImplementedError, RuntimeError, ValueError, OverflowError,
    MemoryError,
)  # fmt: skip
Write = Callable[[bytes], object]


@dataclass(frozen=True)
class Held:
    """A table in the export: how many rows, with which columns."""

    rows: int
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """What an export says of itself: whose it is, of when, what is in it, who signed it.

    `key` is the fingerprint of the authority's key, `head` the newest seal of its audit chain as [position, digest] or
    nothing, `size` the bytes of all entries, `sums` the SHA-256 of the list of hashes, `signer` the public key in hex.
    """

    authority: str
    slug: str
    name: str
    at: str
    product: str
    tables: Mapping[str, Held]
    files: int
    missing: tuple[str, ...]
    key: str
    head: tuple[int, str] | None
    size: int = 0
    sums: str = ""
    signer: str = ""
    signature: str = ""
    format: int = FORMAT

    def signed(self, key: Ed25519PrivateKey) -> "Manifest":
        """With the public key and the signature of the installation."""
        named = replace(self, signer=key.public_key().public_bytes_raw().hex())
        return replace(named, signature=base64.b64encode(key.sign(named.message())).decode())

    def is_signed(self) -> bool:
        """Whether whoever has the key `signer` wrote exactly this."""
        try:
            signer = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.signer))
            signer.verify(base64.b64decode(self.signature), self.message())
        except (InvalidSignature, ValueError, TypeError):
            return False
        return True

    def message(self) -> bytes:
        """What is signed; no head of a chain and no set of a backup begins so."""
        told = asdict(replace(self, signature=""))
        return b"stadttor export\0" + json.dumps(told, sort_keys=True, separators=(",", ":")).encode()

    @property
    def rows(self) -> int:
        return sum(held.rows for held in self.tables.values())


class Writer:
    """A ZIP under way; `size` in bytes of what was written into it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._sums: dict[str, str] = {}
        self.size = 0

    @contextmanager
    def entry(self, name: str, *, packed: bool = False) -> Iterator[Write]:
        """The next entry; `packed`: its kind is compressed already."""
        if name in self._sums:
            raise ValueError(f"{name} was written already")
        digest = hashlib.sha256()
        info = zipfile.ZipInfo(name)
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        with self._archive.open(info, "w", force_zip64=True) as opened:

            def write(data: bytes) -> None:
                digest.update(data)
                self.size += len(data)
                opened.write(data)

            yield write
        self._sums[name] = digest.hexdigest()

    def put(self, name: str, data: bytes, *, packed: bool = False) -> None:
        """A whole entry."""
        with self.entry(name, packed=packed) as write:
            write(data)

    def close(self, manifest: Manifest, key: Ed25519PrivateKey) -> Manifest:
        """The hashes and the manifest, which are the last entries."""
        sums = "".join(f"{digest}  {name}\n" for name, digest in self._sums.items()).encode()
        whole = replace(manifest, size=self.size, sums=hashlib.sha256(sums).hexdigest()).signed(key)
        self._archive.writestr(SUMS, sums, zipfile.ZIP_DEFLATED)
        self._archive.writestr(
            MANIFEST, json.dumps(asdict(whole), indent=1, sort_keys=True) + "\n", zipfile.ZIP_DEFLATED
        )
        return whole


@contextmanager
def written(target: Path, told: Callable[[int], object] = lambda _bytes: None) -> Iterator[Writer]:
    """A new file, which has its name when the block ended well and it reads as it was written; nothing is left otherwise.

    What a dead process left of one to the same name goes first. Raises LeaveProblem.
    """
    if target.exists():
        raise LeaveProblem(f"{target} is there already; nothing is written over.", "another name")
    _drop_halves(target)
    # A name of its own: two exports to the same name do not write into one file, and nobody can lay a link there before.
    half = target.with_name(f"{target.name}.{secrets.token_hex(8)}{HALF}")
    with disk_problems(target.parent):
        try:
            handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
            with os.fdopen(handle, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)  # as long as this process lives
                with zipfile.ZipFile(file, "w", compresslevel=6) as archive:
                    yield Writer(archive)
                file.flush()
                os.fsync(file.fileno())
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # read from the disk, not from memory
                _read_back(half, told)
            os.link(half, target)  # refuses what came there meanwhile
            sync_folder(target.parent)
        except FileExistsError as error:
            raise LeaveProblem(f"{target} is there already; nothing is written over.", "another name") from error
        finally:
            with suppress(FileNotFoundError):
                half.unlink()


def _drop_halves(target: Path) -> None:
    """Those of processes that live are theirs."""
    for path in target.parent.glob(f"{glob.escape(target.name)}.*{HALF}"):
        if not _OURS.fullmatch(path.name.removeprefix(target.name)):
            continue
        with suppress(OSError), os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink()


def _read_back(half: Path, told: Callable[[int], object]) -> None:
    """Before it has its name: a disk may have taken bytes that it does not give back. Raises LeaveProblem."""
    again = "the same command again, to another disk if it happens twice"
    try:
        with read(half) as export:
            faults = list(export.faults(told)) or list(export.miscounted())
    except LeaveProblem as problem:
        raise LeaveProblem(f"The export does not read as it was written: {problem}", again) from problem
    if faults:
        raise LeaveProblem(f"The export does not read as it was written: {'; '.join(faults[:5])}.", again)


@dataclass(frozen=True)
class Export:
    """An export whose manifest is signed; what is in it is proven by `faults`."""

    archive: zipfile.ZipFile
    manifest: Manifest

    @contextmanager
    def entry(self, name: str) -> Iterator[IO[bytes]]:
        """The bytes of an entry. Raises LeaveProblem when it is not there."""
        try:
            with self.archive.open(name) as opened:
                yield opened
        except KeyError as error:
            raise LeaveProblem(f"The export has no {name}.") from error

    def lines(self, table: str) -> Iterator[str]:
        """The rows of a table, each as JSON."""
        with self.entry(row_file(table)) as opened:
            for line in opened:
                yield line.decode()

    def miscounted(self) -> Iterator[str]:
        """Where rows or files are not as many as the manifest says, in words."""
        for table, held in self.manifest.tables.items():
            rows = sum(1 for _line in self.lines(table))
            if rows != held.rows:
                yield f"{row_file(table)} has {rows:,} rows, the manifest says {held.rows:,}"
        if not self.manifest.files:
            return
        with self.entry(FILE_LIST) as opened:
            files = sum(1 for _line in opened) - 1
        if files + len(self.manifest.missing) != self.manifest.files:
            yield f"{FILE_LIST} has {files:,} files, the manifest says {self.manifest.files:,}"

    def faults(self, told: Callable[[int], object] = lambda _bytes: None) -> Iterator[str]:
        """What is not as it was written, in words; reads all of it, and never more than the manifest says."""
        listed = dict(self._sums())
        if not listed:
            yield f"{SUMS} was changed"
            return
        found = [name for name in self.archive.namelist() if name not in (MANIFEST, SUMS)]
        yield from (f"{name} does not belong to it" for name in sorted(set(found) - set(listed)))
        yield from (f"{name} is gone" for name in sorted(set(listed) - set(found)))
        yield from (
            f"{name} is there twice"
            for name in sorted({one for one in found if found.count(one) > 1} if len(found) > len(set(found)) else ())
        )
        left = self.manifest.size
        for name in found:
            digest = hashlib.sha256()
            try:
                with self.archive.open(name) as opened:
                    while chunk := opened.read(CHUNK):
                        digest.update(chunk)
                        left -= len(chunk)
                        told(len(chunk))
                        if left < 0:
                            yield "it holds more than its manifest says"
                            return
            except UNREADABLE as error:
                yield f"{name} cannot be read: {error}"
                continue
            if name in listed and digest.hexdigest() != listed[name]:
                yield f"{name} was changed"

    def _sums(self) -> Iterator[tuple[str, str]]:
        try:
            with self.entry(SUMS) as opened:
                data = opened.read(self.manifest.size + LARGEST_MANIFEST)
        except (LeaveProblem, *UNREADABLE):
            return
        if hashlib.sha256(data).hexdigest() == self.manifest.sums:
            for line in data.decode().splitlines():
                digest, _, name = line.partition("  ")
                yield name, digest


def row_file(table: str) -> str:
    """Where the rows of a table lie."""
    return f"rows/{table}.jsonl"


@contextmanager
def read(path: Path) -> Iterator[Export]:
    """An export whose manifest is whole and signed by the key it names. Raises LeaveProblem."""
    try:
        opened = path.open("rb")
    except OSError as error:
        raise LeaveProblem(f"{path} cannot be read: {error.strerror}.") from error
    with opened as file, opened_export(file, path.name) as export:
        yield export


@contextmanager
def opened_export(file: IO[bytes], name: str) -> Iterator[Export]:
    """The same from an open file."""
    try:
        archive = zipfile.ZipFile(file)
    except UNREADABLE as error:
        if _begins_as_ours(file):
            raise LeaveProblem(BROKEN_OFF.format(name=name), AGAIN) from error
        raise LeaveProblem(f"{name} is no whole ZIP: {error}.", "take the copy the other side kept") from error
    with archive:
        yield Export(archive, _manifest(archive, name))


def _begins_as_ours(file: IO[bytes]) -> bool:
    """Whether the first entry of a ZIP without an end is the one that each export begins with."""
    with suppress(OSError, ValueError):
        file.seek(0)
        head = file.read(30 + len(FIRST))
        return head[:4] == b"PK\3\4" and head[30:] == FIRST.encode()
    return False


def _manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    if archive.namelist()[:1] == [FIRST] and MANIFEST not in archive.namelist():
        raise LeaveProblem(BROKEN_OFF.format(name=name), AGAIN)
    try:
        with archive.open(MANIFEST) as opened:
            told = json.loads(opened.read(LARGEST_MANIFEST))
        if told.get("format") != FORMAT:
            raise LeaveProblem(f"{name} is of format {told.get('format')}; this version reads format {FORMAT}.")
        manifest = _typed(told)
    except (KeyError, TypeError, AttributeError, IndexError, RecursionError, *UNREADABLE) as error:
        raise LeaveProblem(f"{name} is no export of Stadttor, or its manifest is damaged.") from error
    if not manifest.is_signed():
        raise LeaveProblem(
            f"{name}: its manifest was changed after it was signed.", "take the copy the other side kept"
        )
    return manifest


def _typed(told: dict[str, Any]) -> Manifest:
    tables = {name: Held(int(held["rows"]), tuple(held["columns"])) for name, held in told["tables"].items()}
    head = (int(told["head"][0]), str(told["head"][1])) if told["head"] else None
    return Manifest(**told | {"tables": tables, "missing": tuple(told["missing"]), "head": head})
