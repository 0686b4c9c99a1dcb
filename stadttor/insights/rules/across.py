"""Figures of a service over several authorities, and what of them may leave the authorities' walls.

A figure is folded into how often it had which value: working days for a duration, 1 and 0 for a share, 0 for a number. So
folded, authorities and Länder are added up. What few stand behind is left out by span of time, and with it whatever it could
be reckoned back from: see docs/decisions/0059-figures-over-authorities-by-month.md.
"""

from collections import Counter as Tally
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from stadttor.insights.rules.figures import Amount, Figures, Share, Spread, Values, spread
from stadttor.insights.rules.marks import SATISFIED, SHOWN_FROM

SPREADS = ("gross", "net")
AMOUNTS = ("begun", "visits")
# By figure: the measure it is a share of, and which values count for it.
SHARES: Mapping[str, tuple[str, Callable[[int], bool]]] = {
    "asked_back": ("asked", bool),
    "first_contact": ("first_contact", bool),
    "declared": ("declared", bool),
    "not_again": ("not_again", bool),
    "online": ("online", bool),
    "satisfied": ("score", lambda score: score in SATISFIED),
    "unbroken": ("breaks", lambda breaks: not breaks),
    "corrected": ("corrected", bool),
}
ACROSS = (*SPREADS, *AMOUNTS, *SHARES, "finished")
LEAST_AUTHORITIES = 3
"""What fewer take part in tells of one of them: it stays with the body that steers, and is no open data."""
YEAR, LATELY, BEFORE = "year", "lately", "before"
BEHIND = "authorities"
"""Kept beside the figures of the year: see `Over.behind`."""
Figure = Spread | Share | Amount
Cell = Mapping[int, int]


def folded(counted: Mapping[str, Values]) -> dict[str, Tally[int]]:
    """Each of ACROSS with something behind it; `counted` maps a measure to how often it had which value."""
    found: dict[str, Tally[int]] = {name: Tally(counted[name]) for name in SPREADS if name in counted}
    found |= {name: Tally({0: sum(counted[name].values())}) for name in AMOUNTS if name in counted}
    for name, (measure, is_so) in SHARES.items():
        for value, often in counted.get(measure, {}).items():
            found.setdefault(name, Tally())[int(is_so(value))] += often
    begun, sent = (sum(counted.get(name, {}).values()) for name in ("begun", "sent"))
    if begun:
        found["finished"] = Tally({1: sent, 0: begun - sent})
    return {name: values for name, values in found.items() if values.total()}


@dataclass(frozen=True)
class Spans:
    """Which months (`2026-10`) there are, and which of them belong to each of the two spans of the trend."""

    months: tuple[str, ...]
    lately: frozenset[str]
    before: frozenset[str]

    def of(self, span: str) -> Collection[str]:
        """The months of a span; a month is a span of its own."""
        return {YEAR: self.months, LATELY: self.lately, BEFORE: self.before}.get(span, (span,))

    @property
    def all(self) -> tuple[str, ...]:
        return (YEAR, LATELY, BEFORE, *self.months)


@dataclass
class Pool:
    """One service over the authorities of a Land: by figure and month how often it had which value.

    `taking`: by figure and span how many authorities have something behind it.
    `few`: by figure and span how many stand behind it at authorities at which fewer than SHOWN_FROM do. The others may show
    theirs, and what is left of the sum then is this.
    """

    spans: Spans
    authorities: int = 0
    taking: Tally[tuple[str, str]] = field(default_factory=Tally)
    counted: dict[str, dict[str, Tally[int]]] = field(default_factory=dict)
    few: Tally[tuple[str, str]] = field(default_factory=Tally)

    def add(self, months: Mapping[str, Mapping[str, Values]]) -> None:
        """One authority: its measures by month."""
        self.authorities += 1
        behind: dict[str, dict[str, int]] = {}
        for month, counted in months.items():
            for name, values in folded(counted).items():
                self.counted.setdefault(name, {}).setdefault(month, Tally()).update(values)
                behind.setdefault(name, {})[month] = values.total()
        for name, numbers in behind.items():
            for span in self.spans.all:
                n = sum(numbers.get(month, 0) for month in self.spans.of(span))
                self.taking[name, span] += n > 0
                if 0 < n < SHOWN_FROM:
                    self.few[name, span] += n

    def told(self) -> dict[tuple[str, str], Cell]:
        """(figure, span): what may leave."""
        return {
            (name, span): cell
            for name, by_month in self.counted.items()
            for span, cell in _told(name, by_month, self.few, self.spans).items()
        }

    @property
    def few_of_year(self) -> dict[str, int]:
        """`few` of the whole, by figure."""
        return {name: n for (name, span), n in self.few.items() if span == YEAR}

    def over(self) -> "Over":
        """The same with how many authorities stand behind each, as Länder are added up."""
        return Over(self.authorities, self.told(), +self.taking)


