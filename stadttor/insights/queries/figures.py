"""Key figures of an authority from its counters, by service and by month."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from stadttor.core.periods import months_later
from stadttor.ground.rows import first, read
from stadttor.ground.work import work
from stadttor.insights.models import Counting, FigureSettings, ServiceCost
from stadttor.insights.ports import baseline_of
from stadttor.insights.rules.figures import Basis, Figures, figures_of, hidden_parts
from stadttor.insights.rules.marks import SHOWN_FROM

MONTHS = 12
TREND = 3
# What stands behind a colon tells parts of a measure apart. Marks are counted as they are given: before their month is over
# they would say at which minute somebody answered (decision 0053).
OF_ALL_SQL = """
SELECT service, split_part(measure, ':', 1), value, sum(count)::int FROM insights_counter
WHERE authority_id = %s AND month >= %s AND month < %s
 AND (month < %s OR split_part(measure, ':', 1) <> 'score')
GROUP BY 1, 2, 3
"""
# What a trend of every service needs: the values of its two spans, and how many stand behind each month.
TREND_SQL = """
SELECT service, (month >= %s)::int, split_part(measure, ':', 1), value, sum(count)::int FROM insights_counter
WHERE authority_id = %s AND month >= %s AND month < %s GROUP BY 1, 2, 3, 4
"""
MONTHLY_SQL = """
SELECT service, month, split_part(measure, ':', 1), sum(count)::int FROM insights_counter
WHERE authority_id = %s AND month >= %s AND month < %s
 AND (month < %s OR split_part(measure, ':', 1) <> 'score')
GROUP BY 1, 2, 3
"""
OF_ONE_SQL = """
SELECT month, split_part(measure, ':', 1), value, sum(count)::int FROM insights_counter
WHERE authority_id = %s AND service = %s AND month >= %s AND month < %s
 AND (month < %s OR split_part(measure, ':', 1) <> 'score')
GROUP BY 1, 2, 3
"""
# Which counters stand behind a figure: their sum is its n.
BEHIND = {
    "gross": "gross", "net": "net", "asked_back": "asked", "first_contact": "first_contact", "not_again": "not_again",
    "declared": "declared",
    "online": "online", "satisfied": "score", "finished": "begun", "begun": "begun", "visits": "visits",
    "unbroken": "breaks", "corrected": "corrected",
    "handling": "worked_most", "saved": "worked_most", "cost": "worked_most", "saved_visits": "online",
    "case_cost": "gross",
}  # fmt: skip
Measured = Mapping[str, Mapping[int, int]]


@dataclass(frozen=True)
class FiguresOfService:
    """The key figures of one service over a span of months."""

    service: str
    figures: Figures


@dataclass(frozen=True)
class Counted:
    """One service: over all the months, and in each of them (its first day), the oldest first.

    `lately` and `before` are the last TREND months that are over and as many before them.
    """

    whole: Figures
    months: tuple[tuple[date, Figures], ...]
    lately: Figures
    before: Figures


def counted_at(authority_id: UUID) -> datetime | None:
    """When the counters were last brought up to date."""
    with work(authority_id):
        row = first(Counting, authority_id=authority_id)
    return row.at if row else None


def figures_of_all(authority_id: UUID, last: date, *, is_over: bool = False) -> list[FiguresOfService]:
    """Every service with a figure to show over the MONTHS up to the month of `last`; its marks count once that `is_over`."""
    found = measured(authority_id, last, is_over=is_over)
    basis = basis_of(authority_id)
    made = [
        FiguresOfService(service, figures_of(counted, basis(service))) for service, counted in sorted(found.items())
    ]
    return [one for one in made if not one.figures.is_empty]


def measured(authority_id: UUID, last: date, *, is_over: bool = False) -> dict[str, Measured]:
    """Each service with its measures over the same months, as they were counted: for sums that are shown to nobody as such."""
    found: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    with work(authority_id):
        for service, measure, value, often in read(
            OF_ALL_SQL, authority_id, *span_of(last), marks_end(last, is_over=is_over)
        ):
            found[service][measure][value] = often
    return dict(found)


def figures_by_month(authority_id: UUID, service: str, last: date, *, is_over: bool = False) -> Counted:
    """One service over the MONTHS up to the month of `last`, and in each. A month that few stand behind is left out, and
    with it as many others as it takes that it cannot be reckoned back from the whole.

    The month of `last` is the running one, or `is_over`: then the trend ends with it.
    """
    end_of_trend = MONTHS - 1 + is_over
    begin, end = span_of(last)
    months: dict[date, dict[str, dict[int, int]]] = {
        months_later(begin, place): defaultdict(dict) for place in range(MONTHS)
    }
    whole: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    with work(authority_id):
        for month, measure, value, often in read(
            OF_ONE_SQL, authority_id, service, begin, end, marks_end(last, is_over=is_over)
        ):
            months[month][measure][value] = often
            whole[measure][value] += often
    basis = basis_of(authority_id)(service)
    # What costs so much a year is spread over a year's cases, never over a month's.
    of_part = replace(basis, yearly_cents=None)
    figures = [figures_of(counted, of_part) for counted in months.values()]
    spans = [_sum(months, end_of_trend - (number + 1) * TREND) for number in range(2)]
    lately, before = (figures_of(one, of_part) for one in spans)
    for name, measure in BEHIND.items():
        parts = [sum(counted.get(measure, {}).values()) for counted in months.values()]
        hidden = hidden_parts(parts)
        for place in hidden:
            figures[place] = replace(figures[place], **{name: None})
        if _betrays(parts, hidden, end_of_trend):
            lately, before = replace(lately, **{name: None}), replace(before, **{name: None})
    return Counted(figures_of(whole, basis), tuple(zip(months, figures, strict=True)), lately, before)


@dataclass(frozen=True)
class Trend:
    """The last TREND months that are over, and as many before them."""

    lately: Figures
    before: Figures


def trends_of_all(authority_id: UUID, last: date) -> dict[str, Trend]:
    """The trend of each service, as `figures_by_month` has it for one; costs of a year are in none."""
    begin, end = span_of(last)
    over = months_later(end, -1)
    found: dict[str, tuple[dict[str, dict[int, int]], dict[str, dict[int, int]]]] = {}
    behind: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0] * MONTHS)
    places = {months_later(begin, place): place for place in range(MONTHS)}
    with work(authority_id):
        spans = (months_later(over, -TREND), authority_id, months_later(over, -2 * TREND), over)
        for service, is_late, measure, value, often in read(TREND_SQL, *spans):
            pair = found.setdefault(service, (defaultdict(dict), defaultdict(dict)))
            pair[is_late][measure][value] = often
        for service, month, measure, often in read(MONTHLY_SQL, authority_id, begin, end, marks_end(last)):
            behind[service, measure][places[month]] = often
    basis = basis_of(authority_id)
    made = {}
    for service, counted in found.items():
        of_part = replace(basis(service), yearly_cents=None)
        before, lately = (figures_of(one, of_part) for one in counted)
        for name, measure in BEHIND.items():
            parts = behind[service, measure]
            if _betrays(parts, hidden_parts(parts)):
                lately, before = replace(lately, **{name: None}), replace(before, **{name: None})
        made[service] = Trend(lately, before)
    return made


def _sum(months: Mapping[date, Measured], begin: int) -> Measured:
    """What was counted in the TREND months from the place `begin` on."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for counted in list(months.values())[begin : begin + TREND]:
        for measure, values in counted.items():
            for value, often in values.items():
                found[measure][value] += often
    return found


