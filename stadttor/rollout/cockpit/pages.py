"""The cockpit's pages: all packages, one package with its map, a Kreis to print, one authority."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import news, release
from stadttor.core.ars import LAENDER
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout import queries
from stadttor.rollout.cockpit.drawing import drawn
from stadttor.rollout.cockpit.lists import (
    STAGE_WORDS,
    address_of,
    blocked_text,
    column,
    count_cells,
    count_columns,
    counts_values,
    kreis_name,
    land_asked,
    land_options,
    ordered,
    scope_of,
    stage_options,
)
from stadttor.rollout.promises import lists as promises
from stadttor.rollout.queries import CountedRow, StandingRow
from stadttor.rollout.queries.promises import promises_seen
from stadttor.rollout.rules.stages import STAGES, Counts
from stadttor.tenancy.queries import authority_by_slug, coverage_of

PAGE = 50
LONGEST = 100
MOST_NEWS = 50
LEVELS = {
    "gemeinde": N_("Municipality"),
    "verband": N_("Association of municipalities"),
    "kreis": N_("Kreis"),
    "land": N_("Land"),
    "bund": N_("Federation"),
}


@dataclass(frozen=True)
class PlaceRow:
    """A Land or a Kreis with its counts."""

    key: str
    name: str
    counts: Counts


@require_safe
@require_role("steering")
def overview(request: Any) -> HttpResponse:
    """Every package with its counts, as far as this body sees."""
    body = queries.steering_at(request.authority.id)
    asked = asked_for(request, "in", "q", "sort")
    rows = packages(body, asked)
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    context = {
        "columns": count_columns("name", _("Service"), address, asked["sort"] or "name"),
        "rows": [
            {"cells": {"name": row.title, **count_cells(row)}, "href": _package_address(row.package, asked["in"])}
            for row in rows
        ],
        "asked": asked,
        "lands": land_options(body),
        "at": oldest(rows),
        "news": news()[:MOST_NEWS],
        "files": files_of("packages", asked),
    }
    return render(request, "rollout/cockpit/overview.html", context)


def packages(body: queries.SteeringRow, asked: Mapping[str, str]) -> list[CountedRow]:
    """The packages asked for, in the order asked for."""
    words = asked["q"].casefold()
    rows = [row for row in queries.by_package(scope_of(body, asked["in"])) if words in row.title.casefold()]
    return ordered(rows, asked["sort"], counts_values(lambda row: row.title), "name")


@require_safe
@require_role("steering")
def package(request: Any, package: str) -> HttpResponse:
    """One package: its map, and the same as a table by Land, or by Kreis within a Land."""
    body, counted = queries.steering_at(request.authority.id), queries.counted_as(package)
    asked = asked_for(request, "in", "sort")
    land = land_asked(body, asked["in"])
    by_kreis = queries.by_kreis(package, scope_of(body, land))
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    rows = ordered(_places(by_kreis, land), asked["sort"], counts_values(lambda row: row.name), "name")
    context = {
        "counted": counted,
        "whole": sum(by_kreis.values(), Counts()),
        "land": land,
        "land_name": LAENDER.get(land, ""),
        "map": drawn(by_kreis, land),
        "columns": count_columns("name", _("Kreis") if land else _("Land"), address, asked["sort"] or "name"),
        "rows": [
            {
                "cells": {"name": row.name, **count_cells(row)},
                "href": url("cockpit:kreis", kreis=row.key) if land else _package_address(package, row.key),
            }
            for row in rows
        ],
        "authorities": address_of(url("cockpit:authorities", package=package), {"in": land}),
        "levels": _levels(package, [land] if land else sorted({row.key for row in rows})),
    }
    return render(request, "rollout/cockpit/package.html", context)


def _levels(package: str, lands: Sequence[str]) -> list[dict[str, Any]]:
    """Who does it in each Land, by what; said plainly where nobody compared it with the law."""
    rows = queries.levels_of(release(package), lands, german_day(now()))
    return [
        {
            "cells": {
                "land": LAENDER.get(row.land, row.land),
                "level": _(LEVELS[row.level]),
                "source": row.source or _("as the package says"),
                "checked": _("checked") if row.checked else _("not checked"),
            }
        }
        for row in rows
    ]


@require_safe
@require_role("steering")
def authorities(request: Any, package: str) -> HttpResponse:
    """One package at each authority: stage, version, what blocks."""
    body, counted = queries.steering_at(request.authority.id), queries.counted_as(package)
    asked = asked_for(request, "in", "stage", "q", "sort")
    rows = standings(body, counted, asked)
    number = request.GET.get("page", "1")
    page = page_of(
        len(rows), int(number) if number.isdecimal() and len(number) < 6 else 1, size=PAGE, path=request.path,
        query={key: value for key, value in asked.items() if value},
    )  # fmt: skip
    shown = rows[(page.number - 1) * PAGE : page.number * PAGE]
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    labels = {"name": _("Authority"), "kreis": _("Kreis"), "stage": _("State"), "version": _("Version")}
    context = {
        "counted": counted,
        "columns": [
            *(column(key, label, address, asked["sort"] or "kreis") for key, label in labels.items()),
            {"key": "blocked", "label": _("What blocks")},
        ],
        "rows": [
            {"cells": standing_cells(row), "href": url("cockpit:authority", administration=row.slug)} for row in shown
        ],
        "page": page,
        "asked": asked,
        "lands": land_options(body),
        "stages": stage_options(),
        "files": files_of("authorities", asked, package=package),
        "back": _package_address(package, asked["in"]),
    }
    return render(request, "rollout/cockpit/authorities.html", context)


def standings(body: queries.SteeringRow, counted: CountedRow, asked: Mapping[str, str]) -> list[StandingRow]:
    """The authorities asked for, in the order asked for. `stage` may be `blocked` too."""
    rows = queries.by_authority(counted, scope_of(body, asked["in"]))
    words, stage = asked["q"].casefold(), asked["stage"]
    kept = [
        row
        for row in rows
        if words in row.name.casefold() and (not stage or stage == row.stage or (stage == "blocked" and row.blocked))
    ]
    values = {
        "name": lambda row: row.name, "stage": lambda row: STAGES.index(row.stage), "version": lambda row: row.version,
        "kreis": lambda row: row.kreis,
    }  # fmt: skip
    return ordered(kept, asked["sort"], values, "kreis")


def standing_cells(row: StandingRow) -> dict[str, str]:
    """An authority's row, in words."""
    return {
        "name": row.name,
        "kreis": kreis_name(row.kreis),
        "stage": _(STAGE_WORDS[row.stage]),
        "version": row.version,
        "blocked": row.said if row.stage == "not_applicable" else blocked_text(row.blocked, row.said),
    }


