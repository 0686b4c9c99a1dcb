"""Erasing: rows and files are counted and hashed before they go, so that a proof can say what is gone without telling it.

The hashes are keyed (HMAC-SHA-256 under the authority's key): who has a copy of a row or a file, and the key, can show
that it is one of those; nobody can guess what it said.
"""

import hmac
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from stadttor.ground import files, keys
from stadttor.ground.holdings import plain
from stadttor.ground.models import Blob, Walled
from stadttor.ground.rows import first, rows


@dataclass(frozen=True)
class Erased:
    """What is gone: the number of rows by table, a keyed hash of each row, one of each file's content; in hex."""

    counts: Mapping[str, int] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    def __add__(self, other: "Erased") -> "Erased":
        counts = Counter(self.counts) + Counter(other.counts)
        return Erased(dict(counts), (*self.rows, *other.rows), (*self.files, *other.files))

    def digest(self, authority_id: UUID) -> str:
        """One keyed hash over everything that went, whatever the order."""
        return keyed(authority_id, "\n".join([*sorted(self.rows), *sorted(self.files)]).encode())


def erase(model: type[Walled], authority_id: UUID, **equal: Any) -> Erased:
    """Delete the rows with these values, inside the open work."""
    gone = witnessed(model, authority_id, **equal)
    model._default_manager.filter(authority_id=authority_id, **equal).delete()
    return gone


def witnessed(model: type[Walled], authority_id: UUID, **equal: Any) -> Erased:
    """The same without deleting: for rows that only the database may delete, together with the row they belong to."""
    found = rows(model, order=("id",), authority_id=authority_id, **equal)
    hashes = tuple(keyed(authority_id, canonical(row)) for row in found)
    return Erased({model._meta.db_table: len(found)} if found else {}, hashes)


def erase_files(authority_id: UUID, blob_ids: Iterable[UUID]) -> Erased:
    """Delete stored files with their bytes, inside the open work; one that is gone already is gone."""
    hashes = []
    for blob_id in blob_ids:
        if row := first(Blob, authority_id=authority_id, id=blob_id):
            hashes.append(keyed(authority_id, bytes(row.sha256)))
            files.delete(authority_id, blob_id)
    return Erased({Blob._meta.db_table: len(hashes)} if hashes else {}, (), tuple(hashes))


def canonical(row: Walled) -> bytes:
    """Table and columns of a row, the same for the same row."""
    columns = plain(row)
    return json.dumps([row._meta.db_table, columns], sort_keys=True, ensure_ascii=False).encode()


def keyed(authority_id: UUID, data: bytes) -> str:
    """The keyed hash of an authority, in hex."""
    return hmac.digest(keys.derived(authority_id, "erased"), data, "sha256").hex()
