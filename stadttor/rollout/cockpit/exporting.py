"""The cockpit's tables for a spreadsheet: what the page shows, with every stage, whole and in the same order."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.core.tables import harmless
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import _, speaking
from stadttor.identity.guards import require_role
from stadttor.rollout import queries
from stadttor.rollout.cockpit.lists import COUNT_WORDS, count_cells
from stadttor.rollout.cockpit.pages import asked_for, standing_cells, standings
from stadttor.rollout.cockpit.pages import packages as asked_packages


@require_safe
@require_role("steering")
def packages(request: Any) -> HttpResponse:
    """All packages with their counts."""
    rows = asked_packages(queries.steering_at(request.authority.id), asked_for(request, "in", "q", "sort"))
    with speaking(request.language):
        head = [_("Service"), _("Package name"), _("Authorities"), *(_(word) for word in COUNT_WORDS.values())]
        return _csv("cockpit", head, ([row.title, row.package, *count_cells(row).values()] for row in rows))


@require_safe
@require_role("steering")
def authorities(request: Any, package: str) -> HttpResponse:
    """One package at each authority."""
    body, counted = queries.steering_at(request.authority.id), queries.counted_as(package)
    rows = standings(body, counted, asked_for(request, "in", "stage", "q", "sort"))
    with speaking(request.language):
        head = [_("Authority"), _("Kreis"), _("State"), _("Version"), _("What blocks")]
        return _csv(package, head, (list(standing_cells(row).values()) for row in rows))


def _csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Semicolons and a byte-order mark, as German spreadsheets expect them."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow(head)
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    file = f'attachment; filename="{name}-{german_day(now())}.csv"'
    headers = {"Content-Disposition": file, "Cache-Control": "private, no-store"}
    return HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