def _betrays(parts: Sequence[int], hidden: Collection[int], last: int = MONTHS - 1) -> bool:
    """Whether the sums of the trend beside the months that are shown tell of fewer than SHOWN_FROM."""
    spans = [set(range(last - TREND, last)), set(range(last - 2 * TREND, last - TREND))]
    rest = set(range(MONTHS)) - spans[0] - spans[1]
    return any(0 < sum(parts[place] for place in span & set(hidden)) < SHOWN_FROM for span in (*spans, rest))


def settings_of(authority_id: UUID) -> FigureSettings:
    """What the authority said of its key figures; as it is at first where it said nothing."""
    with work(authority_id):
        return first(FigureSettings, authority_id=authority_id) or FigureSettings(authority_id=authority_id)


def basis_of(authority_id: UUID) -> Callable[[str], Basis]:
    """What each service is reckoned against."""
    minutes = baseline_of(authority_id)
    with work(authority_id):
        said = settings_of(authority_id)
        costs = {row.service: row for row in ServiceCost.objects.filter(authority_id=authority_id)}
    visit = None if said.visit_least is None or said.visit_most is None else (said.visit_least, said.visit_most)

    def basis(service: str) -> Basis:
        own = costs.get(service)
        hourly = said.hourly_cents if own is None or own.hourly_cents is None else own.hourly_cents
        yearly = None if own is None else own.licence_cents + own.operation_cents
        return Basis(minutes.get(service), visit, hourly, yearly)

    return basis


def costs_of(authority_id: UUID, service: str) -> ServiceCost | None:
    """What the authority said a service costs; none where it said nothing."""
    with work(authority_id):
        return first(ServiceCost, authority_id=authority_id, service=service)


def months_of(last: date) -> tuple[date, date]:
    """First days of the first and the last of the MONTHS up to the month of `last`."""
    begin, end = span_of(last)
    return begin, months_later(end, -1)


def months_over(today: date) -> tuple[date, date]:
    """The same up to the last month that is over: a sum with the running one tells, day by day, of each case in it."""
    return months_of(months_later(today.replace(day=1), -1))


def trend_months(last: date) -> tuple[list[date], list[date]]:
    """First days of the months before, and of those lately (see `Trend`), looked back at from the month of `last`."""
    this = last.replace(day=1)
    before, lately = ([months_later(this, -back) for back in range(end + TREND, end, -1)] for end in (TREND, 0))
    return before, lately


def marks_end(last: date, *, is_over: bool = False) -> date:
    """The first day after the last month whose marks are shown: that of `last` only where it `is_over`."""
    return months_later(last.replace(day=1), int(is_over))


def span_of(last: date) -> tuple[date, date]:
    """(first day of the first month, first day after the last one)."""
    end = months_later(last.replace(day=1), 1)
    return months_later(end, -MONTHS), end
