"""Reads of claims that ask for less than they did: what they were made for is not there any more."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.payments.models import Claim, Counter, Lowered

LISTED = "listed"


@dataclass(frozen=True)
class LoweredRow:
    """See `models.Lowered`; `decision_id` is the decision whose claim it is."""

    case_id: UUID
    decision_id: UUID
    place: int
    until: date
    told: date
    day: date
    listed: int
    by_case_id: UUID
    at: datetime


def lowered_of(authority_id: UUID, case_id: UUID) -> tuple[LoweredRow, ...]:
    """How the claims of a case were lowered, in that order."""
    with work(authority_id):
        return _rows(authority_id, rows(Lowered, order=("at", "id"), authority_id=authority_id, case_id=case_id))


def lowered_by(authority_id: UUID, case_id: UUID) -> tuple[LoweredRow, ...]:
    """What a case has lowered, in that order."""
    with work(authority_id):
        return _rows(authority_id, rows(Lowered, order=("at", "id"), authority_id=authority_id, by_case_id=case_id))


def listed_until(authority_id: UUID) -> int:
    """The last year whose yearly list was made, 0 where none was."""
    with work(authority_id):
        row = first(Counter, authority_id=authority_id, kind=LISTED)
    return row.last if row else 0


def _rows(authority_id: UUID, found: Iterable[Lowered]) -> tuple[LoweredRow, ...]:
    found = list(found)
    if not found:
        return ()
    claims = Claim.objects.filter(authority_id=authority_id, id__in={one.claim_id for one in found})
    decisions = dict(claims.values_list("id", "subject_id"))
    return tuple(
        LoweredRow(
            one.case_id,
            decisions[one.claim_id],
            one.place,
            one.until,
            one.told,
            one.day,
            one.listed,
            one.by_case_id,
            one.at,
        )
        for one in found
    )
