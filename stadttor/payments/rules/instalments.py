"""Pure rules of a yearly tax: how much of it a year owes, and on which days it is due."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

MONTHS = 12


@dataclass(frozen=True)
class Instalment:
    """Euro cents that are due on a day."""

    due: date
    cents: int


@dataclass(frozen=True)
class Span:
    """Cents a year from the first of a month on, until the last day of a month (`ends`) or without end."""

    cents: int
    begins: date
    ends: date | None = None

    def months(self, year: int) -> int:
        """How many months of a year it has."""
        first = max(self.begins, date(year, 1, 1))
        last = min(self.ends or date.max, date(year, 12, 31))
        return last.month - first.month + 1 if first <= last else 0


def assessed_year(begins: Iterable[date], today: date) -> int:
    """The calendar year that is assessed today: this one, or the first in which anything is owed."""
    return max(today.year, min((one.year for one in begins), default=today.year))


def earlier_years(begins: Iterable[date], first: int, most: int) -> range:
    """The calendar years before the assessed one that owe something too; the period of assessment lets go back `most` (§ 169 AO)."""
    return range(max(first - most, min((one.year for one in begins), default=first)), first)


def of_year(spans: Iterable[Span], year: int, *, pro_rata: bool) -> int:
    """What a year owes of a yearly tax: for each month a twelfth of its rate, or all of the first rate. Less than a cent is let go."""
    found = [(one.cents, months) for one in spans if (months := one.months(year))]
    if not pro_rata:
        return found[0][0] if found else 0
    return sum(cents * months for cents, months in found) // MONTHS


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


def lowered(left: Sequence[Instalment], cents: int, today: date) -> tuple[Instalment, ...]:
    """What instalments come to when only `cents` are owed in all: what is due later gives way first, in the same proportion.

    Only when nothing of that is left, less is owed of what was due by today, the latest first: whoever has paid it gets it
    back. No instalment rises, none goes away: one of nothing has no cents.
    """
    over = sum(one.cents for one in left) - cents
    if over <= 0:
        return tuple(left)
    later = sum(one.cents for one in left if one.due > today)
    due, kept = [one for one in left if one.due <= today], max(0, later - over)
    back = over - (later - kept)
    now_due: list[Instalment] = []
    for one in sorted(due, key=lambda one: one.due, reverse=True):
        less = min(one.cents, back)
        back -= less
        now_due.insert(0, Instalment(one.due, one.cents - less))
    return (*now_due, *_in_proportion([one for one in left if one.due > today], kept))


def _in_proportion(parts: Sequence[Instalment], cents: int) -> Iterator[Instalment]:
    """The odd cents go to the first that have room for one."""
    parts = sorted(parts, key=lambda one: one.due)
    whole = sum(one.cents for one in parts)
    shares = [one.cents * cents // whole if whole else 0 for one in parts]
    odd = cents - sum(shares)
    for one, share in zip(parts, shares, strict=True):
        more = 1 if odd and share < one.cents else 0
        odd -= more
        yield Instalment(one.due, share + more)


def _day(year: int, written: str) -> date:
    """The 29 February of a year without one is its last day of February."""
    day, month = int(written[:2]), int(written[3:5])
    return date(year, month, min(day, monthrange(year, month)[1]))
