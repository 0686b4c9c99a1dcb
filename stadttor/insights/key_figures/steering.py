"""What pages, files and the report of a body that steers show of figures over authorities: nothing of work and cost, which stay in
the house, and nothing of one authority."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from stadttor.core.german_sort import sort_key
from stadttor.core.periods import months_later
from stadttor.ground.clock import german_day
from stadttor.ground.web.language import _, current
from stadttor.ground.web.sheets import Cell
from stadttor.insights.key_figures.exporting import data_of, given_to_everybody, iso, lines_of, span_of, table_head
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
from stadttor.insights.queries.figures import months_over, trend_months
from stadttor.insights.rules.across import ACROSS, LEAST_AUTHORITIES, of_many
from stadttor.insights.rules.figures import Figures, Spread
from stadttor.insights.rules.marks import SHOWN_FROM

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
    return {
        "columns": whole_columns(),
        "rows": [whole_row(name, found.year) for name in NAMES],
        "trend": trend(found.before, found.lately, found.spans),
        "charts": [picture(found.months, name) for name in DRAWN],
        "month_columns": month_columns(BY_MONTH),
        "months": month_rows(found.months, BY_MONTH),
        "definitions": explained(NAMES),
        "least": SHOWN_FROM,
    }


def rows_of(found: AcrossMonths, title: str) -> Iterator[list[Cell]]:
    """One service as a table: each figure of each span; see `table_head`."""
    yield from lines_of(title, "", found.year)
    for months, figures in zip(found.spans, (found.before, found.lately), strict=True):
        yield from lines_of(title, f"{months[0]:%Y-%m} – {months[-1]:%Y-%m}", figures)
    for month, figures in found.months:
        yield from lines_of(title, f"{month:%Y-%m}", figures)


def data_with_months(found: AcrossMonths) -> dict[str, Any]:
    """One service as data."""
    return {
        "authorities": found.authorities if found.authorities >= LEAST_AUTHORITIES else None,
        "twelve_months": data_of(found.year, NAMES),
        "trend": [
            {**span_of(months), "figures": data_of(figures, NAMES)}
            for months, figures in zip(found.spans, (found.before, found.lately), strict=True)
        ],
        "months": {f"{month:%Y-%m}": data for month, one in found.months if (data := data_of(one, NAMES))},
    }


def for_everybody(
    publisher: str, where: Sequence[str], found: Collection[AcrossMonths], titles: Titles
) -> dict[str, Any]:
    """Open data over the authorities of `where`, in the current language: services and figures that LEAST_AUTHORITIES and more
    stand behind."""
    many = (_of_many(one) for one in found if one.authorities >= LEAST_AUTHORITIES)
    told = sorted((one for one in many if not one.year.is_empty), key=lambda one: one.service)
    at: datetime | None = min((one.at for one in told), default=None)
    return {
        "title": _("Key figures of all authorities"),
        "publisher": publisher,
        "places": list(where),
        "language": current().tag,
        "period": span_of(months_over(german_day(at))) if at else None,
        "counted_at": iso(at),
        "least_counted": SHOWN_FROM,
        "least_authorities": LEAST_AUTHORITIES,
        "definitions": definitions(NAMES),
        "services": [
            {"service": one.service, "title": titles.get(one.service, one.service), **data_with_months(one)}
            for one in told
        ],
    }


def _of_many(one: AcrossMonths) -> AcrossMonths:
    """What of it may be given to everybody."""
    of_part = partial(of_many, behind=one.behind, is_year=False)
    return replace(
        one,
        year=of_many(one.year, one.behind, is_year=True),
        lately=of_part(one.lately),
        before=of_part(one.before),
        months=tuple((month, of_part(figures)) for month, figures in one.months),
    )


def said_of_many(found: Sequence[AcrossMonths], titles: Titles, month: date) -> dict[str, Any] | None:
    """The report of a month as `reporting.said` has it, against the trend; none where there is nothing to tell, or where what was
    summed does not end with this month."""
    ended = [one for one in found if months_later(german_day(one.at).replace(day=1), -1) == month]
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
