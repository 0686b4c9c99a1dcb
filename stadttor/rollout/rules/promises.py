"""What may be promised, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from stadttor.core.refused import Refused

GOALS = ("adopted", "test", "live", "used")
STATES = ("late", "due", "kept_late", "kept", "given_up")
"""What asks for a look stands first."""
LONGEST_REASON = 1_000
FIRST, LAST = date(2017, 8, 18), date(2100, 1, 1)
"""From the day of the OZG on: what was agreed once can be entered later."""


@dataclass(frozen=True)
class Line:
    """By when, as of a moment; none when it is no longer promised. `entered_by` is the name of the body."""

    number: int
    due: date | None
    reason: str
    entered_by: str
    at: datetime


def state_of(due: date | None, reached_on: date | None, today: date) -> str:
    """One of STATES. A day counts as a whole: what is reached on it is kept."""
    if due is None:
        return "given_up"
    if reached_on is None:
        return "late" if due < today else "due"
    return "kept" if reached_on <= due else "kept_late"


def must_be_promise(goal: str, due: date | None) -> None:
    """Refused for what nobody can promise."""
    if goal not in GOALS:
        raise Refused("promise_goal", "Please choose one of the listed values.", field="goal")
    must_be_day(due)


def must_be_day(due: date | None) -> None:
    """Refused without a day that somebody can have meant."""
    if due is None:
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="due")
    if not FIRST <= due < LAST:
        raise Refused("promise_day", "Please enter a date from 2017 to 2099.", field="due")


def must_be_shift(lines: Sequence[Line], due: date | None, reason: str) -> None:
    """Refused for what changes nothing or has no reason."""
    if due is not None:
        must_be_day(due)
    if due == lines[-1].due:
        raise Refused("promise_same", "This date is promised already.", field="due")
    if not reason:
        raise Refused("promise_reason", "Please say why the date changes.", field="reason")
    if len(reason) > LONGEST_REASON:
        raise Refused("too_long", "Please shorten this to {most} characters.", field="reason", most=LONGEST_REASON)
