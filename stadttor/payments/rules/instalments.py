"""Pure rules of a yearly tax: how much of it a year owes, and on which days it is due."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

MONTHS = 12


@dataclass(frozen=True)
class Instalment:
    """Euro cents that are due on a day."""

    due: date
    cents: int


def assessed_year(begins: Iterable[date], today: date) -> int:
    """The calendar year that is assessed today: this one, or the first in which anything is owed."""
    return max(today.year, min((one.year for one in begins), default=today.year))


def earlier_years(begins: Iterable[date], first: int, most: int) -> range:
    """The calendar years before the assessed one that owe something too; the period of assessment lets go back `most` (§ 169 AO)."""
    return range(max(first - most, min((one.year for one in begins), default=first)), first)


def of_year(cents: int, begins: date, year: int, *, pro_rata: bool) -> int:
    """What a year owes of a yearly tax that begins with the month of a day; less than a cent is let go."""
    months = 0 if begins.year > year else MONTHS if begins.year < year else MONTHS + 1 - begins.month
    return cents * months // MONTHS if pro_rata else cents if months else 0


def instalments(cents: int, *, year: int, begins: date, days: Sequence[str], earliest: date) -> tuple[Instalment, ...]:
    """A year's cents in equal parts on the days (`15.02.`) that come once it has begun, the odd cents first.

    Nothing is due before `earliest`; what would be falls due then, in one sum. So does all of it where no day is left.
    """
    if cents <= 0:
        return ()
    left = [day for day in sorted(_day(year, one) for one in days) if day >= begins] or [earliest]
    part, odd = divmod(cents, len(left))
    due: dict[date, int] = {}
    for place, day in enumerate(left):
        when = max(day, earliest)
        due[when] = due.get(when, 0) + part + (place < odd)
    return tuple(Instalment(day, sum_) for day, sum_ in due.items() if sum_)


def _day(year: int, written: str) -> date:
    """The 29 February of a year without one is its last day of February."""
    day, month = int(written[:2]), int(written[3:5])
    return date(year, month, min(day, monthrange(year, month)[1]))
