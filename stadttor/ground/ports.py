"""Where encrypted files lie: what the ground needs of the place, which is a disk unless the composition names another.

Whatever the place, it sees sealed bytes only, under the ids of authority and blob. Needs no Django.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Protocol
from uuid import UUID


class StoreAway(Exception):
    """The store cannot be asked, or does not take this now; why, for the operator's log, without a name or a secret."""


class BlobGone(LookupError):
    """There is nothing under these ids."""


class BlobStore(Protocol):
    """Holds sealed bytes. Every verb is bounded in time and raises StoreAway when it could not be done."""

    def put(self, authority_id: UUID, blob_id: UUID, sealed: bytes) -> None:
        """Durable and whole when this returns; after StoreAway there may be something or nothing, which `old` finds."""

    def get(self, authority_id: UUID, blob_id: UUID, at_most: int) -> bytes:
        """The sealed bytes; of more than `at_most` bytes one more than that. Raises BlobGone."""

    def remove(self, authority_id: UUID, blob_id: UUID) -> None:
        """For good. Nothing there is fine: removing twice is removing."""

    def old(self, authority_id: UUID, before: datetime) -> Iterator[UUID]:
        """What was put for this authority before a time, in no order; what others left there is not told."""

    def drop_halves(self, authority_id: UUID, before: datetime) -> int:
        """Remove what puts before a time left half done; gives how many."""


def key_of(authority_id: UUID, blob_id: UUID) -> str:
    """The same name in every store, so that a folder can be copied into a bucket and back: `<authority>/<2 digits>/<blob>`."""
    return f"{authority_id}/{blob_id.hex[-2:]}/{blob_id.hex}"


def ids_of(key: str) -> tuple[UUID, UUID]:
    """Authority and blob of such a name."""
    authority, _, blob = key.split("/")
    return UUID(authority), UUID(blob)


_store: list[BlobStore] = []


def use_store(store: BlobStore) -> None:
    """From here on files lie there."""
    _store[:] = [store]


def named_store() -> BlobStore | None:
    """The place the composition named; None where files lie on a disk of the installation."""
    return _store[0] if _store else None


def store() -> BlobStore:
    """Where files lie."""
    from stadttor.ground.disk import Disk

    return named_store() or Disk()
