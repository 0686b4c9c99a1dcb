"""Who stands in for whom."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.cases.models import Deputy
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff

MOST = 200


@dataclass(frozen=True)
class DeputyRow:
    """One period, both days included; `may_end`: the person who asked can end it."""

    id: UUID
    staff_name: str
    deputy_name: str
    first_day: date
    last_day: date
    may_end: bool


def deputies_for(staff: Staff, now: datetime) -> list[DeputyRow]:
    """Current and coming periods: those of the person herself, for a lead all."""
    with work(staff.authority_id):
        found = Deputy.objects.filter(authority_id=staff.authority_id, last_day__gte=german_day(now))
        rows = list(found.order_by("first_day", "staff_name")[:MOST])
    is_lead = staff.may("lead")
    return [
        DeputyRow(
            row.id, row.staff_name, row.deputy_name, row.first_day, row.last_day, is_lead or row.staff_id == staff.id
        )
        for row in rows
        if is_lead or staff.id in (row.staff_id, row.deputy_id)
    ]
