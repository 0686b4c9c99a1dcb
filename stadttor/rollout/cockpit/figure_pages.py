"""What happened with each service in the Länder that a steering body sees: sums and figures over all authorities, no authority by
itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import newest_releases
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import disposition
from stadttor.ground.web.language import N_, _, current, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.insights.key_figures.steering import (
    data_with_months,
    month_name,
    quarter_of,
    report_file,
    trend_cells,
    trend_head,
    trends,
)
from stadttor.insights.queries.across import Across, across, across_by_month
from stadttor.insights.queries.reports import months_reported
from stadttor.insights.queries.summed import summed
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.cockpit.lists import address_of, column, land_options, ordered
from stadttor.rollout.cockpit.pages import asked_for, files_of
from stadttor.rollout.queries import SteeringRow, steering_at
from stadttor.rollout.queries.promises import titles

WORDS = {
    "received": N_("Received"), "online": N_("Of these online"), "decided": N_("Decided"), "asked_back": N_("Of these asked back"),
    "begun": N_("Begun online"), "sent": N_("Of these sent"), "visits": N_("Visits"),
}  # fmt: skip
LEAST = 5


@dataclass(frozen=True)
class ServiceRow:
    """A service with its sums; what too few stand behind is not in it."""

    slug: str
    title: str
    package: str
    counts: Mapping[str, int]


@require_safe
@require_role("steering")
def figures(request: Any) -> HttpResponse:
    """Every service with its sums of the last quarter, and its trend."""
    body, asked = steering_at(request.authority.id), asked_for(request, "in", "q", "sort")
    rows, at = services(body, asked)
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    order, found = asked["sort"] or "name", _with(rows, body, asked)
    context = {
        "columns": [
            column("name", _("Service"), address, order),
            *(column(name, _(word), address, order, numeric=True) for name, word in WORDS.items()),
        ],
        "rows": [
            {
                "cells": {"name": row.title, **{name: row.counts.get(name, "–") for name in WORDS}},
                "href": _page_of(row.slug, asked),
            }
            for row in rows
        ],
        "quarter": quarter_of(found),
        "trend": trends(found, {row.slug: row.title for row in rows}, partial(_page_of, asked=asked)),
        "reports": [
            {"month": month_name(month), "href": url("cockpit:figures_report", month=f"{month:%Y-%m}")}
            for month in months_reported(body.authority_id)
        ],
        "open_data": url("cockpit:figures_open") if body.acts and body.lands_in() is not None else "",
        "asked": asked,
        "lands": land_options(body),
        "at": at,
        "least": LEAST,
        "files": [
            *files_of("figures", asked),
            {"kind": "JSON", "href": address_of(url("cockpit:figures_json"), asked)},
        ],
    }
    return render(request, "rollout/cockpit/figures.html", context)


@require_safe
@require_role("steering")
def report(request: Any, month: str) -> HttpResponse:
    """The report of a month, `2026-10`, as a PDF."""
    return report_file(steering_at(request.authority.id).authority_id, month)


@require_safe
@require_role("steering")
def exported(request: Any, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx."""
    body, asked = steering_at(request.authority.id), asked_for(request, "in", "q", "sort")
    rows, _at = services(body, asked)
    found = _with(rows, body, asked)
    of = {one.service: one for one in found}
    with speaking(request.language):
        head = [_("Service"), *(_(word) for word in WORDS.values()), *trend_head(found)]
        cells = [
            [
                row.title,
                *(row.counts.get(name) for name in WORDS),
                *(trend_cells(of[row.slug]) if row.slug in of else ()),
            ]
            for row in rows
        ]
        return table_file(kind, "cockpit-figures", _("Key figures"), head, cells)


@require_safe
@require_role("steering")
def as_json(request: Any) -> HttpResponse:
    """The same with what each number says, the span and the rule of the least; what is left out is not in it."""
    body, asked = steering_at(request.authority.id), asked_for(request, "in", "q", "sort")
    rows, at = services(body, asked)
    lands = body.lands_in(asked["in"])
    by_month = {} if lands is None else {one.service: one for one in across_by_month(lands)}
    with speaking(request.language):
        content = {
            "title": _("Key figures of all authorities"),
            "language": current().tag,
            "quarter": quarter_of(list(by_month.values())),
            "counted_at": at.isoformat(timespec="seconds") if at else None,
            "least_counted": LEAST,
            "definitions": {name: _(word) for name, word in WORDS.items()},
            "services": [
                {
                    "title": row.title,
                    "package": row.package,
                    **{name: row.counts[name] for name in WORDS if name in row.counts},
                    **({"figures": data_with_months(by_month[row.slug])} if row.slug in by_month else {}),
                }
                for row in rows
            ],
        }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = disposition("attachment", f"cockpit-figures-{german_day(now())}.json")
    response["Cache-Control"] = "private, no-store"
    return response


def services(body: SteeringRow, asked: Mapping[str, str]) -> tuple[Sequence[ServiceRow], datetime | None]:
    """The services asked for, in the order asked for. A body sees whole Kreise only: sums are made by Kreis."""
    lands = body.lands_in(asked["in"])
    counted, at = ({}, None) if lands is None else summed(lands)
    named, words = titles(), asked["q"].casefold()
    packages = {one.slug: one.package for one in newest_releases()}
    rows = [
        ServiceRow(service, named.get(service, service), packages.get(service, ""), counts)
        for service, counts in counted.items()
    ]
    values: dict[str, Any] = {"name": lambda row: row.title}
    values |= {name: (lambda row, name=name: row.counts.get(name, 0)) for name in WORDS}
    return ordered((row for row in rows if words in row.title.casefold()), asked["sort"], values, "name"), at


def _page_of(service: str, asked: Mapping[str, str]) -> str:
    return address_of(url("cockpit:figures_of", service=service), {"in": asked["in"]})


def _with(rows: Sequence[ServiceRow], body: SteeringRow, asked: Mapping[str, str]) -> list[Across]:
    """The figures of these services."""
    lands, shown = body.lands_in(asked["in"]), {row.slug for row in rows}
    return [] if lands is None else [one for one in across(lands) if one.service in shown]
