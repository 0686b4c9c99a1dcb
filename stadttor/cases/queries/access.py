"""Who may see which case: a lead all, a clerk those of her units, her own, and those of colleagues she deputises."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day
from stadttor.ground.rows import read
from stadttor.identity.queries import Staff

COVERED_SQL = """
SELECT staff_id FROM cases_deputy WHERE authority_id = %s AND deputy_id = %s AND last_day >= %s AND first_day <= %s
"""


@dataclass(frozen=True)
class Viewer:
    """A member of staff with everything that decides what she sees. `covers`: colleagues she deputises today."""

    staff: Staff
    sees_all: bool
    covers: frozenset[UUID]

    @property
    def assignees(self) -> frozenset[UUID]:
        """Whose cases are hers to work on: her own and those she covers."""
        return self.covers | {self.staff.id}

    def sees(self, case: Case) -> bool:
        """Whether this case exists for her."""
        if self.sees_all:
            return True
        return case.unit_id in self.staff.unit_ids or case.assignee_id in self.assignees


def viewer_of(staff: Staff, now: datetime) -> Viewer:
    """The viewer, inside the open work."""
    covers = covered_by(staff.authority_id, staff.id, german_day(now))
    return Viewer(staff, staff.may("lead"), covers)


def covered_by(authority_id: UUID, staff_id: UUID, day: date) -> frozenset[UUID]:
    """The colleagues whose deputy this person is on a day."""
    return frozenset(covered for (covered,) in read(COVERED_SQL, authority_id, staff_id, day, day))


def must_see(viewer: Viewer, case: Case | None) -> Case:
    """The case. Refused as not found when there is none or it is not hers to see."""
    if case is None or not viewer.sees(case):
        raise not_found()
    return case
