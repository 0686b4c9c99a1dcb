"""How key figures are made of counters. A counter says how often a measure had a value; nothing leads back to a case.

Measures: `gross` and `net` (working days a case took), `asked` (ask-backs before the decision), `first_contact`, `declared`
and `not_again` (0 or 1), `online` (1 for what came in online), `score` (1 to 5; its counters
say behind a colon where the marks were asked for), `begun` and `sent` (by day of the month),
`corrected` (how often something was put right), `worked_least` and `worked_most` (minutes), `breaks` (of media, in a case),
`visits` (by day of the month).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt

from stadttor.insights.rules.marks import SATISFIED, SHOWN_FROM

DAYS = ("gross", "net")
WORKED = ("worked_least", "worked_most")
MEASURES = (
    *DAYS,
    "asked",
    "first_contact",
    "declared",
    "not_again",
    "online",
    "score",
    "begun",
    "sent",
    "breaks",
    "corrected",
    *WORKED,
    "visits",
)
LONGEST = 9_999
# As contact centres count: who comes again later comes with something new.
AGAIN_DAYS = 7
# So long after a decision left the house it counts that it was put right. Below OPEN_DAYS, or nobody would see it.
CORRECTED_DAYS = 14
SENT_WITHIN_DAYS = 14
# So long a month may still change; drafts live for thirty days, so nothing is gone before it was counted for good.
OPEN_DAYS = 20
# A break longer than this says nothing of how long a colleague worked on what she did next.
LONGEST_BREAK = timedelta(minutes=15)
# The normal distribution's two-sided 95 %.
Z = 1.959963984540054

Values = Mapping[int, int]


@dataclass(frozen=True)
class Share:
    """So many of `n`, with the bounds between which the true share lies in 95 of 100 cases (Wilson 1927)."""

    count: int
    n: int

    @property
    def percent(self) -> float:
        return 100 * self.count / self.n

    @property
    def bounds(self) -> tuple[float, float]:
        """In percent, low and high."""
        part, square = self.count / self.n, Z * Z
        middle = part + square / (2 * self.n)
        spread = Z * sqrt(part * (1 - part) / self.n + square / (4 * self.n * self.n))
        return tuple(100 * one / (1 + square / self.n) for one in (middle - spread, middle + spread))  # type: ignore[return-value]  # two of two


@dataclass(frozen=True)
class Spread:
    """Median and ninetieth percentile in whole working days: the smallest value that half, or nine of ten, stay within."""

    median: int
    p90: int
    n: int


@dataclass(frozen=True)
class Range:
    """Between two values of a unit: minutes, hours or cents; `n` cases stand behind them. `p90`: the same for the ninetieth
    percentile, where the two values are medians."""

    low: int
    high: int
    n: int
    unit: str = "minutes"
    p90: tuple[int, int] | None = None


@dataclass(frozen=True)
class Amount:
    """So many, from SHOWN_FROM on."""

    n: int


@dataclass(frozen=True)
class Basis:
    """What an authority said itself: minutes of a case before, minutes of a visit to the office, cents of an hour; and what
    the service costs in a year without the work, which is spread over a year's cases only."""

    minutes: int | None = None
    visit: tuple[int, int] | None = None
    hourly_cents: int | None = None
    yearly_cents: int | None = None


NO_BASIS = Basis()


@dataclass(frozen=True)
class Figures:
    """The key figures of one service in one span of time; None where fewer than SHOWN_FROM stand behind a figure."""

    gross: Spread | None
    net: Spread | None
    asked_back: Share | None
    first_contact: Share | None
    not_again: Share | None
    online: Share | None
    satisfied: Share | None
    finished: Share | None
    visits: Amount | None = None
    begun: Amount | None = None
    unbroken: Share | None = None
    declared: Share | None = None
    corrected: Share | None = None
    handling: Range | None = None
    saved: Range | None = None
    saved_visits: Range | None = None
    cost: Range | None = None
    case_cost: Range | None = None

    @property
    def is_empty(self) -> bool:
        return not any(getattr(self, name) for name in self.__dataclass_fields__)


