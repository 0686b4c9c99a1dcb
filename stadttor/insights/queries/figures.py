"""Key figures of an authority from its counters, by service and by month."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from stadttor.ground.rows import first, read
from stadttor.ground.work import work
from stadttor.insights.models import Counting, FigureSettings, ServiceCost
from stadttor.insights.ports import baseline_of
from stadttor.insights.rules.figures import Basis, Figures, figures_of
from stadttor.insights.rules.spans import last_months, months_read, name_of, quarters, told, told_until, year

# What stands behind a colon tells parts of a measure apart.
_SPANS_SQL = """
SELECT service, span, split_part(measure, ':', 1), value, sum(count)::int
FROM insights_counter JOIN unnest(%s::text[], %s::date[], %s::date[]) AS s(span, first, last) ON month BETWEEN first AND last
WHERE authority_id = %s AND (%s = '' OR service = %s) GROUP BY 1, 2, 3, 4
"""
_BEHIND_SQL = """
SELECT service, month, split_part(measure, ':', 1), sum(count)::int FROM insights_counter
WHERE authority_id = %s AND month BETWEEN %s AND %s AND (%s = '' OR service = %s) GROUP BY 1, 2, 3
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
class Counted:
    """One service: in the last year that is over, in the last quarter (`lately`) and the one `before` it, and where they were
    asked for in each of the last twelve months (its first day), the oldest first. What may not be told is none
    (`rules.spans.told`)."""

    service: str
    year: Figures
    lately: Figures
    before: Figures
    months: tuple[tuple[date, Figures], ...] = ()

    @property
    def is_empty(self) -> bool:
        spans = (self.year, self.lately, self.before, *(figures for _month, figures in self.months))
        return all(figures.is_empty for figures in spans)


def counted_at(authority_id: UUID) -> datetime | None:
    """When the counters were last brought up to date."""
    with work(authority_id):
        row = first(Counting, authority_id=authority_id)
    return row.at if row else None


def figures_of_all(authority_id: UUID, last: date, *, by_month: bool = False) -> list[Counted]:
    """Every service with something to tell once the month of `last` is told, by address; `by_month` with its months."""
    return _counted(authority_id, last, "", by_month=by_month)


def figures_by_month(authority_id: UUID, service: str, last: date) -> Counted:
    """One of them with its months."""
    found = _counted(authority_id, last, service, by_month=True)
    nothing = figures_of({})
    months = tuple((month, nothing) for month in last_months(last))
    return found[0] if found else Counted(service, nothing, nothing, nothing, months)


def _counted(authority_id: UUID, last: date, service: str, *, by_month: bool) -> list[Counted]:
    months = last_months(last) if by_month else ()
    spans = {name_of(span): span for span in (year(last), *quarters(last), *([month] for month in months))}
    values: dict[str, dict[str, Measured]] = defaultdict(lambda: defaultdict(lambda: defaultdict(dict)))
    with work(authority_id):
        ends = [[span[place] for span in spans.values()] for place in (0, -1)]
        for one, span, measure, value, often in read(_SPANS_SQL, list(spans), *ends, authority_id, service, service):
            values[one][span][measure][value] = often  # type: ignore[index]  # of dicts
    basis = basis_of(authority_id)
    found = []
    for one, shown in sorted(told_of(authority_id, last, service).items()):
        made = {name: _figures(values[one][name], basis(one), shown, name) for name in spans}
        of_quarters = [made[name_of(span)] for span in quarters(last)]
        by_itself = tuple((month, made[name_of([month])]) for month in months)
        found.append(Counted(one, made[name_of(year(last))], of_quarters[1], of_quarters[0], by_itself))
    return [one for one in found if not one.is_empty]


def _figures(counted: Measured, basis: Basis, shown: Mapping[str, Collection[str]], name: str) -> Figures:
    """Those of a span that may be told; what costs so much a year is spread over a year's cases, never over a month's."""
    figures = figures_of(counted, basis if name.isdecimal() else replace(basis, yearly_cents=None))
    hidden = [figure for figure, measure in BEHIND.items() if name not in shown.get(measure, ())]
    return replace(figures, **dict.fromkeys(hidden))


def told_of(authority_id: UUID, last: date, service: str = "") -> dict[str, dict[str, frozenset[str]]]:
    """By service and measure the names of the spans that may be told (`rules.spans.told`)."""
    months = months_read(last)
    behind: dict[str, dict[str, dict[date, tuple[int, ...]]]] = defaultdict(lambda: defaultdict(dict))
    with work(authority_id):
        for one, month, measure, often in read(_BEHIND_SQL, authority_id, months[0], months[-1], service, service):
            behind[one][measure][month] = (often,)
    return {one: {measure: told(n, months) for measure, n in by_measure.items()} for one, by_measure in behind.items()}


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


def months_over(today: date) -> tuple[date, date]:
    """First days of the first and the last of the twelve months that are told on this day."""
    months = last_months(told_until(today))
    return months[0], months[-1]


def trend_months(today: date) -> tuple[tuple[date, ...], tuple[date, ...]]:
    """The months of the last two quarters that are told on this day, the earlier one first."""
    return quarters(told_until(today))
