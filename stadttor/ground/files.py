"""Encrypted files of an authority: sealed bytes in a store (`ports.BlobStore`) under a key of that authority, and a row
that knows their hash.

The bytes are durable before their row is: a row never points to half a file. Bytes whose work was rolled back, or whose
deletion the store refused, have no row and are swept later.
"""

import hashlib
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.db import transaction

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import keys, ports
from stadttor.ground.disk import Disk
from stadttor.ground.models import Blob
from stadttor.ground.rows import insert
from stadttor.ground.sealed import MORE, seal, unseal
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import must_be_shut, work

AT_ONCE = 1_000
log = logging.getLogger("stadttor.files")


@dataclass(frozen=True)
class FileRef:
    """A stored file: `size` in bytes, `sha256` of the plain bytes in hex."""

    blob_id: UUID
    sha256: str
    size: int
    media_type: str


def put(authority_id: UUID, data: bytes, *, media_type: str) -> FileRef:
    """Encrypt the bytes and make them durable, before the work opens that enters them: a store may be slow.

    Refused while the store takes nothing.
    """
    blob_id = new_id()
    _write(authority_id, blob_id, seal(_key(authority_id), blob_id, data))
    return FileRef(blob_id, hashlib.sha256(data).hexdigest(), len(data), media_type)


@contextmanager
def putting(authority_id: UUID, data: bytes, *, media_type: str) -> Iterator[FileRef]:
    """The same around the work that enters them: what a refusal leaves without a row is removed.

    After any other error the work may have been committed all the same; then `sweep` finds out.
    """
    kept = put(authority_id, data, media_type=media_type)
    try:
        yield kept
    except Refused:
        _remove(authority_id, kept.blob_id)
        raise


def enter(authority_id: UUID, kept: FileRef, now: datetime) -> None:
    """The row of bytes that were put, inside the open work: from here on they count."""
    row = Blob(
        id=kept.blob_id,
        authority_id=authority_id,
        sha256=bytes.fromhex(kept.sha256),
        size=kept.size,
        media_type=kept.media_type,
        created=now,
    )
    insert(row)


def unneeded(authority_id: UUID, kept: FileRef) -> None:
    """What was put and is not entered after all, inside the open work: its bytes go when that commits."""
    _remove_later(authority_id, kept.blob_id)


@step
def _write(authority_id: UUID, blob_id: UUID, sealed: bytes) -> None:
    must_be_shut("a file was put")
    try:
        ports.store().put(authority_id, blob_id, sealed)
    except ports.StoreAway as away:
        log.critical("the file store takes no files: %s", away)
        raise no_room() from away


def no_room() -> Refused:
    """What somebody reads whose file cannot be kept now."""
    return Refused(
        "file_no_room",
        N_("We cannot keep files at the moment. This file was not kept. Please send it again in some minutes."),
        status=503,
    )


def read(authority_id: UUID, blob_id: UUID) -> bytes:
    """The plain bytes, outside any work. Refused as not found without such a row in this authority, and while the store is away.

    Raises BlobGone when its bytes are not there, InvalidTag (cryptography.exceptions) when they were changed.
    """
    must_be_shut("a file was read")
    with work(authority_id):
        row = Blob.objects.filter(authority_id=authority_id, id=blob_id).values_list("size").first()
    if row is None:
        raise not_found()
    try:
        sealed = ports.store().get(authority_id, blob_id, row[0] + MORE)
    except ports.StoreAway as away:
        log.critical("the file store gives no files: %s", away)
        raise _not_now() from away
    return unseal(_key(authority_id), blob_id, sealed)


def _not_now() -> Refused:
    text = N_("We cannot open files at the moment. Please try again in some minutes.")
    return Refused("file_away", text, status=503)


def hashes(authority_id: UUID, blob_ids: Iterable[UUID]) -> list[str]:
    """SHA-256 of the plain bytes in hex, sorted, inside the open work: whether two lots of files are the same."""
    rows = Blob.objects.filter(authority_id=authority_id, id__in=list(blob_ids))
    return sorted(bytes(digest).hex() for digest in rows.values_list("sha256", flat=True))


def delete(authority_id: UUID, blob_id: UUID) -> None:
    """Remove row and bytes, inside the open work. A missing file is fine: deleting twice is deleting."""
    Blob.objects.filter(authority_id=authority_id, id=blob_id).delete()
    _remove_later(authority_id, blob_id)


def erase(authority_id: UUID, blob_id: UUID) -> None:
    """Remove the bytes for good, outside any work, and leave the row that still tells of them. Raises StoreAway."""
    must_be_shut("a file was erased")
    ports.store().remove(authority_id, blob_id)


def _remove_later(authority_id: UUID, blob_id: UUID) -> None:
    """When the open work commits, not before: it may roll back.

    What the store refuses then is logged and fails nothing: the work is done, and `sweep` finds bytes without a row.
    """
    transaction.on_commit(lambda: _remove(authority_id, blob_id), robust=True)


def _remove(authority_id: UUID, blob_id: UUID) -> None:
    try:
        ports.store().remove(authority_id, blob_id)
    except ports.StoreAway as away:
        log.critical("the file store removes no files: %s", away)


def sweep(authority_id: UUID, older_than: datetime) -> int:
    """Remove bytes without a row, left by work that rolled back; gives how many. Opens its own work. Raises StoreAway."""
    place = ports.store()
    old, swept = place.old(authority_id, older_than), 0
    while some := list(islice(old, AT_ONCE)):
        orphans = _unknown(authority_id, some)
        for blob_id in orphans:
            place.remove(authority_id, blob_id)
        swept += len(orphans)
    return swept + place.drop_halves(authority_id, older_than)


def _unknown(authority_id: UUID, blob_ids: Iterable[UUID]) -> set[UUID]:
    """Those of them without a row."""
    asked = set(blob_ids)
    with work(authority_id):
        return asked - set(Blob.objects.filter(authority_id=authority_id, id__in=asked).values_list("id", flat=True))


def path_of(authority_id: UUID, blob_id: UUID) -> Path:
    """Where the encrypted bytes lie on a disk."""
    return Disk().path_of(authority_id, blob_id)


def _key(authority_id: UUID) -> bytes:
    return keys.derived(authority_id, keys.FILES)
