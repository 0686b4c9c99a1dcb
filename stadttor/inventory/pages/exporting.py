"""The stock of processes as a file, a line for each step, which the import reads again; what comes first, and the road map."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _, current
from stadttor.ground.web.sheets import Cell, csv_file, xlsx_file
from stadttor.identity.guards import require_role
from stadttor.inventory import queries
from stadttor.inventory.pages.listing import asked_for, chosen
from stadttor.inventory.pages.wording import (
    BREAK_WORDS,
    CRITERION_WORDS,
    DEMAND_WORDS,
    FIELD_WORDS,
    HORIZON_WORDS,
    VERDICT_WORDS,
    heads,
)
from stadttor.inventory.rules.ranking import CRITERIA
from stadttor.inventory.rules.roadmap import HORIZONS
from stadttor.inventory.rules.stock import Process, Step


@require_safe
@require_role("organiser")
def table(request: Any, kind: str) -> HttpResponse:
    """What the list shows, whole; `kind` is csv or xlsx."""
    found = chosen(queries.processes(request.authority.id), asked_for(request))
    lines = list(lines_of(row.is_of for row in found))
    return _file(kind, "processes", _("Stock of processes"), list(heads().values()), lines)


@require_safe
@require_role("organiser")
def priorities(request: Any, kind: str) -> HttpResponse:
    """All places with the marks behind them, and the weights as the last line."""
    found = queries.ranking(request.authority.id)
    head = [
        _("Rank"), _("Process"), _("Benefit"), _("Effort"), _("Where it belongs"),
        *(_(CRITERION_WORDS[name]) for name in CRITERIA),
    ]  # fmt: skip
    lines: list[list[Cell]] = [
        [one.rank, one.rated.name, round(float(one.benefit), 1), one.rated.effort, _(FIELD_WORDS[one.field]),
         *(one.rated.marks[name] for name in CRITERIA)]
        for one in found.places
    ]  # fmt: skip
    lines.append([None, _("Weights"), None, None, None, *(found.weights[name] for name in CRITERIA)])
    return _file(kind, "priorities", _("What comes first"), head, lines)


@require_safe
@require_role("organiser")
def roadmap(request: Any, kind: str) -> HttpResponse:
    """Each process that has its turn, by horizon, with its pilot."""
    found = queries.roadmap(request.authority.id)
    head = [
        _("When"), _("Process"), _("What the pilot is to show"), _("Figure before"), _("Figure after"), _("Lesson"),
        _("Scale or stop"),
    ]  # fmt: skip
    lines: list[list[Cell]] = [
        [_(HORIZON_WORDS[horizon]), row.is_of.name, plan.goal, plan.before, plan.after, plan.lesson,
         _(VERDICT_WORDS[plan.verdict]) if plan.goal else ""]
        for horizon in HORIZONS
        for row, plan in found.planned
        if plan.horizon == horizon
    ]  # fmt: skip
    return _file(kind, "road-map", _("Road map"), head, lines)


def _file(kind: str, name: str, title: str, head: list[str], lines: list[list[Cell]]) -> HttpResponse:
    day = german_day(now())
    if kind == "csv":
        return csv_file(name, day, head, lines)
    return xlsx_file(name, day, title, head, lines, leftwards=current().direction == "rtl")


def files_of(table: str) -> list[dict[str, str]]:
    """The addresses of a table as files."""
    return [{"kind": kind.upper(), "href": url(f"inventory:{table}_{kind}")} for kind in ("csv", "xlsx")]


def lines_of(processes: Iterable[Process]) -> Iterator[list[Cell]]:
    """One line for each step; a process without steps has one line."""
    for one in processes:
        demand = _(DEMAND_WORDS[one.demand]) if one.demand else ""
        for step in one.steps or (Step(""),):
            breaks = ", ".join(_(BREAK_WORDS[kind]) for kind in step.breaks)
            minutes = step.minutes if step.name else None
            yield [one.name, one.volume, demand, one.systems, one.law, step.name, minutes, breaks]
