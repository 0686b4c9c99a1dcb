"""The key figures of a month as a file that stays."""

from datetime import date, datetime
from uuid import UUID

from stadttor.ground.rows import insert_unless_taken
from stadttor.ground.work import work
from stadttor.insights.models import MonthReport


def keep_report(*, authority_id: UUID, month: date, pdf: bytes, now: datetime) -> bool:
    """Keep the report of a month (its first day); gives whether there was none yet, which else stays as it is."""
    with work(authority_id):
        return insert_unless_taken(MonthReport(authority_id=authority_id, month=month, made=now, pdf=pdf))
