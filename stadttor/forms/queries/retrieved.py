"""Reads: what was asked of registers for a draft, and the proof that waits for her word."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.forms.models import Retrieval
from stadttor.ground import files
from stadttor.ground.rows import first, rows
from stadttor.ground.work import reading


@dataclass(frozen=True)
class RetrievalRow:
    """One question to a register: of whom, what it was about, what came of it; `says` only while it waits for her word.

    By `way` wallet a credential that she showed, see `models.Retrieval`.
    """

    id: UUID
    way: str
    level: str
    path: str
    register: str
    keeper: str
    simulated: bool
    asked: datetime
    outcome: str
    name: str
    media_type: str
    says: tuple[tuple[str, str], ...]
    attachment_id: UUID | None
    assertion_id: UUID | None


def retrievals(authority_id: UUID, draft_id: UUID | None) -> list[RetrievalRow]:
    """Of a draft, or of the application made of it, oldest first."""
    if draft_id is None:
        return []
    with reading(authority_id):
        found = rows(Retrieval, authority_id=authority_id, draft_id=draft_id, order=("asked", "id"))
    return [_row(one) for one in found]


def waiting(authority_id: UUID, draft_id: UUID, path: str, assertion_id: UUID, since: datetime) -> RetrievalRow | None:
    """What waits for the word of whoever made this sign-in, asked for not before `since`."""
    row = _waiting(authority_id, draft_id, path, assertion_id, since)
    return _row(row) if row else None


def preview_bytes(
    authority_id: UUID, draft_id: UUID, path: str, assertion_id: UUID, since: datetime
) -> tuple[RetrievalRow, bytes]:
    """The same with its file. Refused as not found when nothing waits."""
    row = _waiting(authority_id, draft_id, path, assertion_id, since)
    if row is None or row.blob_id is None:
        raise not_found()
    return _row(row), files.read(authority_id, row.blob_id)


def _waiting(authority_id: UUID, draft_id: UUID, path: str, assertion_id: UUID, since: datetime) -> Retrieval | None:
    with reading(authority_id):
        row = first(
            Retrieval, authority_id=authority_id, draft_id=draft_id, path=path, outcome="found",
            assertion_id=assertion_id,
        )  # fmt: skip
    return row if row and row.asked >= since else None


def _row(row: Retrieval) -> RetrievalRow:
    return RetrievalRow(
        row.id, row.way, row.level, row.path, row.register, row.keeper, row.simulated, row.asked, row.outcome, row.name,
        row.media_type,
        tuple((label, value) for label, value in row.says), row.attachment_id,
        row.assertion_id,
    )  # fmt: skip