def figures_of(counted: Mapping[str, Values], basis: Basis = NO_BASIS) -> Figures:
    """`counted` maps a measure to how often it had which value; without a basis there is nothing to reckon against."""
    of: Callable[[str], Values] = lambda name: counted.get(name, {})  # noqa: E731  # one word for a look-up
    begun, sent = sum(of("begun").values()), sum(of("sent").values())
    worked = _worked(of("worked_least"), of("worked_most"), basis)
    return Figures(
        gross=spread(of("gross")),
        net=spread(of("net")),
        asked_back=_share(of("asked"), lambda times: times > 0),
        first_contact=_share(of("first_contact"), bool),
        not_again=_share(of("not_again"), bool),
        online=_share(of("online"), bool),
        satisfied=_share(of("score"), lambda score: score in SATISFIED),
        finished=Share(sent, begun) if begun >= SHOWN_FROM else None,
        visits=_amount(of("visits")),
        begun=Amount(begun) if begun >= SHOWN_FROM else None,
        unbroken=_share(of("breaks"), lambda breaks: not breaks),
        corrected=_share(of("corrected"), bool),
        declared=_share(of("declared"), bool),
        **worked,
        saved_visits=_visits(of("online").get(1, 0), basis),
        case_cost=_case_cost(sum(of("gross").values()), worked["cost"], basis),
    )


def _worked(least: Values, most: Values, basis: Basis) -> dict[str, Range | None]:
    """Minutes of work on a case, as they lie in the middle; against the minutes before, and what an hour costs."""
    n, (low, high) = sum(most.values()), (sum(value * often for value, often in one.items()) for one in (least, most))
    if n < SHOWN_FROM:
        return {"handling": None, "saved": None, "cost": None}
    before, hourly = basis.minutes, basis.hourly_cents
    return {
        "handling": Range(_rank(least, n, 50), _rank(most, n, 50), n, p90=(_rank(least, n, 90), _rank(most, n, 90))),
        "saved": None
        if before is None
        else Range(round((n * before - high) / 60), round((n * before - low) / 60), n, "hours"),
        "cost": None
        if hourly is None
        else Range(round(low * hourly / 60 / n), round(high * hourly / 60 / n), n, "cents"),
    }


def _case_cost(decided: int, work: Range | None, basis: Basis) -> Range | None:
    """Its share of what the service costs in a year, and the work on it where that is known."""
    if basis.yearly_cents is None or decided < SHOWN_FROM:
        return None
    share = basis.yearly_cents / decided
    low, high = (round(share + cents) for cents in ((work.low, work.high) if work else (0, 0)))
    return Range(low, high, decided, "cents")


def _visits(online: int, basis: Basis) -> Range | None:
    """Hours that applicants did not spend on a visit."""
    if basis.visit is None or online < SHOWN_FROM:
        return None
    low, high = (round(online * minutes / 60) for minutes in basis.visit)
    return Range(low, high, online, "hours")


def _amount(values: Values) -> Amount | None:
    n = sum(values.values())
    return Amount(n) if n >= SHOWN_FROM else None


def spread(values: Values) -> Spread | None:
    n = sum(values.values())
    return Spread(_rank(values, n, 50), _rank(values, n, 90), n) if n >= SHOWN_FROM else None


def _rank(values: Values, n: int, percent: int) -> int:
    """The value at the nearest rank: the smallest that so many percent do not exceed."""
    wanted, passed = ceil(n * percent / 100), 0
    for value in sorted(values):
        passed += values[value]
        if passed >= wanted:
            return value
    raise AssertionError("no values")


def _share(values: Values, counts: Callable[[int], bool]) -> Share | None:
    n = sum(values.values())
    return Share(sum(often for value, often in values.items() if counts(value)), n) if n >= SHOWN_FROM else None


def hidden_parts(parts: Sequence[int]) -> frozenset[int]:
    """The places of parts that are not shown beside their whole: those below SHOWN_FROM, and as many of the smallest
    others as it takes that what is hidden cannot be reckoned back from the rest."""
    hidden = {place for place, n in enumerate(parts) if 0 < n < SHOWN_FROM}
    others = sorted((n, place) for place, n in enumerate(parts) if n >= SHOWN_FROM)
    while hidden and sum(parts[place] for place in hidden) < SHOWN_FROM and others:
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


def days_taken(
    received: date, decided: date, turns: Iterable[tuple[date, date]], working: Callable[[date], bool]
) -> tuple[int, int]:
    """(gross, net) working days after the day of receipt up to the day of the decision; net without the days after a
    question up to the day of its answer (§ 187 Abs. 1 BGB: the day itself does not count)."""
    theirs = list(turns)
    days = [
        day for day in map(date.fromordinal, range(received.toordinal() + 1, decided.toordinal() + 1)) if working(day)
    ]
    ours = [day for day in days if not any(asked < day <= answered for asked, answered in theirs)]
    return min(len(days), LONGEST), min(len(ours), LONGEST)
