"""Which calendar spans are told, so that nobody reckons few people back: months, quarters and years, at whatever time they are asked.

All that is published of a figure, in pages, files, reports and sums, is of these spans, and is told of each once and for all: see
docs/decisions/0061-fixed-spans.md.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby

from stadttor.core.periods import months_later
from stadttor.insights.rules.figures import OPEN_DAYS
from stadttor.insights.rules.marks import SHOWN_FROM

MONTHS, QUARTER = 12, 3
SETTLED_DAYS = OPEN_DAYS + 1
"""So long after its end a month is told: it changes no more, and was counted for the last time."""
Numbers = tuple[int, ...]
"""What somebody could learn of a month: how many there are; perhaps also how many are part of it, and how many are not."""


def told_until(today: date) -> date:
    """The first day of the last month that is told on this day."""
    return months_later((today - timedelta(days=SETTLED_DAYS)).replace(day=1), -1)


def last_months(last: date) -> tuple[date, ...]:
    """First days of the MONTHS up to the month of `last`."""
    return _months(months_later(last.replace(day=1), 1 - MONTHS), MONTHS)


def quarters(last: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The months of the last two quarters that are over with the month of `last`, the earlier one first."""
    end = months_later(last.replace(day=1), 1)
    end = months_later(end, -((end.month - 1) % QUARTER))
    before, lately = (_months(months_later(end, -back), QUARTER) for back in (2 * QUARTER, QUARTER))
    return before, lately


def year(last: date) -> tuple[date, ...]:
    """The months of the last year that is over with the month of `last`."""
    end = months_later(last.replace(day=1), 1)
    return _months(date(end.year - 1, 1, 1), MONTHS)


def months_read(last: date) -> tuple[date, ...]:
    """All that is needed to say which of the spans above are told: from a January on."""
    begin = date(last.year - 1, 1, 1)
    return _months(begin, MONTHS + last.month)


def name_of(months: Sequence[date]) -> str:
    """`2026-10`, `2026-Q4` or `2026`."""
    return names_with(months[0])[{1: 0, QUARTER: 1, MONTHS: 2}[len(months)]]


def names_with(month: date) -> tuple[str, str, str]:
    """The names of the month, of its quarter, and of its year."""
    return f"{month:%Y-%m}", f"{month.year}-Q{(month.month + 2) // QUARTER}", f"{month.year}"


def is_small(numbers: Iterable[int]) -> bool:
    """Whether one of them tells of fewer than SHOWN_FROM."""
    return any(0 < number < SHOWN_FROM for number in numbers)


def added(one: Numbers, other: Numbers) -> Numbers:
    """Both together."""
    return tuple(map(sum, zip(one, other, strict=True)))


def told(
    numbers: Mapping[date, Numbers],
    months: Sequence[date],
    *,
    is_small: Callable[[Numbers], bool] = is_small,
    together: Callable[[Numbers, Numbers], Numbers] = added,
) -> frozenset[str]:
    """The names of the spans that are told of `months`, which follow each other from a January on and are over.

    What is left out gathers month after month until it is small no longer. Only within one quarter does that quarter's sum tell
    of it; a rest that stays small goes on into the next quarter, and both are left out beside their year. So whatever sums
    are taken from each other, what is left is nothing, or is not small. Whether a span is told hangs on nothing
    that comes after it: who asks later gets the same.
    """
    shown: set[str] = set()
    for _year, of_year in groupby(months, key=lambda month: month.year):
        shown.update(_told_of_year(numbers, list(of_year), is_small, together))
    return frozenset(shown)


def _told_of_year(
    numbers: Mapping[date, Numbers],
    months: Sequence[date],
    is_small: Callable[[Numbers], bool],
    together: Callable[[Numbers, Numbers], Numbers],
) -> Iterator[str]:
    none = tuple(0 for _one in next(iter(numbers.values()), ()))
    rest = none
    for begin in range(0, len(months), QUARTER):
        quarter, is_alone = months[begin : begin + QUARTER], not any(rest)
        for month in quarter:
            own = numbers.get(month, none)
            if is_small(own) or is_small(rest):
                rest = together(rest, own)
            elif any(own):
                yield name_of([month])
        if len(quarter) == QUARTER and not is_small(rest):
            if is_alone and any(any(numbers.get(month, none)) for month in quarter):
                yield name_of(quarter)
            rest = none
    if len(months) == MONTHS and not any(rest) and any(any(numbers.get(month, none)) for month in months):
        yield name_of(months)


def _months(begin: date, count: int) -> tuple[date, ...]:
    return tuple(months_later(begin, place) for place in range(count))
