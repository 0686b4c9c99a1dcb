"""The key figures as files: one line for each service, span and figure; and as open data with their definitions."""

import hashlib
import json
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import adoptions
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.downloads import disposition
from stadttor.ground.web.language import N_, _, current, speaking
from stadttor.ground.web.sheets import Cell, csv_file, xlsx_file
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.pages import definitions
from stadttor.insights.key_figures.wording import DEFINITIONS, Figure, by_name
from stadttor.insights.queries.figures import (
    Counted,
    counted_at,
    figures_by_month,
    figures_of_all,
    months_of,
    settings_of,
    trend_months,
)
from stadttor.insights.rules.figures import Amount, Figures, Range, Spread
from stadttor.insights.rules.licences import LICENCES
from stadttor.insights.rules.marks import SHOWN_FROM

# What the staff council was told stays in the house, and what the authority reckons with.
OF_WORK = frozenset({"handling", "saved", "cost", "case_cost"})
FOR_AN_HOUR = "public, max-age=3600"
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
    today = german_day(now())
    with speaking(request.language):
        content = _content(request.authority, today, tuple(DEFINITIONS))
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = disposition("attachment", f"figures-{today}.json")
    response["Cache-Control"] = "private, no-store"
    return response


@require_safe
def public(request: Any) -> HttpResponse:
    """The same for everybody, in German, without work and costs, under the licence the organiser chose; 404 where she chose
    none. Anybody in between may keep it for an hour (RFC 9111 §5.2.2), as long as the counters stand."""
    licence = settings_of(request.authority.id).open_licence if request.authority else ""
    if not licence:
        raise not_found()
    names = tuple(name for name in DEFINITIONS if name not in OF_WORK)
    with speaking("de"):
        content = _content(request.authority, german_day(now()), names)
    content["licence"] = {"id": licence, "url": LICENCES[licence]}
    data = json.dumps(content, ensure_ascii=False, indent=1).encode()
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    known = request.headers.get("If-None-Match") == tag
    answer = HttpResponseNotModified() if known else HttpResponse(data, content_type="application/json")
    answer.headers["Cache-Control"] = FOR_AN_HOUR
    answer.headers["ETag"] = tag
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _content(authority: Any, today: date, names: Collection[str]) -> dict[str, Any]:
    """What an open-data file says, in the current language, of the figures with these names."""
    begin, end = months_of(today)
    return {
        "title": _("Key figures"),
        "publisher": authority.name,
        "language": current().tag,
        "period": {"from": f"{begin:%Y-%m}", "to": f"{end:%Y-%m}"},
        "counted_at": _iso(counted_at(authority.id)),
        "least_counted": SHOWN_FROM,
        "definitions": [one for one in definitions() if one["name"] in names],
        "services": [
            {
                "service": slug,
                "title": title,
                "twelve_months": _data(found.whole, names),
                "trend": [
                    {"from": f"{months[0]:%Y-%m}", "to": f"{months[-1]:%Y-%m}", "figures": _data(figures, names)}
                    for months, figures in zip(trend_months(today), (found.before, found.lately), strict=True)
                ],
                "months": {f"{month:%Y-%m}": data for month, one in found.months if (data := _data(one, names))},
            }
            for slug, title, found in _services(authority.id, today)
        ],
    }


def _services(authority_id: Any, today: date) -> Iterator[tuple[str, str, Counted]]:
    titles = {row.slug: row.title for row in adoptions(authority_id)}
    for one in figures_of_all(authority_id, today):
        yield one.service, titles.get(one.service, one.service), figures_by_month(authority_id, one.service, today)


def _rows(authority_id: Any, today: date) -> Iterator[list[Cell]]:
    for _slug, title, found in _services(authority_id, today):
        yield from _lines(title, "", found.whole)
        for months, figures in zip(trend_months(today), (found.before, found.lately), strict=True):
            yield from _lines(title, f"{months[0]:%Y-%m} – {months[-1]:%Y-%m}", figures)
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


def _data(figures: Figures, names: Collection[str]) -> dict[str, Any]:
    return {name: _one(figure) for name, figure in by_name(figures).items() if figure and name in names}


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
