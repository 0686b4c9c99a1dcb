"""The cockpit's pages: all packages, one package with its map and its authorities, one authority."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import news, release
from stadttor.core.ars import LAENDER
from stadttor.core.german_sort import sort_key
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
from stadttor.rollout.queries import CountedRow, StandingRow
from stadttor.rollout.rules.stages import STAGES, Counts
from stadttor.tenancy.queries import authority_by_slug, coverage_of

PAGE = 50
LONGEST = 100
PLACES_ASKED = ("in", "q", "open", "sort")
AUTHORITIES_ASKED = ("in", "kreis", "stage", "version", "q", "sort")
AUTHORITY_ASKED = ("stage", "q", "sort")
OPEN_AT: Mapping[str, Callable[[int | None], bool]] = {
    "": lambda percent: True,
    "nowhere": lambda percent: percent == 0,
    "some": lambda percent: percent is not None and 0 < percent < 100,
    "all": lambda percent: percent == 100,
}
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
            {"cells": {"name": row.title, **count_cells(row)}, "href": package_address(row.package, asked["in"])}
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
    asked = asked_for(request, *PLACES_ASKED)
    land = land_asked(body, asked["in"])
    by_kreis = queries.by_kreis(package, scope_of(body, land))
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    rows = places(by_kreis, land, asked)
    lands = [land] if land else sorted({key[:2] for key in by_kreis})
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
                "href": url("cockpit:kreis", kreis=row.key) if land else package_address(package, row.key),
            }
            for row in rows
        ],
        "authorities": address_of(url("cockpit:authorities", package=package), {"in": land}),
        "levels": _levels(package, lands),
        "asked": asked,
        "here": address_of(request.path, {"in": land}),
        "promise": url("cockpit:promise_for_place", kreis=land) if land and body.acts and body.sees(land) else "",
        "files": files_of("places", {**asked, "in": land}, package=package),
    }
    return render(request, "rollout/cockpit/package.html", context)


def places(by_kreis: Mapping[str, Counts], land: str, asked: Mapping[str, str]) -> list[PlaceRow]:
    """The Länder, or the Kreise of one, that are asked for in the order asked for. `open` is one of OPEN_AT."""
    words, wanted = asked["q"].casefold(), OPEN_AT.get(asked["open"], OPEN_AT[""])
    kept = [row for row in _places(by_kreis, land) if words in row.name.casefold() and wanted(row.counts.percent)]
    return ordered(kept, asked["sort"], counts_values(lambda row: row.name), "name")


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
    asked = asked_for(request, *AUTHORITIES_ASKED)
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
        **_choices(body, counted, asked),
        "files": files_of("authorities", asked, package=package),
        "back": package_address(package, asked["in"]),
    }
    return render(request, "rollout/cockpit/authorities.html", context)


def standings(body: queries.SteeringRow, counted: CountedRow, asked: Mapping[str, str]) -> list[StandingRow]:
    """The authorities asked for, in the order asked for. `stage` may be `blocked` too."""
    kreis = asked["kreis"] if asked["kreis"].startswith(asked["in"]) else ""
    rows = queries.by_authority(counted, scope_of(body, kreis or asked["in"]))
    kept = [row for row in chosen(rows, asked, lambda row: row.name) if asked["version"] in ("", row.version)]
    values = {
        "name": lambda row: row.name, "stage": lambda row: STAGES.index(row.stage),
        "version": lambda row: version_number(row.version),
        "kreis": lambda row: row.kreis,
    }  # fmt: skip
    return ordered(kept, asked["sort"], values, "kreis")


def chosen(
    rows: Iterable[StandingRow], asked: Mapping[str, str], name: Callable[[StandingRow], str]
) -> list[StandingRow]:
    """Those whose name holds the words asked for, at the stage asked for, which may be `blocked`."""
    words, stage = asked["q"].casefold(), asked["stage"]
    return [
        row
        for row in rows
        if words in name(row).casefold() and (stage in ("", row.stage) or (stage == "blocked" and row.blocked))
    ]


def _choices(body: queries.SteeringRow, counted: CountedRow, asked: Mapping[str, str]) -> dict[str, Any]:
    """The Kreise of the Land asked for, and the versions that are there."""
    land = land_asked(body, asked["in"])
    kreise = queries.by_kreis(counted.package, scope_of(body, land)) if land else {}
    versions = {row.version for row in queries.by_authority(counted, scope_of(body, asked["in"])) if row.version}
    every = {"value": "", "label": _("All")}
    named = sorted(({"value": key, "label": kreis_name(key)} for key in kreise), key=lambda one: sort_key(one["label"]))
    newest_first = sorted(versions, key=version_number, reverse=True)
    return {
        "kreise": [every, *named] if named else [],
        "versions": [every, *({"value": one, "label": one} for one in newest_first)],
    }


def version_number(version: str) -> list[int]:
    """Compares as numbers: 1.10.0 comes after 1.9.0, and what has none comes first."""
    return [int(part) for part in version.split(".") if part]


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
def authority(request: Any, administration: str) -> HttpResponse:
    """Every package at one authority."""
    body, asked = queries.steering_at(request.authority.id), asked_for(request, *AUTHORITY_ASKED)
    name, kreis, listed = seen_authority(body, administration)
    rows = services_at(listed, asked)
    address = lambda order: address_of(request.path, asked, sort=order)  # noqa: E731  # one word for one address
    labels = {"title": _("Service"), "stage": _("State"), "version": _("Version")}
    context = {
        "name": name,
        "slug": administration,
        "kreis": kreis_name(kreis),
        "promise": url("cockpit:promise_for", administration=administration) if body.acts else "",
        "kreis_href": url("cockpit:kreis", kreis=kreis) if listed else "",
        "columns": [
            *(column(key, label, address, asked["sort"] or "title") for key, label in labels.items()),
            {"key": "blocked", "label": _("What blocks")},
        ],
        "asked": asked,
        "counted": bool(listed),
        "stages": stage_options(),
        "files": files_of("authority", asked, administration=administration),
        "rows": [
            {"cells": {**standing_cells(row), "title": row.title}, "href": package_address(row.package, row.kreis[:2])}
            for row in rows
        ],
    }
    return render(request, "rollout/cockpit/authority.html", context)


def seen_authority(body: queries.SteeringRow, slug: str) -> tuple[str, str, list[StandingRow]]:
    """An authority's name, its Kreis and every package there. Raises Refused (404) beyond the bounds of the body."""
    found = authority_by_slug(slug)
    # Of an unknown one the body's own coverage is read, which is none: an authority beyond its bounds costs no statement more.
    keys = [key for key in coverage_of(found.id if found else body.authority_id) if body.sees(key[:5])]
    if found is None or not keys:
        raise not_found()
    kreis = keys[0][:5]
    return found.name, kreis, [row for row in queries.at_kreis(kreis)[1] if row.slug == slug]


def services_at(listed: Iterable[StandingRow], asked: Mapping[str, str]) -> list[StandingRow]:
    """The services asked for, in the order asked for."""
    values = {
        "title": lambda row: row.title, "stage": lambda row: STAGES.index(row.stage),
        "version": lambda row: version_number(row.version),
    }  # fmt: skip
    return ordered(chosen(listed, asked, lambda row: row.title), asked["sort"], values, "title")


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


def package_address(package: str, land: str) -> str:
    return address_of(url("cockpit:package", package=package), {"in": land[:2]})


def _places(by_kreis: Mapping[str, Counts], land: str) -> list[PlaceRow]:
    """By Land, or by Kreis within one."""
    if land:
        return [PlaceRow(key, kreis_name(key), counts) for key, counts in by_kreis.items()]
    found: dict[str, Counts] = {}
    for key, counts in by_kreis.items():
        found[key[:2]] = found.get(key[:2], Counts()) + counts
    return [PlaceRow(key, LAENDER[key], counts) for key, counts in found.items()]
