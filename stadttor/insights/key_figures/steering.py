"""What pages, files and the report of a body that steers show of figures over authorities: nothing of work and cost, which stay in
the house, and nothing of one authority."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from stadttor.core.german_sort import sort_key
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import _, current
from stadttor.ground.web.sheets import Cell
from stadttor.insights.key_figures.exporting import (
    data_of,
    given_to_everybody,
    in_file,
    iso,
    lines_of,
    span_of,
    table_head,
)
from stadttor.insights.key_figures.reporting import report_file
from stadttor.insights.key_figures.tables import (
    OF_TREND,
    month_columns,
    month_name,
    month_rows,
    picture,
    span_name,
    trend,
    trend_of_all,
    whole_columns,
    whole_row,
)
from stadttor.insights.key_figures.wording import DEFINITIONS, by_name, definitions, explained, value
from stadttor.insights.queries.across import Across, AcrossMonths
from stadttor.insights.queries.figures import trend_months
from stadttor.insights.rules.across import ACROSS, LEAST_AUTHORITIES, of_many
from stadttor.insights.rules.figures import Figures, Spread
from stadttor.insights.rules.marks import SHOWN_FROM
from stadttor.insights.rules.spans import quarters, told_until, year

__all__ = ["LEAST_AUTHORITIES", "given_to_everybody", "month_name", "report_file", "table_head"]
NAMES = tuple(name for name in DEFINITIONS if name in ACROSS)
DRAWN = ("net", "online", "satisfied", "visits")
BY_MONTH = ("gross", "net", "asked_back", "online", "satisfied", "finished", "visits")
Titles = Mapping[str, str]


def trends(found: Sequence[Across], titles: Titles, href: Callable[[str], str]) -> dict[str, Any] | None:
    """Every service lately and before: a table, and a picture of net durations. None where nothing is summed."""
    if not found:
        return None
    spans = trend_months(german_day(found[0].at))
    return trend_of_all({one.service: (one.before, one.lately) for one in found}, titles, spans, href)


def trend_head(found: Sequence[Across]) -> list[str]:
    """Columns of a file with a line for each service: each figure of the trend before, then lately."""
    spans = trend_months(german_day(found[0].at)) if found else ()
    return [f"{_(DEFINITIONS[name].short)} {span_name(span)}" for name in OF_TREND for span in spans]


def trend_cells(one: Across) -> list[Cell]:
    """What stands in them: working days, or percent."""
    return [_plain(by_name(figures)[name]) for name in OF_TREND for figures in (one.before, one.lately)]


def _plain(figure: Any) -> Cell:
    if figure is None:
        return None
    return figure.median if isinstance(figure, Spread) else round(figure.percent, 1)


def page_of(found: AcrossMonths) -> dict[str, Any]:
    """What the page of one service shows."""
    last = told_until(german_day(found.at))
    return {
        "columns": whole_columns(),
        "tables": [
            {"title": title, "rows": [whole_row(name, one) for name in NAMES]}
            for title, one in (
                (_("Quarter {span}", span=span_name(quarters(last)[1])), found.lately),
                (_("Year {span}", span=span_name(year(last))), found.year),
            )
            if not one.is_empty
        ],
        "trend": trend(found.before, found.lately, found.spans),
        "charts": [picture(found.months, name) for name in DRAWN],
        "month_columns": month_columns(BY_MONTH),
        "months": month_rows(found.months, BY_MONTH),
        "definitions": explained(NAMES),
        "least": SHOWN_FROM,
    }


def quarter_of(found: Sequence[Across]) -> str:
    """The last quarter that is over, as they were summed; empty where none were."""
    return span_name(found[0].spans[1]) if found else ""


def rows_of(found: AcrossMonths, title: str) -> Iterator[list[Cell]]:
    """One service as a table: each figure of each span; see `table_head`."""
    yield from lines_of(title, in_file(year(told_until(german_day(found.at)))), found.year)
    for months, figures in zip(found.spans, (found.before, found.lately), strict=True):
        yield from lines_of(title, in_file(months), figures)
    for month, figures in found.months:
        yield from lines_of(title, f"{month:%Y-%m}", figures)


def data_with_months(found: AcrossMonths) -> dict[str, Any]:
    """One service as data."""
    return {
        "authorities": found.authorities if found.authorities >= LEAST_AUTHORITIES else None,
        "year": {**span_of(year(told_until(german_day(found.at)))), "figures": data_of(found.year, NAMES)},
        "trend": _quarters(found),
        "months": {f"{month:%Y-%m}": data for month, one in found.months if (data := data_of(one, NAMES))},
    }


def _quarters(found: Across) -> list[dict[str, Any]]:
    return [
        {**span_of(months), "figures": data_of(figures, NAMES)}
        for months, figures in zip(found.spans, (found.before, found.lately), strict=True)
    ]


def for_everybody(publisher: str, where: Sequence[str], found: Collection[Across], titles: Titles) -> dict[str, Any]:
    """Open data over the authorities of `where`, in the current language: services and figures that LEAST_AUTHORITIES and more
    stand behind. Quarters alone: beside a year or a month they would tell what one authority adds."""
    many = (_of_many(one) for one in found if one.authorities >= LEAST_AUTHORITIES)
    told = sorted(
        (one for one in many if not (one.before.is_empty and one.lately.is_empty)), key=lambda one: one.service
    )
    at: datetime | None = min((one.at for one in told), default=None)
    return {
        "title": _("Key figures of all authorities"),
        "publisher": publisher,
        "places": list(where),
        "language": current().tag,
        "period": span_of([month for span in trend_months(german_day(at)) for month in span]) if at else None,
        "counted_at": iso(at),
        "least_counted": SHOWN_FROM,
        "least_authorities": LEAST_AUTHORITIES,
        "definitions": definitions(NAMES),
        "services": [
            {
                "service": one.service,
                "title": titles.get(one.service, one.service),
                "authorities": one.authorities,
                "quarters": _quarters(one),
            }
            for one in told
        ],
    }


def _of_many(one: Across) -> Across:
    """What of it may be given to everybody."""
    before, lately = (of_many(of, behind) for of, behind in zip((one.before, one.lately), one.behind, strict=True))
    return replace(one, before=before, lately=lately)


def said_of_many(found: Sequence[AcrossMonths], titles: Titles, month: date) -> dict[str, Any] | None:
    """The report of a month as `reporting.said` has it, against the trend; none where there is nothing to tell, or where what was
    summed does not end with this month."""
    ended = [one for one in found if told_until(german_day(one.at)) == month]
    services = [(titles.get(one.service, one.service), list(_report_lines(one))) for one in ended]
    told = sorted(((title, lines) for title, lines in services if lines), key=lambda one: sort_key(one[0]))
    if not told:
        return None
    before, lately = trend_months(german_day(ended[0].at))
    return {
        "title": _("Key figures of all authorities, {month}", month=month_name(month)),
        "intro": _(
            "Over all authorities together, never of one by its name. A figure stands here from {count} cases on.",
            count=SHOWN_FROM,
        ),
        "head": [_("Key figure"), month_name(month), span_name(lately), span_name(before)],
        "services": [{"title": title, "lines": lines} for title, lines in told],
        "made": _("How each figure is made"),
        "definitions": [{**one, "source": _("Source: {source}", source=one["source"])} for one in definitions(NAMES)],
    }


def _report_lines(one: AcrossMonths) -> Iterator[list[str]]:
    """(key figure, of the month, lately, before), those of which one at least is shown."""
    of_month: Figures = one.months[-1][1]
    for name in NAMES:
        figures = [by_name(figures)[name] for figures in (of_month, one.lately, one.before)]
        if any(figures):
            yield [_(DEFINITIONS[name].label), *map(value, figures)]
