"""The stock of processes as a file, a line for each step; what a file says, the import reads again."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import _, current
from stadttor.ground.web.sheets import Cell, csv_file, xlsx_file
from stadttor.identity.guards import require_role
from stadttor.inventory import queries
from stadttor.inventory.pages.listing import asked_for, chosen
from stadttor.inventory.pages.wording import BREAK_WORDS, DEMAND_WORDS, heads
from stadttor.inventory.rules.stock import Process, Step


@require_safe
@require_role("organiser")
def table(request: Any, kind: str) -> HttpResponse:
    """What the list shows, whole; `kind` is csv or xlsx."""
    found = chosen(queries.processes(request.authority.id), asked_for(request))
    head, day = list(heads().values()), german_day(now())
    lines = list(lines_of(row.is_of for row in found))
    if kind == "csv":
        return csv_file("processes", day, head, lines)
    leftwards = current().direction == "rtl"
    return xlsx_file("processes", day, _("Stock of processes"), head, lines, leftwards=leftwards)


def lines_of(processes: Iterable[Process]) -> Iterator[list[Cell]]:
    """One line for each step; a process without steps has one line."""
    for one in processes:
        demand = _(DEMAND_WORDS[one.demand]) if one.demand else ""
        for step in one.steps or (Step(""),):
            breaks = ", ".join(_(BREAK_WORDS[kind]) for kind in step.breaks)
            minutes = step.minutes if step.name else None
            yield [one.name, one.volume, demand, one.systems, one.law, step.name, minutes, breaks]
