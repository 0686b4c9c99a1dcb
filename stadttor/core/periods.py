"""Working days and the ends of periods, by the calendar of a Land (BY, NW …; a municipality's own holidays behind a plus)."""

from datetime import date, timedelta
from functools import lru_cache

from stadttor.core.holidays import holidays_of


def is_working_day(day: date, land: str) -> bool:
    """Neither Saturday nor Sunday nor a statutory holiday of the Land (the whole of Germany for an unknown Land)."""
    return day.weekday() < 5 and day not in _holidays(land, day.year)


@lru_cache(maxsize=400)
def _holidays(land: str, year: int) -> frozenset[date]:
    return holidays_of(land, year)


def rolled(day: date, land: str) -> date:
    """The day itself or the next working day: a period does not end on a day off (§ 31 Abs. 3 VwVfG, § 193 BGB)."""
    while not is_working_day(day, land):
        day += timedelta(days=1)
    return day


def months_later(day: date, months: int) -> date:
    """The same day so many months later, the month's last where it is missing (§ 188 Abs. 3 BGB)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)
