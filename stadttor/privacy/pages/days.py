"""Days as they are typed on the pages of this module, and refusals that name one."""

from datetime import date
from typing import Any

from stadttor.core.refused import Refused
from stadttor.ground.web import formats


def parts_of(request: Any, name: str) -> dict[str, str]:
    """What was typed into the three fields."""
    return {part: request.POST.get(f"{name}.{part}", "").strip() for part in ("day", "month", "year")}


def parts_on(day: date | None) -> dict[str, str]:
    """A day as it would be typed."""
    return {"day": str(day.day), "month": str(day.month), "year": str(day.year)} if day else {}


def day_in(request: Any, name: str) -> date | None:
    """The day, none when nothing was typed. Refused when it is none of the calendar."""
    parts = parts_of(request, name)
    if not any(parts.values()):
        return None
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field=name) from None


def spelled(refused: Refused) -> dict[str, object]:
    """Its values, days in the reader's notation."""
    return {name: formats.day(one) if isinstance(one, date) else one for name, one in refused.values.items()}
