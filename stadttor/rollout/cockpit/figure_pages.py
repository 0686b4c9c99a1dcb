"""What happened with each service in the Länder that a steering body sees: sums over all authorities, no authority by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
from stadttor.insights.queries.figures import MONTHS
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
LAND_DIGITS, LEAST = 2, 5


@dataclass(frozen=True)
class ServiceRow:
    """A service with its sums; what too few stand behind is not in it."""

    title: str
    package: str
    counts: Mapping[str, int]


@require_safe
@require_role("steering")
def figures(request: Any) -> HttpResponse:
    """Every service with its sums over the last twelve months."""
    body, asked = steering_at(request.authority.id), asked_for(request, "in", "q", "sort")
    rows, at = services(body, asked)
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    order = asked["sort"] or "name"
    context = {
        "columns": [
            column("name", _("Service"), address, order),
            *(column(name, _(word), address, order, numeric=True) for name, word in WORDS.items()),
        ],
        "rows": [
            {
                "cells": {"name": row.title, **{name: row.counts.get(name, "–") for name in WORDS}},
                "href": _behind(row, asked),
            }
            for row in rows
        ],
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
def exported(request: Any, kind: str) -> HttpResponse:
    """The same as `kind` csv or xlsx."""
    asked = asked_for(request, "in", "q", "sort")
    rows, _at = services(steering_at(request.authority.id), asked)
    with speaking(request.language):
        head = [_("Service"), *(_(word) for word in WORDS.values())]
        cells = [[row.title, *(row.counts.get(name) for name in WORDS)] for row in rows]
        return table_file(kind, "cockpit-figures", _("Key figures"), head, cells)


@require_safe
@require_role("steering")
def as_json(request: Any) -> HttpResponse:
    """The same with what each number says, the span and the rule of the least; what is left out is not in it."""
    asked = asked_for(request, "in", "q", "sort")
    rows, at = services(steering_at(request.authority.id), asked)
    with speaking(request.language):
        content = {
            "title": _("Key figures of all authorities"),
            "language": current().tag,
            "months": MONTHS,
            "counted_at": at.isoformat(timespec="seconds") if at else None,
            "least_counted": LEAST,
            "definitions": {name: _(word) for name, word in WORDS.items()},
            "services": [
                {
                    "title": row.title,
                    "package": row.package,
                    **{name: row.counts[name] for name in WORDS if name in row.counts},
                }
                for row in rows
            ],
        }
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Content-Disposition"] = disposition("attachment", f"cockpit-figures-{german_day(now())}.json")
    response["Cache-Control"] = "private, no-store"
    return response


def services(body: SteeringRow, asked: Mapping[str, str]) -> tuple[Sequence[ServiceRow], datetime | None]:
    """The services asked for, in the order asked for. A body sees whole Länder only: sums are made by Land."""
    wanted = asked["in"][:LAND_DIGITS]
    lands = [wanted] if wanted else [key for key in body.keys if len(key) == LAND_DIGITS]
    seen = [land for land in lands if body.sees(land)]
    counted, at = summed(seen, everywhere=not body.keys and not wanted)
    named, words = titles(), asked["q"].casefold()
    packages = {one.slug: one.package for one in newest_releases()}
    rows = [
        ServiceRow(named.get(service, service), packages.get(service, ""), counts)
        for service, counts in counted.items()
    ]
    values: dict[str, Any] = {"name": lambda row: row.title}
    values |= {name: (lambda row, name=name: row.counts.get(name, 0)) for name in WORDS}
    return ordered((row for row in rows if words in row.title.casefold()), asked["sort"], values, "name"), at


def _behind(row: ServiceRow, asked: Mapping[str, str]) -> str:
    """The authorities whose cases are summed: how far the service is at each, never how many it has."""
    if not row.package:
        return ""
    return address_of(url("cockpit:authorities", package=row.package), {"in": asked["in"]})
