"""Encrypted files of an authority: bytes on disk under a key of that authority, a row that knows their hash.

Written to a temporary name, synced, renamed: a row never points to half a file. A file whose work was rolled back is an
orphan without a row and is swept later.
"""

import errno
import hashlib
import logging
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import keys
from stadttor.ground.models import Blob
from stadttor.ground.rows import insert
from stadttor.ground.sealed import seal, unseal
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work

HEX = re.compile("[0-9a-f]{32}")
HALF = ".part"
log = logging.getLogger("stadttor.files")


@dataclass(frozen=True)
class FileRef:
    """A stored file: `size` in bytes, `sha256` of the plain bytes in hex."""

    blob_id: UUID
    sha256: str
    size: int
    media_type: str


def store(authority_id: UUID, data: bytes, *, media_type: str, now: datetime) -> FileRef:
    """Keep the bytes inside the open work; durable on disk when this returns. Refused while the disk takes nothing."""
    blob_id = new_id()
    path = path_of(authority_id, blob_id)
    try:
        _write(path, seal(_key(authority_id), blob_id, data))
    except OSError as error:
        log.critical("the file store takes no files: %s", errno.errorcode.get(error.errno or 0, "error"))
        with suppress(OSError):
            path.with_suffix(HALF).unlink()
        raise no_room() from error
    hashed = hashlib.sha256(data)
    row = Blob(
        id=blob_id,
        authority_id=authority_id,
        sha256=hashed.digest(),
        size=len(data),
        media_type=media_type,
        created=now,
    )
    insert(row)
    return FileRef(blob_id, hashed.hexdigest(), len(data), media_type)


def no_room() -> Refused:
    """What somebody reads whose file cannot be kept now."""
    return Refused(
        "file_no_room",
        N_("We cannot keep files at the moment. This file was not kept. Please send it again in some minutes."),
        status=503,
    )


def read(authority_id: UUID, blob_id: UUID) -> bytes:
    """The plain bytes, inside the open work. Refused as not found when there is no such row in this authority.

    Raises cryptography.exceptions.InvalidTag when the bytes on disk were changed.
    """
    if not Blob.objects.filter(authority_id=authority_id, id=blob_id).exists():
        raise not_found()
    return unseal(_key(authority_id), blob_id, path_of(authority_id, blob_id).read_bytes())


def hashes(authority_id: UUID, blob_ids: Iterable[UUID]) -> list[str]:
    """SHA-256 of the plain bytes in hex, sorted, inside the open work: whether two lots of files are the same."""
    rows = Blob.objects.filter(authority_id=authority_id, id__in=list(blob_ids))
    return sorted(bytes(digest).hex() for digest in rows.values_list("sha256", flat=True))


def delete(authority_id: UUID, blob_id: UUID) -> None:
    """Remove row and bytes, inside the open work. A missing file is fine: deleting twice is deleting."""
    Blob.objects.filter(authority_id=authority_id, id=blob_id).delete()
    erase(authority_id, blob_id)


def erase(authority_id: UUID, blob_id: UUID) -> None:
    """Remove the bytes for good when the open work commits (not before: it may roll back); the row still tells of them.

    What the disk refuses then is logged and fails nothing: the work is done. `sweep` comes by later.
    """
    path = path_of(authority_id, blob_id)
    transaction.on_commit(lambda: path.unlink(missing_ok=True), robust=True)


def sweep(authority_id: UUID, older_than: datetime) -> int:
    """Remove bytes without a row, left by work that rolled back; gives how many. Opens its own work."""
    limit = older_than.timestamp()
    folder = Path(settings.STADTTOR_FILES) / str(authority_id)
    old = {path for path in folder.glob("??/*") if path.stat().st_mtime < limit}
    names = {path: UUID(path.stem) for path in old if HEX.fullmatch(path.stem)}
    with work(authority_id):
        kept = set(Blob.objects.filter(authority_id=authority_id).values_list("id", flat=True)) if names else set()
    orphans = [path for path, blob_id in names.items() if path.suffix or blob_id not in kept]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def path_of(authority_id: UUID, blob_id: UUID) -> Path:
    """Where the encrypted bytes lie."""
    name = blob_id.hex
    return Path(settings.STADTTOR_FILES) / str(authority_id) / name[-2:] / name


def _key(authority_id: UUID) -> bytes:
    return keys.derived(authority_id, keys.FILES)


@step
def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_suffix(HALF)
    with half.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """The new name is on disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
