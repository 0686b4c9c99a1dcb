"""The organiser's pages: all services with their key figures, and one service by month with how each figure is made."""

from collections.abc import Mapping, Sequence
from datetime import date
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
from stadttor.insights.key_figures.drawing import chart, lying, pairs
from stadttor.insights.key_figures.drilling import cases_behind
from stadttor.insights.key_figures.wording import DEFINITIONS, by_name, range_of, value
from stadttor.insights.queries.figures import (
    MONTHS,
    Counted,
    Trend,
    costs_of,
    counted_at,
    figures_by_month,
    figures_of_all,
    trend_months,
    trends_of_all,
)
from stadttor.insights.queries.reports import months_reported
from stadttor.insights.rules.figures import Figures, Share
from stadttor.insights.rules.marks import SHOWN_FROM

# What the table of all services shows; the rest is on the page of each, and in the files.
SHOWN = ("net", "asked_back", "not_again", "satisfied", "online", "finished")
BY_MONTH = ("gross", "net", "asked_back", "satisfied", "online", "unbroken", "visits", "begun", "finished", "handling")
# The trend of all services: what gets shorter, better, more.
OF_TREND = ("net", "satisfied", "online")
MOST_DRAWN = 20
KINDS = ("csv", "xlsx", "json")


@require_safe
@require_role("organiser")
def overview(request: Any) -> HttpResponse:
    """Every service with enough behind at least one figure, over the last twelve months."""
    authority_id, today = request.authority.id, german_day(now())
    titles = {row.slug: row.title for row in adoptions(authority_id)}
    rows: list[dict[str, Any]] = [
        {
            "cells": {"service": titles.get(one.service, one.service), **_cells(one.figures, SHOWN)},
            "href": url("figures:service", service=one.service),
        }
        for one in figures_of_all(authority_id, today)
    ]
    context = {
        "columns": [{"key": "service", "label": _("Service")}, *_columns(SHOWN)],
        "rows": sorted(rows, key=lambda row: str(row["cells"]["service"]).casefold()),
        "trend": _trend_of_all(trends_of_all(authority_id, today), titles, today),
        "at": counted_at(authority_id),
        "least": SHOWN_FROM,
        "months": MONTHS,
        "definitions": _explained(),
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
    """One service: its figures over twelve months, and each month."""
    authority_id, today = request.authority.id, german_day(now())
    title = next((row.title for row in adoptions(authority_id) if row.slug == service), "")
    if not title:
        raise not_found()
    found = figures_by_month(authority_id, service, today)
    behind = partial(cases_behind, request.staff, service)
    span = (found.months[0][0], found.months[-1][0])
    context = {
        "title": title,
        "columns": [
            {"key": "figure", "label": _("Key figure")},
            {"key": "value", "label": _("Value")},
            {"key": "range", "label": _("Range")},
            {"key": "n", "label": _("Counted"), "numeric": True},
        ],
        "rows": [_row(name, found.whole, behind(name, *span)) for name in DEFINITIONS],
        "drills": request.staff.may("clerk"),
        "costs": _costs(authority_id, service),
        "costs_page": url("figures:costs", service=service),
        "chart": _chart(found),
        "trend": _trend(found),
        "month_columns": [{"key": "month", "label": _("Month")}, *_columns(BY_MONTH)],
        "months": [
            {
                "cells": {"month": month_name(month), **_cells(figures, BY_MONTH)},
                "href": behind("gross", month, month),
            }
            for month, figures in found.months[::-1]
        ],
        "is_empty": found.whole.is_empty,
        "at": counted_at(authority_id),
        "least": SHOWN_FROM,
        "definitions": _explained(),
    }
    return render(request, "insights/service_figures.html", context)


def definitions() -> list[dict[str, str]]:
    """Each figure with how it is made and where that comes from, in the reader's language."""
    return [
        {"name": name, "label": _(one.label), "made": _(one.made), "source": _(one.source)}
        for name, one in DEFINITIONS.items()
    ]


def _explained() -> list[dict[str, str]]:
    return [
        {"label": one["label"], "value": one["made"], "note": _("Source: {source}", source=one["source"])}
        for one in definitions()
    ]


def month_name(month: date) -> str:
    """`10/2026`, which needs no grammar."""
    return f"{month.month:02}/{month.year}"


def _columns(names: tuple[str, ...]) -> list[dict[str, Any]]:
    return [{"key": name, "label": _(DEFINITIONS[name].short), "numeric": True} for name in names]


def _cells(figures: Figures, names: tuple[str, ...]) -> dict[str, str]:
    made = by_name(figures)
    return {name: value(made[name]) for name in names}


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


def _row(name: str, figures: Figures, href: str) -> dict[str, Any]:
    figure = by_name(figures)[name]
    cells = {
        "figure": _(DEFINITIONS[name].label),
        "value": value(figure),
        "range": range_of(name, figure),
        "n": number(figure.n) if figure else "",
    }
    return {"cells": cells, "href": href if figure else ""}


def _trend(found: Counted) -> dict[str, Any]:
    """The last months that are over against those before: shares as bars, all as a table."""
    before, lately = by_name(found.before), by_name(found.lately)
    names = [name for name in DEFINITIONS if before[name] and lately[name]]
    spans = trend_months(found.months[-1][0])
    said = dict(zip(("before", "lately"), map(span_name, spans), strict=True))
    return {
        "columns": [
            {"key": "figure", "label": _("Key figure")},
            {"key": "before", "label": said["before"], "numeric": True},
            {"key": "lately", "label": said["lately"], "numeric": True},
        ],
        "rows": [
            {
                "cells": {
                    "figure": _(DEFINITIONS[name].label),
                    "before": value(before[name]),
                    "lately": value(lately[name]),
                }
            }
            for name in names
        ],
        "bars": pairs(
            [
                (_(DEFINITIONS[name].short), one.percent, other.percent)
                for name in names
                if isinstance(one := before[name], Share) and isinstance(other := lately[name], Share)
            ]
        ),
        **said,
    }


def span_name(months: Sequence[date]) -> str:
    """From the first to the last of them."""
    return f"{month_name(months[0])} – {month_name(months[-1])}"


def _trend_of_all(trends: Mapping[str, Trend], titles: Mapping[str, str], today: date) -> dict[str, Any]:
    """Every service whose figures stand in both spans: as a table, and its net duration drawn."""
    before, lately = map(span_name, trend_months(today))
    rows, drawn = [], []
    for service, trend in trends.items():
        early, late = by_name(trend.before), by_name(trend.lately)
        name = titles.get(service, service)
        cells = {
            one: f"{value(early[one])} → {value(late[one])}" if early[one] and late[one] else "" for one in OF_TREND
        }
        if any(cells.values()):
            rows.append({"cells": {"service": name, **cells}, "href": url("figures:service", service=service)})
        if trend.before.net and trend.lately.net:
            drawn.append((trend.lately.net.n, name, trend.before.net.median, trend.lately.net.median))
    largest = sorted(drawn, key=lambda one: (-one[0], one[1]))[:MOST_DRAWN]
    return {
        "columns": [{"key": "service", "label": _("Service")}, *_columns(OF_TREND)],
        "rows": sorted(rows, key=lambda row: str(row["cells"]["service"]).casefold()),
        "bars": lying([(name, early, late) for _n, name, early, late in largest]),
        "before": before,
        "lately": lately,
    }


def _chart(found: Counted) -> dict[str, Any]:
    labels = [
        ": ".join((month_name(month), ", ".join(filter(None, (value(figures.net), range_of("net", figures.net))))))
        for month, figures in found.months
    ]
    span = f"{month_name(found.months[0][0])} – {month_name(found.months[-1][0])}"
    return {**chart(found.months, "net", labels), "span": span}
