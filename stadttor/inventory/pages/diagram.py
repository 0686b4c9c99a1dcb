"""The diagram of a process: of its package's BPMN, or of the steps that were typed in; and the same as a table."""

import textwrap
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from stadttor.catalog.queries import adoptions, package_content
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.inventory import queries
from stadttor.inventory.rules.stock import Process
from stadttor.processes.queries import Diagram, Shape, chain, diagram

KIND_WORDS = {
    "start": N_("Begin"), "end": N_("End"), "user": N_("A colleague does it"), "wait": N_("Waiting"),
    "service": N_("By itself"), "either": N_("One of several ways"), "all": N_("All ways at once"),
    "box": N_("Group of steps"), "event": N_("Something happens meanwhile"),
}  # fmt: skip
# Letters to a line in a step and beside a small shape, and lines at most.
INSIDE, BESIDE, LINES = 30, 13, 3


@require_safe
@require_role("organiser")
def show(request: Any, process_id: UUID) -> HttpResponse:
    """The picture, and where each step leads."""
    row = queries.process(request.authority.id, process_id)
    picture, is_bpmn = _picture(request.authority.id, row.is_of)
    names = {shape.id: shape.name or _(KIND_WORDS[shape.kind]) for shape in picture.shapes}
    labels = {"name": _("Step"), "kind": _("Kind"), "next": _("Leads to")}
    context = {
        "row": row,
        "is_bpmn": is_bpmn,
        "picture": picture,
        "shapes": [{"is_of": shape, "lines": _lines(shape)} for shape in picture.shapes],
        "flows": [
            {"points": " ".join(f"{x},{y}" for x, y in flow.points), "is_attached": flow.is_attached}
            for flow in picture.flows
        ],
        "columns": [{"key": key, "label": label} for key, label in labels.items()],
        "rows": [
            {"cells": {"name": names[shape.id], "kind": _kind(shape), "next": _next(shape, picture, names)}}
            for shape in picture.shapes
        ],
    }
    return render(request, "inventory/diagram.html", context)


def _picture(authority_id: UUID, process: Process) -> tuple[Diagram, bool]:
    """Of the package when the service is adopted, else of the typed steps; and which of them it is."""
    for one in adoptions(authority_id):
        if process.service and one.slug == process.service:
            return diagram(package_content(one.version_id).process), True
    return chain([step.name for step in process.steps]), False


def _lines(shape: Shape) -> list[str]:
    if shape.kind == "box":
        return [shape.name]
    small = shape.width < 100
    return textwrap.wrap(shape.name or shape.after, BESIDE if small else INSIDE, max_lines=LINES, placeholder=" …")


def _kind(shape: Shape) -> str:
    if shape.after:
        return _("When {duration} have passed (ISO 8601)", duration=shape.after)
    return _(KIND_WORDS[shape.kind])


def _next(shape: Shape, picture: Diagram, names: dict[str, str]) -> str:
    said = []
    for flow in picture.flows:
        if flow.source != shape.id:
            continue
        if flow.condition:
            said.append(_("{step} if {condition}", step=names[flow.target], condition=flow.condition))
        elif flow.otherwise:
            said.append(_("{step} otherwise", step=names[flow.target]))
        else:
            said.append(names[flow.target])
    return "; ".join(said) or "–"
