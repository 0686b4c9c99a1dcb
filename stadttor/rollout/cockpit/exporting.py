"""The cockpit's tables for a spreadsheet: what the page shows, with every stage, whole and in the same order."""

from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.sheets import Cell
from stadttor.identity.guards import require_role
from stadttor.rollout import queries
from stadttor.rollout.cockpit.files import table_file
from stadttor.rollout.cockpit.lists import COUNT_WORDS, count_cells
from stadttor.rollout.cockpit.pages import asked_for, standing_cells, standings
from stadttor.rollout.cockpit.pages import packages as asked_packages


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
    rows = standings(body, counted, asked_for(request, "in", "stage", "q", "sort"))
    with speaking(request.language):
        head = [_("Authority"), _("Kreis"), _("State"), _("Version"), _("What blocks")]
        cells = (list(standing_cells(row).values()) for row in rows)
        title = _("{service}: all authorities", service=counted.title)
        return table_file(kind, package, title, head, cells)
