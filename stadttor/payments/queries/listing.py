"""Reads of what claims that go on ask for in later years, as it was told: by a yearly list, or by lines after it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.payments.models import Claim, Listed
from stadttor.payments.rules.instalments import Instalment

BY_LIST, BY_LINES = "list", "lines"


@dataclass(frozen=True)
class ListedEntry:
    """Cents a year of one thing, what the year owes of it, and the first day of its first month."""

    begins: date
    cents: int
    of_year: int


@dataclass(frozen=True)
class ListedRow:
    """See `models.Listed`; `decision_id` is the decision whose claim it is."""

    case_id: UUID
    decision_id: UUID
    number: str
    year: int
    told_by: str
    service: str
    entries: Sequence[ListedEntry]
    due: Sequence[Instalment]
    settings: Mapping[str, Any]
    at: datetime


def listed_of_claim(authority_id: UUID, decision_id: UUID) -> dict[int, ListedRow]:
    """What was told of a decision's later years, by year."""
    with work(authority_id):
        claim = first(Claim, authority_id=authority_id, subject_id=decision_id)
        if claim is None:
            return {}
        found = rows(Listed, order=("year",), authority_id=authority_id, claim_id=claim.id)
    return {one.year: listed_row(one, claim) for one in found}


def listed_of_case(authority_id: UUID, year: int, case_id: UUID) -> tuple[ListedRow, ...]:
    """What was told of a year for a case, also by decisions that were replaced since; in that order."""
    with work(authority_id):
        found = rows(Listed, order=("at", "id"), authority_id=authority_id, year=year, case_id=case_id)
        claims = _claims(authority_id, found)
    return tuple(listed_row(one, claims[one.claim_id]) for one in found)


def listed_row(one: Listed, claim: Claim) -> ListedRow:
    return ListedRow(
        one.case_id,
        claim.subject_id,
        claim.number or "",
        one.year,
        one.told_by,
        one.service,
        tuple(
            ListedEntry(date.fromisoformat(entry["begins"]), entry["cents"], entry["of_year"]) for entry in one.entries
        ),
        tuple(Instalment(date.fromisoformat(day), cents) for day, cents in one.due),
        one.settings,
        one.at,
    )


def _claims(authority_id: UUID, found: Iterable[Listed]) -> dict[UUID, Claim]:
    ids = {one.claim_id for one in found}
    return {one.id: one for one in Claim.objects.filter(authority_id=authority_id, id__in=ids)} if ids else {}
