"""The cockpit's tables for a spreadsheet: what the page shows, with every stage, whole and in the same order."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.sheets import Cell
from stadttor.identity.guards import require_role
from stadttor.rollout import queries
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.cockpit.lists import COUNT_WORDS, count_cells, land_asked, scope_of
from stadttor.rollout.cockpit.pages import (
    AUTHORITIES_ASKED,
    AUTHORITY_ASKED,
    PLACES_ASKED,
    asked_for,
    seen_authority,
    services_at,
    standing_cells,
    standings,
)
from stadttor.rollout.cockpit.pages import packages as asked_packages
from stadttor.rollout.cockpit.pages import places as asked_places
from stadttor.rollout.cockpit.rollout_pages import ROLLOUTS_ASKED, labels, listed_cells
from stadttor.rollout.cockpit.rollout_pages import chosen as asked_rollouts


@require_safe
@require_role("steering")
def packages(request: Any, kind: str) -> HttpResponse:
    """All packages with their counts; `kind` is csv or xlsx."""
    rows = asked_packages(queries.steering_at(request.authority.id), asked_for(request, "in", "q", "sort"))
    with speaking(request.language):
        head = [_("Service"), _("Package name"), _("Authorities"), *(_(word) for word in COUNT_WORDS.values())]
        cells: list[list[Cell]] = [[row.title, row.package, *count_cells(row).values()] for row in rows]
        return table_file(kind, "cockpit", _("All services"), head, cells)


@require_safe
@require_role("steering")
def authorities(request: Any, package: str, kind: str) -> HttpResponse:
    """One package at each authority; `kind` is csv or xlsx."""
    body, counted = queries.steering_at(request.authority.id), queries.counted_as(package)
    rows = standings(body, counted, asked_for(request, *AUTHORITIES_ASKED))
    with speaking(request.language):
        head = [_("Authority"), _("Kreis"), _("State"), _("Version"), _("What blocks")]
        cells = (list(standing_cells(row).values()) for row in rows)
        title = _("{service}: all authorities", service=counted.title)
        return table_file(kind, package, title, head, cells)


@require_safe
@require_role("steering")
def places(request: Any, package: str, kind: str) -> HttpResponse:
    """One package by Land, or by Kreis within one; `kind` is csv or xlsx."""
    body, counted = queries.steering_at(request.authority.id), queries.counted_as(package)
    asked = asked_for(request, *PLACES_ASKED)
    land = land_asked(body, asked["in"])
    rows = asked_places(queries.by_kreis(package, scope_of(body, land)), land, asked)
    with speaking(request.language):
        place = _("Kreis") if land else _("Land")
        head = [place, _("Regional key"), _("Authorities"), *(_(word) for word in COUNT_WORDS.values())]
        cells: list[list[Cell]] = [[row.name, row.key, *count_cells(row).values()] for row in rows]
        return table_file(kind, f"{package}-places", counted.title, head, cells)


@require_safe
@require_role("steering")
def authority(request: Any, administration: str, kind: str) -> HttpResponse:
    """Every package at one authority; `kind` is csv or xlsx."""
    name, _kreis, listed = seen_authority(queries.steering_at(request.authority.id), administration)
    rows = services_at(listed, asked_for(request, *AUTHORITY_ASKED))
    with speaking(request.language):
        head = [_("Service"), _("State"), _("Version"), _("What blocks")]
        cells = ([row.title, *(standing_cells(row)[key] for key in ("stage", "version", "blocked"))] for row in rows)
        return table_file(kind, administration, name, head, cells)


@require_safe
@require_role("steering")
def rollouts(request: Any, kind: str) -> HttpResponse:
    """The roll-outs that concern this body; `kind` is csv or xlsx."""
    rows = asked_rollouts(queries.steering_at(request.authority.id), asked_for(request, *ROLLOUTS_ASKED))
    with speaking(request.language):
        cells = (list(listed_cells(row).values()) for row in rows)
        return table_file(kind, "rollouts", _("Roll-outs"), list(labels().values()), cells)
