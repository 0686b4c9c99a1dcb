"""From when until when a permit is valid."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from stadttor.core.refused import Refused

EARLIEST = timedelta(days=365)
LATEST = timedelta(days=30 * 365)


@dataclass(frozen=True)
class Validity:
    """First and last day, both included."""

    begins: date
    ends: date


@dataclass(frozen=True)
class Permit:
    """What an application says of the permit it asks for; None is for the clerk to say. `ends` is the last day of the permit whose
    place it takes, where the application says no time of its own.
    """

    outcomes: tuple[str, ...]
    begins: date | None = None
    months: int | None = None
    ends: date | None = None

    def last_from(self, first: date) -> date | None:
        """The last day of a permit that begins so, as the application has it."""
        return last_day(first, self.months) if self.months else self.ends

    def validity(self, begins: date | None, ends: date | None, today: date) -> Validity:
        """The clerk's days, else those of the application; without a first day it begins today.

        Refused without a last day, when it would end before it begins or has ended already, and for days that can
        only be mistyped: more than a year ago, or more than thirty years ahead.
        """
        first = begins or self.begins or today
        last = ends or self.last_from(first)
        if last is None:
            raise Refused(
                "validity_missing",
                "Please say until when the permit is valid. The application does not say it.",
                field="valid_until",
            )
        if last < first:
            raise Refused("validity_order", "The permit cannot end before it begins.", field="valid_until")
        _must_be_near(first, last, today)
        return Validity(first, last)


def _must_be_near(first: date, last: date, today: date) -> None:
    for day, field in ((first, "valid_from"), (last, "valid_until")):
        if not today - EARLIEST <= day <= today + LATEST:
            raise Refused(
                "validity_far",
                "Please check the year: it is too far in the past or in the future.",
                field=field,
            )
    if last < today:
        raise Refused(
            "validity_over", "The permit would have ended already. Please enter a later day.", field="valid_until"
        )


def last_day(begins: date, months: int) -> date:
    """The last day of so many months that begin with this day: the day before the one of the same number.

    Where that month has no such day, its last day (§ 187 Abs. 2, § 188 Abs. 2 and 3 BGB). Beyond the calendar: its end.
    """
    years, month = divmod(begins.year * 12 + begins.month - 1 + months, 12)
    if years > MAXYEAR:
        return date.max
    length = monthrange(years, month + 1)[1]
    if begins.day > length:
        return date(years, month + 1, length)
    return date(years, month + 1, begins.day) - timedelta(days=1)
