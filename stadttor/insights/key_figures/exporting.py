"""The key figures as files: one line for each service, span and figure; and as open data with their definitions."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import adoptions
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.downloads import disposition
from stadttor.ground.web.language import N_, _, current, speaking
from stadttor.ground.web.sheets import Cell, csv_file, xlsx_file
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.pages import definitions
from stadttor.insights.key_figures.wording import DEFINITIONS, Figure, by_name
from stadttor.insights.queries.figures import Counted, counted_at, figures_by_month, figures_of_all
from stadttor.insights.rules.figures import Amount, Figures, Range, Spread
from stadttor.insights.rules.marks import SHOWN_FROM

UNITS = {"minutes": N_("minutes"), "hours": N_("hours"), "cents": N_("cents")}


@require_safe
@require_role("organiser")
def table(request: Any, kind: str) -> HttpResponse:
    """Every figure there is, as `kind` csv or xlsx; a span without a month is the twelve months."""
    with speaking(request.language):
        head = [
            _("Service"), _("Month"), _("Key figure"), _("Unit"), _("Value"), _("Nine of ten within"), _("Range from"),
            _("Range to"), _("Counted"),
        ]  # fmt: skip
        today = german_day(now())
        rows = list(_rows(request.authority.id, today))
        if kind == "csv":
            return csv_file("figures", today, head, rows)
        leftwards = current().direction == "rtl"
        return xlsx_file("figures", today, _("Key figures"), head, rows, leftwards=leftwards)


@require_safe
@require_role("organiser")
def open_data(request: Any) -> HttpResponse:
    """The same with definitions and sources, for an open-data portal. What few stand behind is not in it."""
    authority, today = request.authority, german_day(now())
    with speaking(request.language):
        content = {
            "title": _("Key figures"),
            "publisher": authority.name,
            "counted_at": _iso(counted_at(authority.id)),
            "least_counted": SHOWN_FROM,
            "definitions": definitions(),
            "services": [
                {
                    "service": slug,
                    "title": title,
                    "twelve_months": _data(found.whole),
                    "months": {f"{month:%Y-%m}": data for month, one in found.months if (data := _data(one))},
                }
                for slug, title, found in _services(authority.id, today)
            ],
        }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = disposition("attachment", f"figures-{today}.json")
    response["Cache-Control"] = "private, no-store"
    return response


def _services(authority_id: Any, today: date) -> Iterator[tuple[str, str, Counted]]:
    titles = {row.slug: row.title for row in adoptions(authority_id)}
    for one in figures_of_all(authority_id, today):
        yield one.service, titles.get(one.service, one.service), figures_by_month(authority_id, one.service, today)


def _rows(authority_id: Any, today: date) -> Iterator[list[Cell]]:
    for _slug, title, found in _services(authority_id, today):
        yield from _lines(title, "", found.whole)
        for month, figures in found.months:
            yield from _lines(title, f"{month:%Y-%m}", figures)


def _lines(title: str, month: str, figures: Figures) -> Iterator[list[Cell]]:
    for name, figure in by_name(figures).items():
        label = _(DEFINITIONS[name].label)
        if isinstance(figure, Spread):
            yield [title, month, label, _("working days"), figure.median, figure.p90, None, None, figure.n]
        elif isinstance(figure, Amount):
            yield [title, month, label, _("number"), figure.n, None, None, None, figure.n]
        elif isinstance(figure, Range):
            nine = figure.p90[1] if figure.p90 else None
            yield [title, month, label, _(UNITS[figure.unit]), None, nine, figure.low, figure.high, figure.n]
        elif figure:
            low, high = (round(one, 1) for one in figure.bounds)
            yield [title, month, label, "%", round(figure.percent, 1), None, low, high, figure.n]


def _data(figures: Figures) -> dict[str, Any]:
    return {name: _one(figure) for name, figure in by_name(figures).items() if figure}


def _one(figure: Figure) -> dict[str, Any]:
    if isinstance(figure, Amount):
        return {"unit": "number", "n": figure.n}
    if isinstance(figure, Range):
        nine = {"p90_low": figure.p90[0], "p90_high": figure.p90[1]} if figure.p90 else {}
        return {"unit": figure.unit, "low": figure.low, "high": figure.high, **nine, "n": figure.n}
    if isinstance(figure, Spread):
        return {"unit": "working days", "median": figure.median, "p90": figure.p90, "n": figure.n}
    low, high = (round(one, 1) for one in figure.bounds)
    return {"unit": "percent", "share": round(figure.percent, 1), "low": low, "high": high, "n": figure.n}


def _iso(moment: Any) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
