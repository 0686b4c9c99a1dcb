"""The clock. Only the edges (pages, jobs, commands) read it; everything below takes `now` as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def german_day(moment: datetime) -> date:
    """The calendar day in Germany, on which periods and ages are reckoned."""
    return moment.astimezone(BERLIN).date()
