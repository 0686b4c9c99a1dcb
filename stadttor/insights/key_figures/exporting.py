"""The key figures as files: one line for each service, span and figure; and as open data with their definitions."""

import hashlib
import json
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
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
from stadttor.insights.key_figures.wording import DEFINITIONS, Figure, by_name, definitions
from stadttor.insights.queries.figures import (
    Counted,
    counted_at,
    figures_of_all,
    months_over,
    settings_of,
)
from stadttor.insights.queries.ways import satisfied_by_way
from stadttor.insights.rules.figures import Amount, Figures, Range, Share, Spread
from stadttor.insights.rules.licences import LICENCES
from stadttor.insights.rules.marks import SHOWN_FROM, WAYS
from stadttor.insights.rules.spans import quarters, told_until, year

# What the staff council was told stays in the house, and what the authority reckons with.
OF_WORK = frozenset({"handling", "saved", "cost", "case_cost"})
FOR_AN_HOUR = "public, max-age=3600"
UNITS = {"minutes": N_("minutes"), "hours": N_("hours"), "cents": N_("cents")}


@require_safe
@require_role("organiser")
def table(request: Any, kind: str) -> HttpResponse:
    """Every figure there is, as `kind` csv or xlsx, of each month, quarter and year."""
    with speaking(request.language):
        head = table_head()
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
    none."""
    licence = settings_of(request.authority.id).open_licence if request.authority else ""
    if not licence:
        raise not_found()
    names = tuple(name for name in DEFINITIONS if name not in OF_WORK)
    with speaking("de"):
        content = _content(request.authority, german_day(now()), names)
    return given_to_everybody(request, content, licence)


def given_to_everybody(request: Any, content: dict[str, Any], licence: str) -> HttpResponse | HttpResponseNotModified:
    """Open data under a licence. Anybody in between may keep it for an hour (RFC 9111 §5.2.2), as long as the counters stand."""
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
    last = told_until(today)
    return {
        "title": _("Key figures"),
        "publisher": authority.name,
        "language": current().tag,
        "period": span_of(months_over(today)),
        "counted_at": iso(counted_at(authority.id)),
        "least_counted": SHOWN_FROM,
        "definitions": definitions(names),
        "services": [
            {
                "service": slug,
                "title": title,
                "year": {**span_of(year(last)), "figures": data_of(found.year, names)},
                "satisfied_by_way": [
                    {"way": way, "title": _(WAYS[way]), **_one(share)}
                    for way, share in satisfied_by_way(authority.id, slug, last).items()
                ],
                "trend": [
                    {**span_of(months), "figures": data_of(figures, names)}
                    for months, figures in zip(quarters(last), (found.before, found.lately), strict=True)
                ],
                "months": {f"{month:%Y-%m}": data for month, one in found.months if (data := data_of(one, names))},
            }
            for slug, title, found in _services(authority.id, last)
        ],
    }


def table_head() -> list[str]:
    """Of a table with a line for each figure and span."""
    return [
        _("Service"), _("Month"), _("Key figure"), _("Unit"), _("Value"), _("Nine of ten within"), _("Range from"),
        _("Range to"), _("Counted"),
    ]  # fmt: skip


def _services(authority_id: Any, last: date) -> Iterator[tuple[str, str, Counted]]:
    titles = {row.slug: row.title for row in adoptions(authority_id)}
    for one in figures_of_all(authority_id, last, by_month=True):
        yield one.service, titles.get(one.service, one.service), one


def _rows(authority_id: Any, today: date) -> Iterator[list[Cell]]:
    last = told_until(today)
    for slug, title, found in _services(authority_id, last):
        yield from lines_of(title, in_file(year(last)), found.year)
        for way, share in satisfied_by_way(authority_id, slug, last).items():
            yield _share(
                title, in_file(quarters(last)[1]), f"{_(DEFINITIONS['satisfied'].label)}: {_(WAYS[way])}", share
            )
        for months, figures in zip(quarters(last), (found.before, found.lately), strict=True):
            yield from lines_of(title, in_file(months), figures)
        for month, figures in found.months:
            yield from lines_of(title, f"{month:%Y-%m}", figures)


def in_file(months: Sequence[date]) -> str:
    """A span as tables name it."""
    return f"{months[0]:%Y-%m} – {months[-1]:%Y-%m}"


def lines_of(title: str, month: str, figures: Figures) -> Iterator[list[Cell]]:
    """A line for each figure that is shown; `month` may be a longer span."""
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
            yield _share(title, month, label, figure)


def _share(title: str, month: str, label: str, figure: Share) -> list[Cell]:
    low, high = (round(one, 1) for one in figure.bounds)
    return [title, month, label, "%", round(figure.percent, 1), None, low, high, figure.n]


def data_of(figures: Figures, names: Collection[str]) -> dict[str, Any]:
    """Those of these figures that are shown, as open data."""
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


def span_of(months: Sequence[date]) -> dict[str, str]:
    """From the first to the last of them."""
    return {"from": f"{months[0]:%Y-%m}", "to": f"{months[-1]:%Y-%m}"}


def iso(moment: datetime | None) -> str | None:
    """A moment to the second, none where there is none."""
    return moment.isoformat(timespec="seconds") if moment else None
