"""What waits for the archive, and the proofs of what was deleted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists

from stadttor.cases.queries import moved_on_of_outer_case, withheld
from stadttor.core.refused import not_found
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.privacy.models import Deletion, Retention
from stadttor.privacy.rules import ACCEPTED, OFFERED

MOST = 500


@dataclass(frozen=True)
class OfferRow:
    """A case before the archive: its number is in the file that is handed over, here it has the id of its row only.

    `is_masked`: its person is protected, and whoever asks has not said in this sitting why she opens it.
    """

    id: UUID
    case_id: UUID
    service: str
    closed: date
    until: date
    state: str
    offered: date
    answer_by: date
    is_masked: bool = False


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


@dataclass(frozen=True)
class UnseenOffers:
    """How many offers are under tax secrecy of units she is not in, and by when the first wants an answer; nothing else."""

    count: int
    answer_by: date


def offers(staff: Staff, now: datetime) -> list[OfferRow]:
    """What was offered and what the archive wants to have, longest offered first; not what was closed anew since, and nothing
    under tax secrecy of a unit she is not in (§ 30 AO).
    """
    with work(staff.authority_id):
        return _seen_by(staff, _waiting(staff.authority_id), now)


def unseen_offers(staff: Staff, now: datetime) -> UnseenOffers | None:
    """That something waits which she may not know (§ 30 AO), so that it does not end unanswered; none where nothing does."""
    with work(staff.authority_id):
        waiting = _waiting(staff.authority_id)
        unknown = withheld(staff, {one.case_id for one in waiting}, now).unknown
    days = [one.answer_by for one in waiting if one.state == OFFERED and one.case_id in unknown]
    return UnseenOffers(len(days), min(days)) if days else None


def offer(staff: Staff, retention_id: UUID, now: datetime) -> OfferRow:
    """One of them. Refused as not found when it is not offered (any more), or not hers to know."""
    with work(staff.authority_id):
        row = first(Retention, authority_id=staff.authority_id, id=retention_id)
        if row is None or row.state not in (OFFERED, ACCEPTED):
            raise not_found()
        seen = _seen_by(staff, [_offer(row)], now)
    if not seen:
        raise not_found()
    return seen[0]


def deletions(authority_id: UUID) -> list[DeletionRow]:
    """The proofs, newest first."""
    with work(authority_id):
        rows = Deletion.objects.filter(authority_id=authority_id).order_by("-at", "-id")[:MOST]
        return [_deletion(row) for row in rows]


def _waiting(authority_id: UUID) -> list[OfferRow]:
    """Inside the open work, whoever asks."""
    moved = Exists(moved_on_of_outer_case(authority_id).filter(active=False))
    waiting = Retention.objects.filter(~moved, authority_id=authority_id, state__in=[OFFERED, ACCEPTED])
    return [_offer(row) for row in waiting.order_by("offered", "id")[:MOST]]


def _seen_by(staff: Staff, found: list[OfferRow], now: datetime) -> list[OfferRow]:
    kept = withheld(staff, {one.case_id for one in found}, now)
    return [replace(one, is_masked=one.case_id in kept.masked) for one in found if one.case_id not in kept.unknown]


def _offer(row: Any) -> OfferRow:
    return OfferRow(row.id, row.case_id, row.service, row.closed, row.until, row.state, row.offered, row.answer_by)


def _deletion(row: Deletion) -> DeletionRow:
    return DeletionRow(
        row.id, row.service, row.cause, row.archive, row.at, row.closed, row.until, row.counts, len(row.files),
        row.digest,
    )  # fmt: skip
