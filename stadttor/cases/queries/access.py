"""Who may see which case: a lead all, a clerk those of her units, her own, and those of colleagues she deputises.

A case under tax secrecy (§ 30 AO) exists for members of the unit in charge alone: for no lead of another unit, no deputy, no
other system, and for nobody while no unit is in charge.
Whoever helps by an agreement between authorities sees the cases of its service in its unit, and no other, whoever has them.
The case of a protected person (§ 51 BMG) is seen as a mask only until somebody who sees it has said why she opens it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import german_day
from stadttor.ground.rows import read
from stadttor.identity.queries import Staff

COVERED_SQL = """
SELECT staff_id FROM cases_deputy WHERE authority_id = %s AND deputy_id = %s AND last_day >= %s AND first_day <= %s
"""
OPENED_SQL = """
SELECT 1 FROM cases_protectedlook WHERE authority_id = %s AND case_id = %s AND staff_id = %s AND until > %s LIMIT 1
"""
PROTECTED = "case_protected"


@dataclass(frozen=True)
class Viewer:
    """A member of staff with everything that decides what she sees. `covers`: colleagues she deputises at this moment."""

    staff: Staff
    sees_all: bool
    covers: frozenset[UUID]
    at: datetime

    @property
    def assignees(self) -> frozenset[UUID]:
        """Whose cases are hers to work on: her own and those she covers."""
        return self.covers | {self.staff.id}

    def sees(self, case: Case) -> bool:
        """Whether this case exists for her."""
        if self.staff.helps:
            return any(one.unit_id == case.unit_id and one.service == case.service for one in self.staff.helps)
        if case.secrecy:
            return case.unit_id in self.staff.unit_ids
        if self.sees_all:
            return True
        return case.unit_id in self.staff.unit_ids or case.assignee_id in self.assignees


def viewer_of(staff: Staff, now: datetime) -> Viewer:
    """The viewer, inside the open work."""
    covers = covered_by(staff.authority_id, staff.id, german_day(now))
    return Viewer(staff, staff.may("lead"), covers, now)


def covered_by(authority_id: UUID, staff_id: UUID, day: date) -> frozenset[UUID]:
    """The colleagues whose deputy this person is on a day."""
    return frozenset(covered for (covered,) in read(COVERED_SQL, authority_id, staff_id, day, day))


def must_find(viewer: Viewer, case: Case | None) -> Case:
    """The case as a list has it. Refused as not found when there is none or it is not hers to see."""
    if case is None or not viewer.sees(case):
        raise not_found()
    return case


def must_see(viewer: Viewer, case: Case | None) -> Case:
    """The case with what is in it. Refused as not found when there is none or it is not hers to see, and when its person is
    protected and she has not said in this sitting why she opens it. Inside the open work.
    """
    found = must_find(viewer, case)
    if not is_open_to(viewer, found):
        raise Refused(
            PROTECTED,
            "This case is about a protected person. Please open it in the list of cases and say why you need it.",
            status=403,
        )
    return found


def is_open_to(viewer: Viewer, case: Case) -> bool:
    """Whether nobody is protected, or she has said in this sitting why she opens it. Inside the open work."""
    return not case.is_protected or bool(read(OPENED_SQL, case.authority_id, case.id, viewer.staff.id, viewer.at))
