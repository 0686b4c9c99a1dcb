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


def units_alone(authority_id: UUID, case_id: UUID) -> frozenset[UUID] | None:
    """The units for which alone a case exists (tax secrecy, § 30 AO): none at all while no unit is in charge; None where it is
    like any other.
    """
    with work(authority_id):
        case = first(Case, authority_id=authority_id, id=case_id)
    if case is None or not case.secrecy:
        return None
    return frozenset({case.unit_id} if case.unit_id else ())