@dataclass(frozen=True)
class Over:
    """One service over a Land or several: how many authorities take part in anything, what may leave, and by figure and span how
    many authorities have something behind it, whether it may leave or not."""

    authorities: int
    told: Mapping[tuple[str, str], Cell]
    taking: Mapping[tuple[str, str], int]

    def behind(self, months: Collection[str]) -> dict[str, list[int]]:
        """By figure how many authorities stand behind the year, and behind that month that the fewest do."""
        of_months: dict[str, list[int]] = {}
        for (name, span), n in self.taking.items():
            if span in months:
                of_months.setdefault(name, []).append(n)
        return {name: [self.taking[name, YEAR], min(numbers)] for name, numbers in of_months.items()}


def _told(
    name: str, by_month: Mapping[str, Tally[int]], few: Mapping[tuple[str, str], int], spans: Spans
) -> dict[str, Cell]:
    """The spans of one figure from which nobody learns of fewer than SHOWN_FROM."""
    cells = {span: sum((by_month.get(month, Tally()) for month in spans.of(span)), Tally()) for span in spans.all}
    numbers = {span: _numbers(name, cell) for span, cell in cells.items()}
    small = {span for span in spans.all if _is_small((*numbers[span], few.get((name, span), 0)))}
    hidden = _hidden({month: numbers[month] for month in spans.months}, small)
    shown = set(spans.all) - hidden - small
    # Beside the months that are shown a sum tells of those that are not; one of the two spans beside the other as well.
    rests = [hidden & spans.lately, hidden & spans.before, hidden - spans.lately - spans.before]
    if any(_is_small(_added(numbers[month] for month in rest)) for rest in rests) or small & {LATELY, BEFORE}:
        shown -= {LATELY, BEFORE}
    return {span: cells[span] for span in shown if cells[span].total()}


def _numbers(name: str, cell: Tally[int]) -> tuple[int, ...]:
    """What somebody could learn of it: how many there are; of a share also how many are part of it, and how many are not."""
    if name in SPREADS or name in AMOUNTS:
        return (cell.total(),)
    return cell.total(), cell[1], cell[0]


def _is_small(numbers: Iterable[int]) -> bool:
    return any(0 < number < SHOWN_FROM for number in numbers)


def _added(rows: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def _hidden(numbers: Mapping[str, tuple[int, ...]], small: Collection[str]) -> set[str]:
    """Months that are not shown beside the whole: the `small` ones, and as many of the smallest others as it takes that what
    is hidden together is not small either (as `figures.hidden_parts`, for several numbers at once)."""
    hidden = {month for month in numbers if month in small}
    others = sorted((one[0], month) for month, one in numbers.items() if one[0] and month not in hidden)
    while hidden and others and _is_small(_added(numbers[month] for month in hidden)):
        hidden.add(others.pop(0)[1])
    return hidden


def written(name: str, cell: Cell) -> list[int]:
    """A figure as it is kept: [median, ninetieth percentile, n], [how many, n] or [n]."""
    n = sum(cell.values())
    if name in SPREADS:
        made = spread(cell)
        assert made, "what may leave has enough behind it"
        return [made.median, made.p90, n]
    return [n] if name in AMOUNTS else [cell.get(1, 0), n]


def read(kept: Mapping[str, list[int]]) -> Figures:
    """The figures that were `written`, the others none; `kept` may say more than figures."""
    found: dict[str, Figure | None] = dict.fromkeys(ACROSS)
    for name, numbers in kept.items():
        if name in found:
            found[name] = (
                Spread(*numbers) if name in SPREADS else Amount(*numbers) if name in AMOUNTS else Share(*numbers)
            )
    return Figures(**found)  # type: ignore[arg-type]  # each of its kind


def together(lands: Collection[Over]) -> Over:
    """Several Länder: the sum of what may leave each of them, and hence of nothing small.

    What one of them has and may not tell is left out of all: a sum without it would look like a fall.
    """
    told: dict[tuple[str, str], Tally[int]] = {}
    taking: Tally[tuple[str, str]] = Tally()
    for land in lands:
        taking.update(land.taking)
        for key, cell in land.told.items():
            told.setdefault(key, Tally()).update(cell)
    missing = {key for land in lands for key in land.taking if key not in land.told}
    # A trend is shown with both of its spans, or not at all.
    missing |= {(name, other) for name, span in missing for other in (LATELY, BEFORE) if span in (LATELY, BEFORE)}
    shown = {key: cell for key, cell in told.items() if key not in missing}
    return Over(sum(land.authorities for land in lands), shown, taking)


def of_many(figures: Figures, behind: Mapping[str, Sequence[int]], *, is_year: bool) -> Figures:
    """Those behind which LEAST_AUTHORITIES and more stand (see `Over.behind`), for everybody.

    A year and its other months would tell of a month of fewer: where there is one, the year alone is left.
    """
    enough = {name for name, (year, month) in behind.items() if (year if is_year else month) >= LEAST_AUTHORITIES}
    return replace(figures, **dict.fromkeys(set(ACROSS) - enough))


def by_span(told: Mapping[tuple[str, str], Cell]) -> Iterator[tuple[str, dict[str, list[int]]]]:
    """(span, its figures as they are kept), without empty ones."""
    found: dict[str, dict[str, list[int]]] = {}
    for (name, span), cell in told.items():
        found.setdefault(span, {})[name] = written(name, cell)
    yield from found.items()
