"""Figures of a service over several authorities, and what of them may leave the authorities' walls.

A figure is folded into how often it had which value: working days for a duration, 1 and 0 for a share, 0 for a number. So
folded, authorities and Kreise are added up. What few stand behind is left out by span of time, and with it whatever it could
be reckoned back from: see docs/decisions/0059-figures-over-authorities-by-month.md and 0061-fixed-spans.md.
"""

from collections import Counter as Tally
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from stadttor.insights.rules.figures import Amount, Figures, Share, Spread, Values, spread
from stadttor.insights.rules.marks import SATISFIED
from stadttor.insights.rules.spans import is_small, name_of, names_with, told

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
"""What fewer take part in tells of one of them: it stays with a body that steers a whole Land, and is no open data."""
BEHIND = "authorities"
"""Kept beside the figures of a quarter: how many authorities stand behind each."""
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


@dataclass
class Pool:
    """One service over the authorities of a Kreis: by figure and month how often it had which value.

    `taking`: by figure and span how many authorities have something behind it.
    `few`: by figure and span how many stand behind it at authorities that do not tell it themselves. The others may show theirs,
    and what is left of the sum then is this.
    `own`: by figure what the authorities that take part tell of it themselves.
    """

    months: Sequence[date]
    authorities: int = 0
    taking: Tally[tuple[str, str]] = field(default_factory=Tally)
    counted: dict[str, dict[date, Tally[int]]] = field(default_factory=dict)
    few: Tally[tuple[str, str]] = field(default_factory=Tally)
    own: dict[str, list[frozenset[str]]] = field(default_factory=dict)

    def add(self, months: Mapping[date, Mapping[str, Values]]) -> None:
        """One authority: its measures by month."""
        self.authorities += 1
        behind: dict[str, dict[date, tuple[int, ...]]] = {}
        for month, counted in months.items():
            for name, values in folded(counted).items():
                self.counted.setdefault(name, {}).setdefault(month, Tally()).update(values)
                behind.setdefault(name, {})[month] = (values.total(),)
        for name, numbers in behind.items():
            own = told(numbers, self.months)
            self.own.setdefault(name, []).append(own)
            by_span: Tally[str] = Tally()
            for month, (n,) in numbers.items():
                by_span.update(dict.fromkeys(names_with(month), n))
            for span, n in by_span.items():
                self.taking[name, span] += 1
                if span not in own:
                    self.few[name, span] += n

    def over(self) -> "Over":
        """What of it may leave."""
        found = {(name, span): cell for name in self.counted for span, cell in self._told(name).items()}
        least = {
            name: min(self.taking[name, name_of([month])] for month in by_month)
            for name, by_month in self.counted.items()
        }
        return Over(self.authorities, found, {key: self.taking[key] for key in found}, least)

    def _told(self, name: str) -> dict[str, Cell]:
        """The spans of one figure from which nobody learns of fewer than SHOWN_FROM."""
        by_month = self.counted[name]
        numbers = {month: (*_numbers(name, cell), self.few[name, name_of([month])]) for month, cell in by_month.items()}
        shown = {span for span in told(numbers, self.months) if not is_small([self.few[name, span]])}
        if len(self.own[name]) == 1:
            # Beside what the only one tells itself nothing else is told of it.
            shown &= self.own[name][0]
        cells: dict[str, Tally[int]] = {}
        for month, cell in by_month.items():
            for span in shown.intersection(names_with(month)):
                cells.setdefault(span, Tally()).update(cell)
        return dict(cells)


@dataclass(frozen=True)
class Over:
    """One service over Kreise: how many authorities take part in anything, and by figure and span what may leave, and how many
    authorities stand behind it. `least`: by figure how many took part in that month in which the fewest did."""

    authorities: int
    told: Mapping[tuple[str, str], Cell]
    taking: Mapping[tuple[str, str], int]
    least: Mapping[str, int]

    def behind(self, span: str) -> dict[str, int]:
        """By figure how many authorities stand behind what is told of a span."""
        return {name: n for (name, of_span), n in self.taking.items() if of_span == span}


def _numbers(name: str, cell: Tally[int]) -> tuple[int, ...]:
    """What somebody could learn of it: how many there are; of a share also how many are part of it, and how many are not."""
    if name in SPREADS or name in AMOUNTS:
        return (cell.total(),)
    return cell.total(), cell[1], cell[0]


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


def together(kreise: Collection[Over]) -> Over:
    """Any Kreise as one, be it a Land or a country: the sum of what may leave each of them, and hence of nothing small. What one
    of them may not tell is in no sum, so no sum tells of it, whichever are taken from each other."""
    found: dict[tuple[str, str], Tally[int]] = {}
    taking: Tally[tuple[str, str]] = Tally()
    least: dict[str, int] = {}
    for one in kreise:
        taking.update(one.taking)
        least |= {name: min(n, least.get(name, n)) for name, n in one.least.items()}
        for key, cell in one.told.items():
            found.setdefault(key, Tally()).update(cell)
    return Over(sum(one.authorities for one in kreise), found, taking, least)


def in_kreise(over: Over) -> Over:
    """What a body is told that sees single Kreise: figures that LEAST_AUTHORITIES and more took part in, in every month. Fewer
    authorities would read of each other."""
    shown = {key: cell for key, cell in over.told.items() if over.least[key[0]] >= LEAST_AUTHORITIES}
    return replace(over, told=shown)


def of_many(figures: Figures, behind: Mapping[str, int]) -> Figures:
    """Those behind which LEAST_AUTHORITIES and more stand, for everybody."""
    return replace(figures, **dict.fromkeys(name for name in ACROSS if behind.get(name, 0) < LEAST_AUTHORITIES))


def by_span(over: Over) -> dict[str, dict[str, list[int]]]:
    """By span its figures as they are kept, without empty ones."""
    found: dict[str, dict[str, list[int]]] = {}
    for (name, span), cell in over.told.items():
        found.setdefault(span, {})[name] = written(name, cell)
    return found
