"""The work list as a table for a spreadsheet."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.cases import queries, services
from stadttor.cases.pages import labels
from stadttor.cases.pages.work_list import COLUMNS, asked_for
from stadttor.cases.queries import ListRow
from stadttor.core.refused import Refused
from stadttor.core.tables import harmless
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day
from stadttor.ground.web.language import _, speaking
from stadttor.identity.guards import require_casework


@require_safe
@require_casework
def export(request: Any) -> HttpResponse:
    """The list in its order; the name of the file says of which day it is, how many it holds and whether these are all.

    Refused when its search has ended: the table would hold more than was asked for.
    """
    asked, moment = asked_for(request, request.GET), now()
    if asked.has_ended:
        raise search_ended()
    rows, is_cut = queries.export_rows(request.staff, asked.filters, now=moment)
    services.note_export(staff=request.staff, cases=len(rows), now=moment)
    with speaking(request.language):
        body = _csv(rows)
    name = f"cases-{german_day(moment)}-{'first-' if is_cut else ''}{len(rows)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type="text/csv; charset=utf-8", headers=headers)


def search_ended() -> Refused:
    """The words of a search are kept for half a day only."""
    return Refused("search_ended", "This search has ended. Please go back to the list and search again.", status=410)


def _csv(rows: Sequence[ListRow]) -> str:
    """Semicolons and a byte-order mark, as German spreadsheets expect them."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([_(label) for _key, label, _sort in COLUMNS])
    for row in rows:
        writer.writerow([harmless(cell) for cell in _cells(row)])
    return out.getvalue()


def _cells(row: ListRow) -> tuple[str, ...]:
    return (
        row.number,
        row.title,
        labels.protected_person() if row.is_protected else row.applicant,
        _(labels.STATES[row.state]),
        day(row.due, "short"),
        row.assignee_name,
        day(row.received, "short"),
    )
