"""The reports that were made, by month."""

from datetime import date
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.insights.models import MonthReport
from stadttor.insights.rules.spans import told_until

MOST = 24


def months_reported(authority_id: UUID) -> list[date]:
    """The first days of the last months of which there is a report, the newest first."""
    with work(authority_id):
        found = MonthReport.objects.filter(authority_id=authority_id).order_by("-month")
        return list(found.values_list("month", flat=True)[:MOST])


def month_to_report(today: date) -> date:
    """The first day of the last month that is told on this day."""
    return told_until(today)


def report_of(authority_id: UUID, month: date) -> bytes:
    """The PDF. Raises Refused (404) where there is none."""
    with work(authority_id):
        row = first(MonthReport, authority_id=authority_id, month=month)
    if row is None:
        raise not_found()
    return bytes(row.pdf)