@require_safe
@require_role("steering")
def kreis(request: Any, kreis: str) -> HttpResponse:
    """The state of a Kreis on one sheet: every package with its counts, and what blocks where."""
    body = queries.steering_at(request.authority.id)
    if not body.sees(kreis):
        raise not_found()
    counted, listed = queries.at_kreis(kreis)
    if not counted:
        raise not_found()
    address = lambda order: request.path  # noqa: E731  # a sheet that is not sorted otherwise
    columns = count_columns("name", _("Service"), address, "")
    context = {
        "name": kreis_name(kreis),
        "land": LAENDER.get(kreis[:2], ""),
        "columns": [{**one, "sort_url": ""} for one in columns],
        "rows": [
            {"cells": {"name": row.title, **count_cells(row)}, "href": _package_address(row.package, kreis[:2])}
            for row in counted
        ],
        "authorities": len({row.slug for row in listed}),
        "blocked": _blocked(listed),
        "promises": _promised(body, kreis),
        "promise": url("cockpit:promise_for_place", kreis=kreis) if body.acts else "",
        "at": oldest(counted),
        "printed": now(),
    }
    return render(request, "rollout/cockpit/kreis.html", context)


def _promised(body: queries.SteeringRow, kreis: str) -> dict[str, Any]:
    """What was promised in the Kreis or for the whole of it; how many are late."""
    today = german_day(now())
    rows = promises.chosen(promises_seen(body, kreis), dict.fromkeys(promises.ASKED, ""), today)
    return {
        "columns": [{**one, "sort_url": ""} for one in promises.columns(lambda order: "", "")],
        "rows": [
            {"cells": promises.cells(row, today), "href": url("cockpit:promise", promise_id=row.id)} for row in rows
        ],
        "late": promises.late_text(rows, today),
    }


