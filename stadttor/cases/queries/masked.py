"""What is seen of the case of a protected person (§ 51 BMG) before it is opened, and who opened it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.cases.models import Case, ProtectedLook, Protection
from stadttor.cases.queries.access import is_open_to, must_find, viewer_of
from stadttor.cases.rules import Colour, colour
from stadttor.cases.rules.deadlines import soon_until
from stadttor.ground.clock import german_day
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

MOST_LOOKS = 100


@dataclass(frozen=True)
class MaskedCase:
    """Enough to plan the work, nothing of the person."""

    id: UUID
    number: str
    title: str
    state: str
    assignee_name: str
    due: date | None
    colour: Colour


@dataclass(frozen=True)
class LookView:
    """Who opened a protected case when, and why."""

    at: datetime
    staff_name: str
    reason: str


@dataclass(frozen=True)
class ProtectionView:
    """`origin` is statement (the person's own) or clerk; `lifted` none while it lasts."""

    origin: str
    since: datetime
    by_name: str
    reason: str
    lifted: datetime | None
    lifted_by_name: str
    lifted_reason: str
    looks: tuple[LookView, ...] = ()


def masked_case(staff: Staff, case_id: UUID, now: datetime) -> MaskedCase:
    """The mask of a case. Refused as not found when it is not hers to see."""
    today = german_day(now)
    with work(staff.authority_id):
        case = must_find(viewer_of(staff, now), first(Case, authority_id=staff.authority_id, id=case_id))
    shade = colour(case.state, case.due, today, soon_until(today, case.land))
    return MaskedCase(case.id, case.number, case.title, case.state, case.assignee_name, case.due, shade)


@dataclass(frozen=True)
class KeptFrom:
    """Of some applications or cases: those whose cases do not exist for somebody, and those of which she sees the mask alone."""

    unknown: frozenset[UUID]
    masked: frozenset[UUID]


def kept_from(staff: Staff, submission_ids: Collection[UUID], now: datetime) -> KeptFrom:
    """For searches and exports that go past the list of cases. Applications without a case are kept from nobody."""
    with work(staff.authority_id):
        viewer = viewer_of(staff, now)
        cases = list(Case.objects.filter(authority_id=staff.authority_id, submission_id__in=list(submission_ids)))
        return KeptFrom(
            frozenset(one.submission_id for one in cases if one.submission_id and not viewer.sees(one)),
            frozenset(one.submission_id for one in cases if one.submission_id and not is_open_to(viewer, one)),
        )


def withheld(staff: Staff, case_ids: Collection[UUID], now: datetime) -> KeptFrom:
    """For who has to do with cases by another right than working on them: who entered the application, who offers the file to
    the archive. Unknown to her are those under tax secrecy of a unit she is not in; masked those of protected persons that
    she has not opened.
    """
    with work(staff.authority_id):
        viewer = viewer_of(staff, now)
        cases = list(Case.objects.filter(authority_id=staff.authority_id, id__in=list(case_ids)))
        return KeptFrom(
            frozenset(one.id for one in cases if one.secrecy and not viewer.sees(one)),
            frozenset(one.id for one in cases if not is_open_to(viewer, one)),
        )


def protected_among(authority_id: UUID, case_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of some cases whose persons are protected: for lists of what other modules keep about cases."""
    with work(authority_id):
        found = Case.objects.filter(authority_id=authority_id, id__in=list(case_ids), is_protected=True)
        return frozenset(found.values_list("id", flat=True))


def protections_of(authority_id: UUID, case_id: UUID) -> list[ProtectionView]:
    """Newest first; the newest with who opened the case. For whoever has opened it herself, inside the open work."""
    found = rows(Protection, authority_id=authority_id, case_id=case_id, order=("-since",))
    looks = rows(ProtectedLook, authority_id=authority_id, case_id=case_id, order=("-at",), most=MOST_LOOKS)
    seen = tuple(LookView(one.at, one.staff_name, one.reason) for one in looks)
    return [
        ProtectionView(
            one.origin, one.since, one.by_name, one.reason, one.lifted, one.lifted_by_name, one.lifted_reason,
            () if place else seen,
        )
        for place, one in enumerate(found)
    ]  # fmt: skip


def name_of(case: Case) -> str:
    """Who applies, for somebody who may see what is in the case. Inside the open work."""
    if not case.is_protected:
        return case.applicant
    row = first(Protection, authority_id=case.authority_id, case_id=case.id, lifted=None)
    return row.applicant if row else ""
