"""The functions both engines provide to lowered expressions. All are total: an unanswered argument gives an unanswered
result, comparisons with it are false. `conditions.js` holds the same functions for the browser; the corpus compares.
"""

from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from stadttor.core.cel.reading import MAX_INTEGER

Scalar = int | str | None


def _answered(value: Scalar) -> bool:
    return value is not None and value != ""


def nothing() -> None:
    """The literal null; a function, because the browser's engine refuses null beside numbers before it runs."""


def less(left: Scalar, right: Scalar) -> bool:
    return _answered(left) and _answered(right) and left < right  # type: ignore[operator]  # one kind, see checking.py


def at_most(left: Scalar, right: Scalar) -> bool:
    return _answered(left) and _answered(right) and left <= right  # type: ignore[operator]  # one kind, see checking.py


def _exact(value: int) -> int | None:
    """None beyond what both engines hold exactly."""
    return value if -MAX_INTEGER <= value <= MAX_INTEGER else None


def plus(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else _exact(left + right)


def minus(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else _exact(left - right)


def times(left: int | None, right: int | None) -> int | None:
    return None if left is None or right is None else _exact(left * right)


def length(text: str) -> int:
    """Characters (code points), which the engines' own `size` count differently."""
    return len(text)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None


def days_between(start: str, end: str) -> int | None:
    """Days from start to end; negative when end lies before start."""
    first, last = _day(start), _day(end)
    return (last - first).days if first and last else None


def age_on(birth: str, day: str) -> int | None:
    """Completed years of life on a day. Whoever is born on 29 February completes a year with 28 February,
    so is a year older from 1 March (§ 187 Abs. 2, § 188 Abs. 2 BGB)."""
    born, on = _day(birth), _day(day)
    if not born or not on or on < born:
        return None
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def add_days(day: str, number: int | None) -> str:
    start = _day(day)
    if not start or number is None:
        return ""
    try:
        return (start + timedelta(days=number)).isoformat()
    except OverflowError:
        return ""


def add_months(day: str, number: int | None) -> str:
    """The same day so many months later; the month's last day where that day is missing (§ 188 Abs. 3 BGB)."""
    start = _day(day)
    if not start or number is None:
        return ""
    years, month = divmod(start.year * 12 + start.month - 1 + number, 12)
    if not 1 <= years <= 9999:
        return ""
    return date(years, month + 1, min(start.day, monthrange(years, month + 1)[1])).isoformat()


ENGINE_FUNCTIONS: Mapping[str, Callable[..., object]] = {
    function.__name__: function
    for function in (nothing, less, at_most, plus, minus, times, length, days_between, age_on, add_days, add_months)
}