def _blocked(listed: Sequence[StandingRow]) -> list[dict[str, str]]:
    """What blocks, a line for each service and reason with the authorities it concerns."""
    found: dict[tuple[str, str], list[str]] = {}
    for row in ordered(listed, "", {"name": lambda row: row.title}, "name"):
        if row.blocked:
            found.setdefault((row.title, blocked_text(row.blocked, row.said)), []).append(row.name)
    return [{"what": title, "why": why, "where": ", ".join(names)} for (title, why), names in found.items()]


@require_safe
@require_role("steering")
def authority(request: Any, administration: str) -> HttpResponse:
    """Every package at one authority."""
    body, found = queries.steering_at(request.authority.id), authority_by_slug(administration)
    # Of an unknown one the body's own coverage is read, which is none: an authority beyond its bounds costs no statement more.
    keys = [key for key in coverage_of(found.id if found else body.authority_id) if body.sees(key[:5])]
    if found is None or not keys:
        raise not_found()
    listed = [row for row in queries.at_kreis(keys[0][:5])[1] if row.slug == administration]
    rows = ordered(listed, "", {"name": lambda row: row.title}, "name")
    context = {
        "name": found.name,
        "kreis": kreis_name(keys[0][:5]),
        "promise": url("cockpit:promise_for", administration=administration) if body.acts else "",
        "kreis_href": url("cockpit:kreis", kreis=keys[0][:5]) if rows else "",
        "columns": [
            {"key": "title", "label": _("Service")},
            {"key": "stage", "label": _("State")},
            {"key": "version", "label": _("Version")},
            {"key": "blocked", "label": _("What blocks")},
        ],
        "rows": [
            {"cells": {**standing_cells(row), "title": row.title}, "href": _package_address(row.package, row.kreis[:2])}
            for row in rows
        ],
    }
    return render(request, "rollout/cockpit/authority.html", context)


def asked_for(request: Any, *names: str) -> dict[str, str]:
    """What the address asks for, cut to a length nobody needs more than."""
    return {name: request.GET.get(name, "").strip()[:LONGEST] for name in names}


def files_of(table: str, asked: dict[str, str], **of: str) -> list[dict[str, str]]:
    """The same table as a file, once for each kind."""
    return [
        {"kind": kind.upper(), "href": address_of(url(f"cockpit:{table}_{kind}", **of), asked)}
        for kind in ("csv", "xlsx")
    ]


def oldest(rows: Sequence[CountedRow]) -> datetime | None:
    """Since when the counters may be behind."""
    return min((row.at for row in rows), default=None)


def _package_address(package: str, land: str) -> str:
    return address_of(url("cockpit:package", package=package), {"in": land[:2]})


def _places(by_kreis: Mapping[str, Counts], land: str) -> list[PlaceRow]:
    """By Land, or by Kreis within one."""
    if land:
        return [PlaceRow(key, kreis_name(key), counts) for key, counts in by_kreis.items()]
    found: dict[str, Counts] = {}
    for key, counts in by_kreis.items():
        found[key[:2]] = found.get(key[:2], Counts()) + counts
    return [PlaceRow(key, LAENDER[key], counts) for key, counts in found.items()]
