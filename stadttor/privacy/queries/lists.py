"""What waits for the archive, and the proofs of what was deleted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists

from stadttor.cases.queries import moved_on_of_outer_case
from stadttor.core.refused import not_found
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.privacy.models import Deletion, Retention
from stadttor.privacy.rules import ACCEPTED, OFFERED

MOST = 500


@dataclass(frozen=True)
class OfferRow:
    """A case before the archive: its number is in the file that is handed over, here it has the id of its row only."""

    id: UUID
    case_id: UUID
    service: str
    closed: date
    until: date
    state: str
    offered: date
    answer_by: date


@dataclass(frozen=True)
class DeletionRow:
    """A proof; `counts` {table: rows}, `files` how many."""

    id: UUID
    service: str
    cause: str
    archive: str
    at: datetime
    closed: date | None
    until: date | None
    counts: Mapping[str, int]
    files: int
    digest: str

    @property
    def rows(self) -> int:
        return sum(self.counts.values())


def offers(authority_id: UUID) -> list[OfferRow]:
    """What was offered and what the archive wants to have, longest offered first; not what was closed anew since."""
    with work(authority_id):
        moved = Exists(moved_on_of_outer_case(authority_id).filter(active=False))
        waiting = Retention.objects.filter(~moved, authority_id=authority_id, state__in=[OFFERED, ACCEPTED])
        return [_offer(row) for row in waiting.order_by("offered", "id")[:MOST]]


def offer(authority_id: UUID, retention_id: UUID) -> OfferRow:
    """One of them. Refused as not found when it is not offered (any more)."""
    with work(authority_id):
        row = first(Retention, authority_id=authority_id, id=retention_id)
    if row is None or row.state not in (OFFERED, ACCEPTED):
        raise not_found()
    return _offer(row)


def deletions(authority_id: UUID) -> list[DeletionRow]:
    """The proofs, newest first."""
    with work(authority_id):
        rows = Deletion.objects.filter(authority_id=authority_id).order_by("-at", "-id")[:MOST]
        return [_deletion(row) for row in rows]


def _offer(row: Any) -> OfferRow:
    return OfferRow(row.id, row.case_id, row.service, row.closed, row.until, row.state, row.offered, row.answer_by)


def _deletion(row: Deletion) -> DeletionRow:
    return DeletionRow(
        row.id, row.service, row.cause, row.archive, row.at, row.closed, row.until, row.counts, len(row.files),
        row.digest,
    )  # fmt: skip
