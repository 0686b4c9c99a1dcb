"""Working copies of a publisher, and their files at any revision."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import first, read, rows
from stadttor.ground.work import reading, work
from stadttor.studio import models

FILES = """
SELECT DISTINCT ON (path) path, content FROM studio_filechange
WHERE authority_id = %s AND copy_id = %s AND number <= %s ORDER BY path, number DESC
"""


@dataclass(frozen=True)
class CopyRow:
    """A working copy. `based_on` is empty for a package that was begun here; `undo_to`: where a step back leads."""

    id: UUID
    package: str
    title: str
    based_on: str
    revision: int
    changed: datetime
    changed_by: str
    undo_to: int | None = None


@dataclass(frozen=True)
class RevisionRow:
    """One step of a working copy; `act` opened, saved, autosaved, went_back."""

    number: int
    act: str
    same_as: int
    at: datetime
    by: str


def copies(authority_id: UUID) -> list[CopyRow]:
    """All of a publisher, by name."""
    with reading(authority_id):
        return [_row(one) for one in rows(models.WorkingCopy, order=("package",), authority_id=authority_id)]


def copy(authority_id: UUID, copy_id: UUID) -> CopyRow:
    """Raises Refused (404)."""
    with work(authority_id):
        row = first(models.WorkingCopy, authority_id=authority_id, id=copy_id)
        if row is None:
            raise not_found()
        return _row(row, step_back(authority_id, copy_id, row.revision))


def files(authority_id: UUID, copy_id: UUID, revision: int) -> dict[str, bytes]:
    """What stood in the copy at a revision, by path."""
    with work(authority_id):
        found = read(FILES, authority_id, copy_id, revision)
    return {path: bytes(content) for path, content in found if content is not None}


def history(authority_id: UUID, copy_id: UUID, most: int) -> list[RevisionRow]:
    """Its last steps, the newest first."""
    with reading(authority_id):
        found = rows(models.Revision, order=("-number",), most=most, authority_id=authority_id, copy_id=copy_id)
    return [RevisionRow(one.number, one.act, one.same_as, one.at, one.by_name) for one in found]


def step_back(authority_id: UUID, copy_id: UUID, revision: int) -> int | None:
    """Where a step back from a revision leads, none at the beginning. Inside the open work.

    After a step back it leads one further, not to and fro.
    """
    now = first(models.Revision, authority_id=authority_id, copy_id=copy_id, number=revision)
    stands = now and first(models.Revision, authority_id=authority_id, copy_id=copy_id, number=now.same_as)
    return stands.before if stands else None


def _row(row: models.WorkingCopy, undo_to: int | None = None) -> CopyRow:
    return CopyRow(
        row.id, row.package, row.title, row.based_on, row.revision, row.changed, row.changed_by_name, undo_to
    )
