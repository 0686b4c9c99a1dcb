"""Which of some cases a clerk sees: for lists of what other modules keep about cases."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.cases.queries.access import viewer_of
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.identity.queries import Staff


def seen_by(staff: Staff, case_ids: Collection[UUID], now: datetime) -> Mapping[UUID, str]:
    """The numbers of those cases that exist for her, by their ids."""
    with work(staff.authority_id):
        viewer = viewer_of(staff, now)
        found = Case.objects.filter(authority_id=staff.authority_id, id__in=list(case_ids))
        return {case.id: case.number for case in found if viewer.sees(case)}


def named_to(staff: Staff, case_ids: Collection[UUID], now: datetime) -> frozenset[UUID]:
    """Those of these cases that exist for her and are of no protected person (§ 51 BMG): beside another case they have a name."""
    with work(staff.authority_id):
        viewer = viewer_of(staff, now)
        found = Case.objects.filter(authority_id=staff.authority_id, id__in=list(case_ids), is_protected=False)
        return frozenset(case.id for case in found if viewer.sees(case))


def cases_of(authority_id: UUID, services: Collection[str], *, also_open: bool = False) -> Mapping[UUID, UUID]:
    """The decided and closed (or all) cases of some services with their applications, oldest first; trials do not count."""
    with work(authority_id):
        found = Case.objects.filter(authority_id=authority_id, service__in=list(services), is_test=False).exclude(
            submission_id=None
        )
        if not also_open:
            found = found.filter(state__in=("decided", "closed"))
        pairs = found.order_by("received", "id").values_list("id", "submission_id")
        return {case_id: submission_id for case_id, submission_id in pairs if submission_id}


def units_alone(authority_id: UUID, case_id: UUID) -> frozenset[UUID] | None:
    """The units for which alone a case exists (tax secrecy, § 30 AO): none at all while no unit is in charge; None where it is
    like any other.
    """
    with work(authority_id):
        case = first(Case, authority_id=authority_id, id=case_id)
    if case is None or not case.secrecy:
        return None
    return frozenset({case.unit_id} if case.unit_id else ())
