"""Reads of permits: that of a case, those a clerk looks for, those that end soon, whether a plate is allowed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from stadttor.cases.models import Case, CaseWord, Permit, PermitPlate
from stadttor.cases.queries.access import viewer_of
from stadttor.cases.rules.permits import REMIND_BEFORE, is_valid, plate_key
from stadttor.cases.rules.states import OPEN_STATES
from stadttor.cases.rules.tags import number_key
from stadttor.cases.rules.words import range_of, terms_of
from stadttor.core.german_sort import sort_key
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

MOST = 200
MOST_OF_ONE = 10
"""Of one name at one service: so many are looked at."""
MOST_TERMS = 4
SHOWN = 50
ENDING_SOON = timedelta(days=60)


@dataclass(frozen=True)
class PermitView:
    """A permit as pages show it; `history` as the table keeps it, `plates` as they were typed."""

    case_id: UUID
    number: str
    service: str
    holder: str
    area: str
    plates: tuple[str, ...]
    valid_from: date
    valid_until: date
    state: str
    ended_from: date | None
    replaced_by: UUID | None
    history: tuple[Mapping[str, Any], ...]
    is_protected: bool = False

    def is_valid(self, day: date) -> bool:
        """Whether it allows anything on this day."""
        return is_valid(self.state, self.valid_from, self.valid_until, self.ended_from, day)

    def may_end(self, day: date) -> bool:
        """Whether it can still be returned or revoked."""
        return self.state == "valid" and day <= self.valid_until


def permit_of(authority_id: UUID, case_id: UUID) -> PermitView | None:
    """The permit of a case, None where nothing was granted; what has no last day is a tag (`queries/tags.py`)."""
    with work(authority_id):
        mine = Permit.objects.filter(authority_id=authority_id, case_id=case_id, valid_until__isnull=False)
        row = mine.first()
        return _views(authority_id, [row])[0] if row else None


def permits_for(staff: Staff, words: str, now: datetime) -> list[PermitView]:
    """The permits of cases she sees whose number, plate or holder begins so; without words those that end soon."""
    today = german_day(now)
    with work(staff.authority_id):
        mine = Permit.objects.filter(authority_id=staff.authority_id, valid_until__isnull=False)
        if words.strip():
            found = list(rows_found(staff.authority_id, words).filter(valid_until__isnull=False)[:MOST])
        else:
            soon = mine.filter(state="valid", valid_until__range=(today, today + ENDING_SOON))
            found = list(soon.order_by("valid_until")[:MOST])
        viewer = viewer_of(staff, now)
        cases = Case.objects.filter(authority_id=staff.authority_id, id__in=[one.case_id for one in found])
        seen = {case.id: case.is_protected for case in cases if viewer.sees(case)}
        views = _views(staff.authority_id, [one for one in found if one.case_id in seen][:SHOWN])
        return [_masked(one) if seen[one.case_id] else one for one in views]


def _masked(one: PermitView) -> PermitView:
    """Of a protected person's permit a list says no more than its number and how long it is valid."""
    return replace(one, holder="", area="", plates=(), history=(), is_protected=True)


def rows_found(authority_id: UUID, words: str) -> QuerySet[Permit]:
    """What the words may be: a number, a plate, or number and name, by the words a case is found by. Inside the open work."""
    mine = Permit.objects.filter(authority_id=authority_id)
    plates = PermitPlate.objects.filter(authority_id=authority_id, key=plate_key(words))
    by_plate = set(plates.values_list("case_id", flat=True)[:MOST])
    terms = [range_of(term) for term in terms_of(words)[:MOST_TERMS]]
    named = [
        set(
            CaseWord.objects.filter(
                authority_id=authority_id, word__gte=first, word__lt=after, case_id__in=mine.values("case_id")
            ).values_list("case_id", flat=True)[:MOST]
        )
        for first, after in terms
    ]
    by_case = by_plate | (set.intersection(*named) if named else set())
    return mine.filter(Q(case_id__in=by_case) | Q(number=number_key(words)))


@dataclass(frozen=True)
class HeldPermit:
    """A permit of somebody of this name, with the case and the application it came from."""

    case_id: UUID
    number: str
    valid_until: date
    submission_id: UUID | None


def permits_of_holder(authority_id: UUID, service: str, holder: str, day: date, *, but: UUID) -> list[HeldPermit]:
    """The permits of this service that count on a day or later, of holders of this name, without that of the case `but`."""
    with work(authority_id):
        mine = Permit.objects.filter(
            authority_id=authority_id, service=service, holder_key=sort_key(holder), state="valid", valid_until__gte=day
        )
        found = list(mine.exclude(case_id=but).order_by("valid_until", "id")[:MOST_OF_ONE])
        cases = Case.objects.filter(authority_id=authority_id, id__in=[one.case_id for one in found])
        submissions = dict(cases.values_list("id", "submission_id"))
        return [
            HeldPermit(one.case_id, one.number, one.valid_until, submissions.get(one.case_id))
            for one in found
            if one.valid_until
        ]


def open_cases_of(authority_id: UUID, service: str, applicant: str, *, but: UUID) -> list[tuple[UUID, str, UUID]]:
    """Id, number and application of the cases of this service that are not decided yet, of applicants of this name."""
    with work(authority_id):
        mine = Case.objects.filter(
            authority_id=authority_id,
            active=True,
            service=service,
            applicant_key=sort_key(applicant),
            state__in=OPEN_STATES[:4],
            submission_id__isnull=False,
        )
        found = mine.exclude(id=but).order_by("received", "id").values_list("id", "number", "submission_id")
        return [(case_id, number, sent) for case_id, number, sent in found[:MOST_OF_ONE] if sent]


def is_plate_valid(authority_id: UUID, key: str, day: date) -> bool:
    """Whether a permit for this plate is valid on a day."""
    with work(authority_id):
        plates = PermitPlate.objects.filter(authority_id=authority_id, key=key)
        case_ids = list(plates.values_list("case_id", flat=True)[:MOST])
        found = Permit.objects.filter(authority_id=authority_id, case_id__in=case_ids)
        return any(
            is_valid(one.state, one.valid_from, one.valid_until, one.ended_from, day)
            for one in found
            if one.valid_until
        )


def permits_to_remind_of(authority_id: UUID, today: date, most: int = MOST) -> list[UUID]:
    """The cases whose permits end within four weeks and whose holders were not told yet."""
    with work(authority_id):
        ending = Permit.objects.filter(
            authority_id=authority_id,
            state="valid",
            reminded_at__isnull=True,
            valid_until__range=(today, today + REMIND_BEFORE),
        )
        return list(ending.order_by("valid_until").values_list("case_id", flat=True)[:most])


def _views(authority_id: UUID, found: list[Permit]) -> list[PermitView]:
    plates: dict[UUID, list[str]] = {}
    rows = PermitPlate.objects.filter(authority_id=authority_id, case_id__in=[one.case_id for one in found])
    for case_id, plate in rows.order_by("plate").values_list("case_id", "plate"):
        plates.setdefault(case_id, []).append(plate)
    return [
        PermitView(
            one.case_id, one.number, one.service, one.holder, one.area, tuple(plates.get(one.case_id, ())),
            one.valid_from, one.valid_until, one.state, one.ended_from, one.replaced_by, tuple(one.history),
        )
        for one in found
        if one.valid_until
    ]  # fmt: skip
