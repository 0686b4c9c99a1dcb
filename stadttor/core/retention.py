"""How long something is kept after its end: an ISO 8601 period of one unit, like P3Y, P6M or P90D."""

from calendar import monthrange
from datetime import date, timedelta


def last_day(closed: date, period: str) -> date:
    """The last day on which it is kept.

    Years run from the end of the year of closing, as § 147 Abs. 4 AO and the registries' rules have it; months and days
    from the day itself. What would end after the calendar does is kept for ever.
    """
    amount, unit = int(period[1:-1]), period[-1]
    try:
        if unit == "Y":
            return date(closed.year + amount, 12, 31)
        return closed + timedelta(days=amount) if unit == "D" else months_after(closed, amount)
    except (ValueError, OverflowError):
        return date.max


def months_after(day: date, months: int) -> date:
    """The same day so many months later, the last of its month where that is shorter (§ 188 Abs. 3 BGB)."""
    whole = day.month - 1 + months
    year, month = day.year + whole // 12, whole % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
