"""A table is sent, shown with what would become of it line by line, and kept when the organiser says so: as a whole, or the
processes without a fault where she chooses that. All faults are told, and can be taken along as a file."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.languages import LANGUAGES
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import number
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.ground.web.sheets import Cell, csv_file
from stadttor.identity.guards import require_role
from stadttor.inventory import queries, services
from stadttor.inventory.pages.editing import line_in
from stadttor.inventory.pages.wording import BREAK_WORDS, DEMAND_WORDS, HEADS, heads
from stadttor.inventory.queries import ProcessRow
from stadttor.inventory.rules.importing import COLUMNS, MOST_FAULTS, Fault, Read, Words, merged, read
from stadttor.inventory.rules.stock import LONGEST, LONGEST_LAW, MOST_MINUTES, MOST_VOLUME, Process, Step
from stadttor.inventory.rules.tables import LARGEST, cells_of

# More than any table of LARGEST bytes becomes.
LONGEST_CONTENT = 1_900_000
SHOWN = 200
FAULT_KEYS = ("line", "column", "fault", "allowed")
FATES = {"added": N_("is added"), "changed": N_("is changed"), "same": N_("stays as it is")}


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def import_table(request: Any) -> HttpResponse:
    """The form; what a table would do; and it done."""
    error, shown = None, {}
    if request.method == "POST":
        try:
            if "faults" in request.POST:
                return _fault_list(request)
            if "content" in request.POST:
                return _kept(request)
            shown = _preview(request)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        **shown,
        "heads": list(heads().values()),
        "breaks": [_(word) for word in BREAK_WORDS.values()],
        "demands": [_(word) for demand, word in DEMAND_WORDS.items() if demand],
        "error": {"field": "file", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "inventory/import.html", context, status=error.status if error else 200)


def _preview(request: Any) -> dict[str, Any]:
    """What the page shows of a table that was sent; one with faults cannot be kept."""
    sent = request.FILES.get("file")
    if sent is None:
        raise Refused("file_missing", "Please choose a file.", field="file")
    found = read(cells_of(sent.read(LARGEST + 1)), words())
    known = {row.is_of.name: row for row in queries.processes(request.authority.id)}
    faults = [_told(one, found) for one in found.faults]
    if not found.faults and not found.processes:
        raise Refused("no_lines", "There is nothing in the table below its first line.", field="file")
    fates = [_fate(known.get(one.name), one, found) for one in found.processes]
    return {
        "faults": [{"cells": dict(zip(FAULT_KEYS, one, strict=True))} for one in faults[:SHOWN]],
        "fault_columns": [{"key": key, "label": label} for key, label in zip(FAULT_KEYS, _fault_head(), strict=True)],
        "fault_count": len(faults),
        "fault_list": json.dumps(faults, ensure_ascii=False) if faults else "",
        "left_out": ", ".join(one[:50] for one in found.left_out[:20]),
        "unknown": ", ".join(one[:50] for one in found.unknown[:20]),
        "rows": [{"cells": _cells(one, fate)} for one, fate in list(zip(found.processes, fates, strict=True))[:SHOWN]],
        "count": len(found.processes),
        "counts": {fate: number(fates.count(fate)) for fate in FATES},
        "content": _content(found, known) if found.processes else "",
        "is_same": set(fates) <= {"same"},
    }


def _told(fault: Fault, found: Read) -> list[str]:
    """Line, head of the column as the table has it, what is wrong, what may stand there."""
    head = found.heads.get(fault.column, "")
    line = _("Line {number}", number=fault.line)
    return [line, head, _(fault.text, **fault.values), _allowed(fault.column) if head else ""]


def _allowed(column: str) -> str:
    """What may stand in a cell of this column."""
    words = {
        "demand": lambda: ", ".join(_(word) for demand, word in DEMAND_WORDS.items() if demand),
        "breaks": lambda: ", ".join(_(word) for word in BREAK_WORDS.values()),
        "volume": lambda: _("a whole number from 0 to {most}", most=number(MOST_VOLUME)),
        "minutes": lambda: _("a whole number from 0 to {most}", most=number(MOST_MINUTES)),
        "law": lambda: _("a text of {most} characters at most", most=number(LONGEST_LAW)),
    }
    return words.get(column, lambda: _("a text of {most} characters at most", most=number(LONGEST)))()


def _fault_head() -> list[str]:
    return [_("Place"), _("Column"), _("What to correct"), _("What may stand there")]


def _fault_list(request: Any) -> HttpResponse:
    """The faults that the page carried, as a CSV: nothing of a table is kept for it."""
    try:
        told = json.loads(request.POST["faults"][:LONGEST_CONTENT])
        rows: list[list[Cell]] = []
        for one in told[:MOST_FAULTS]:
            rows.append([_line(cell)[:LONGEST_LAW] for cell in one[: len(FAULT_KEYS)]])
    except (ValueError, TypeError, KeyError, RecursionError):
        raise Refused("content", "Please send the table again.", field="file") from None
    with speaking(request.language):
        return csv_file("faults", german_day(now()), _fault_head(), rows)


def _fate(row: ProcessRow | None, given: Process, found: Read) -> str:
    if row is None:
        return "added"
    return "same" if merged(row.is_of, given, found.columns) == row.is_of else "changed"


def _cells(one: Process, fate: str) -> dict[str, str]:
    return {
        "name": one.name,
        "fate": _(FATES[fate]),
        "volume": "–" if one.volume is None else number(one.volume),
        "steps": number(len(one.steps)),
        "minutes": number(one.minutes),
        "breaks": number(one.breaks.total()),
    }


def _content(found: Read, known: Mapping[str, ProcessRow]) -> str:
    """What the page carries until it is confirmed; it is checked again then."""
    seen = {one.name: known[one.name].version for one in found.processes if one.name in known}
    return json.dumps(
        {"processes": [asdict(one) for one in found.processes], "columns": sorted(found.columns), "seen": seen},
        ensure_ascii=False,
    )


def _kept(request: Any) -> HttpResponse:
    try:
        content = json.loads(request.POST["content"][:LONGEST_CONTENT])
        processes = [_process(one) for one in content["processes"]]
        columns = frozenset(content["columns"]) & frozenset(COLUMNS)
        seen = {str(name): int(version) for name, version in content["seen"].items()}
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        raise Refused("content", "Please send the table again.", field="file") from None
    services.import_processes(
        authority_id=request.authority.id, processes=processes, columns=columns, seen=seen,
        actor=request.staff.actor(), now=now(),
    )  # fmt: skip
    return HttpResponseRedirect(url("inventory:overview") + "?done=imported", status=303)


def _process(one: Mapping[str, Any]) -> Process:
    steps = tuple(
        Step(_line(step["name"]), int(step["minutes"]), tuple(map(str, step["breaks"]))) for step in one["steps"]
    )
    volume = None if one["volume"] is None else int(one["volume"])
    return Process(_line(one["name"]), "", volume, int(one["demand"]), _line(one["systems"]), _line(one["law"]), steps)


def _line(text: Any) -> str:
    """What the database can keep: JSON may name halves of characters."""
    return line_in(str(text).encode("utf-8", "replace").decode())


def words() -> Words:
    """What our own files say, in every language."""
    known_heads: dict[str, str] = {}
    known_demands: dict[str, int] = {}
    known_breaks: dict[str, str] = {}
    for tag in LANGUAGES:
        with speaking(tag):
            known_heads |= {_(text).casefold(): name for name, text in HEADS.items()}
            known_demands |= {_(text).casefold(): demand for demand, text in DEMAND_WORDS.items()}
            known_breaks |= {_(text).casefold(): kind for kind, text in BREAK_WORDS.items()}
    return Words(known_heads, known_demands, known_breaks)
