"""Until when a case is to be decided. Days are German calendar days.

`land` is the calendar that counts: a Land's two letters (BY, NW …), a municipality's own holidays behind a plus.
"""

import re
from datetime import date, timedelta
from typing import Literal

from stadttor.core.periods import is_working_day, months_later, rolled

Colour = Literal["late", "soon", "fine", "paused", "none"]
SOON_WORKING_DAYS = 3
_DURATION = re.compile(r"P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,4})W)?(?:(\d{1,4})D)?")


def due_on(start: date, duration: str, land: str) -> date | None:
    """The last day of a period such as P14D that begins the day after `start` (§ 187 Abs. 1 BGB). None without one.

    Raises ValueError for anything that is no ISO 8601 duration in years, months, weeks or days.
    """
    if not duration:
        return None
    found = _DURATION.fullmatch(duration)
    if not found or not any(found.groups()):
        raise ValueError(f"not a duration in days: {duration[:20]}")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return rolled(months_later(start, years * 12 + months) + timedelta(days=weeks * 7 + days), land)


def resumed(due: date | None, stopped: date, today: date, land: str) -> date | None:
    """The deadline after the citizen's turn: as many days later as the clock stood still.

    This is the clock of our promise; statutory periods run on regardless.
    """
    return rolled(due + max(today - stopped, timedelta()), land) if due else None


def working_days_between(start: date, end: date, land: str) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before."""
    if end < start:
        return -working_days_between(end, start, land)
    days = (end - start).days
    return sum(is_working_day(start + timedelta(days=n), land) for n in range(1, days + 1))


def soon_until(today: date, land: str) -> date:
    """The last day that counts as soon: three working days from today."""
    day, left = today, SOON_WORKING_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, land)
    return day


def colour(state: str, due: date | None, today: date, soon: date) -> Colour:
    """How the deadline shows. `soon` comes from `soon_until`, once for a whole list."""
    if due is None or state in ("decided", "closed", "withdrawn"):
        return "none"
    if state == "waiting_for_citizen":
        return "paused"
    if due < today:
        return "late"
    return "soon" if due <= soon else "fine"
