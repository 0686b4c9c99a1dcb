"""The organiser's pages: all services with their key figures, and one service by month with how each figure is made."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import adoptions
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import money, number
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.drilling import cases_behind
from stadttor.insights.key_figures.tables import (
    figure_cells,
    figure_columns,
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
from stadttor.insights.key_figures.wording import DEFINITIONS, explained, range_of, value
from stadttor.insights.queries.by_month import TOGETHER, figures_together
from stadttor.insights.queries.figures import Counted, costs_of, counted_at, figures_by_month, figures_of_all
from stadttor.insights.queries.reports import months_reported
from stadttor.insights.queries.ways import satisfied_by_way
from stadttor.insights.rules.figures import Figures
from stadttor.insights.rules.marks import SHOWN_FROM, WAYS
from stadttor.insights.rules.spans import quarters, told_until, year

# What the table of all services shows; the rest is on the page of each, and in the files.
SHOWN = ("net", "asked_back", "not_again", "satisfied", "online", "finished")
BY_MONTH = ("gross", "net", "asked_back", "satisfied", "online", "unbroken", "visits", "begun", "finished", "handling")
KINDS = ("csv", "xlsx", "json")


@require_safe
@require_role("organiser")
def overview(request: Any) -> HttpResponse:
    """Every service with enough behind at least one figure, in the last quarter and the last year that are over."""
    authority_id, last = request.authority.id, told_until(german_day(now()))
    titles = {row.slug: row.title for row in adoptions(authority_id)}
    months, found = figures_together(authority_id, last), figures_of_all(authority_id, last)
    context = {
        "columns": [{"key": "service", "label": _("Service")}, *figure_columns(SHOWN)],
        "tables": [
            {"title": title, "rows": rows}
            for title, of_span in (
                (_("Quarter {span}", span=span_name(quarters(last)[1])), lambda one: one.lately),
                (_("Year {span}", span=span_name(year(last))), lambda one: one.year),
            )
            if (rows := _rows(found, of_span, titles))
        ],
        "is_empty": not found,
        "trend": trend_of_all(
            {one.service: (one.before, one.lately) for one in found}, titles, quarters(last), _page_of
        ),
        "charts": [picture(months, name) for name in TOGETHER],
        "month_columns": month_columns(TOGETHER),
        "month_rows": month_rows(months, TOGETHER),
        "at": counted_at(authority_id),
        "least": SHOWN_FROM,
        "definitions": explained(),
        "reports": [
            {"month": month_name(month), "href": url("figures:report", month=f"{month:%Y-%m}")}
            for month in months_reported(authority_id)
        ],
        "settings": url("figures:settings"),
        "files": [{"kind": kind.upper(), "href": url(f"figures:{kind}")} for kind in KINDS],
    }
    return render(request, "insights/figures.html", context)


@require_safe
@require_role("organiser")
def service(request: Any, service: str) -> HttpResponse:
    """One service: its figures in the last quarter and the last year, and in each month."""
    authority_id, last = request.authority.id, told_until(german_day(now()))
    title = next((row.title for row in adoptions(authority_id) if row.slug == service), "")
    if not title:
        raise not_found()
    found = figures_by_month(authority_id, service, last)
    behind = partial(cases_behind, request.staff, service)
    context = {
        "title": title,
        "columns": whole_columns(),
        "tables": [
            {"title": title, "rows": [whole_row(name, one, behind(name, span[0], span[-1])) for name in DEFINITIONS]}
            for title, one, span in (
                (_("Quarter {span}", span=span_name(quarters(last)[1])), found.lately, quarters(last)[1]),
                (_("Year {span}", span=span_name(year(last))), found.year, year(last)),
            )
            if not one.is_empty
        ],
        "drills": request.staff.may("clerk"),
        "costs": _costs(authority_id, service),
        "costs_page": url("figures:costs", service=service),
        "chart": picture(found.months, "net"),
        "trend": trend(found.before, found.lately, quarters(last)),
        "month_columns": month_columns(BY_MONTH),
        "months": month_rows(found.months, BY_MONTH, lambda month: behind("gross", month, month)),
        "is_empty": found.is_empty,
        "way_columns": _way_columns(),
        "quarter": span_name(quarters(last)[1]),
        "ways": [
            {
                "cells": {
                    "way": _(WAYS[way]),
                    "value": value(one),
                    "range": range_of("satisfied", one),
                    "n": number(one.n),
                }
            }
            for way, one in satisfied_by_way(authority_id, service, last).items()
        ],
        "at": counted_at(authority_id),
        "least": SHOWN_FROM,
        "definitions": explained(),
    }
    return render(request, "insights/service_figures.html", context)


def _rows(
    found: Sequence[Counted], of_span: Callable[[Counted], Figures], titles: Mapping[str, str]
) -> list[dict[str, Any]]:
    """A line for each service with a figure in this span."""
    rows: list[dict[str, Any]] = [
        {
            "cells": {"service": titles.get(one.service, one.service), **figure_cells(of_span(one), SHOWN)},
            "href": _page_of(one.service),
        }
        for one in found
        if not of_span(one).is_empty
    ]
    return sorted(rows, key=lambda row: str(row["cells"]["service"]).casefold())


def _page_of(service: str) -> str:
    return url("figures:service", service=service)


def _way_columns() -> list[dict[str, Any]]:
    return [
        {"key": "way", "label": _("Asked")},
        {"key": "value", "label": _("Satisfied")},
        {"key": "range", "label": _("Range")},
        {"key": "n", "label": _("Counted"), "numeric": True},
    ]


def _costs(authority_id: Any, service: str) -> list[dict[str, str]]:
    """What the authority stated, with where it is from; nothing where it stated nothing."""
    kept = costs_of(authority_id, service)
    if kept is None:
        return []
    hourly = (
        [{"label": _("An hour of work"), "value": money(kept.hourly_cents)}] if kept.hourly_cents is not None else []
    )
    return [
        {"label": _("Licence in a year"), "value": money(kept.licence_cents)},
        {"label": _("Operation in a year"), "value": money(kept.operation_cents)},
        *hourly,
        {"label": _("Where the numbers are from"), "value": kept.source},
    ]
