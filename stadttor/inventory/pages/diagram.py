"""The diagram of a process: of its package's BPMN, of one that was brought along, or of the steps that were typed in; and
the same as a table."""

import textwrap
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.catalog.queries import adoptions, package_content
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.inventory import queries, services
from stadttor.inventory.pages.diagram_wording import condition_in_words, time_in_words
from stadttor.inventory.queries import ProcessRow
from stadttor.processes.queries import LARGEST, Diagram, Flow, Shape, chain, diagram, drawn

KIND_WORDS = {
    "start": N_("Begin"), "end": N_("End"), "user": N_("A colleague does it"), "wait": N_("Waiting"),
    "service": N_("By itself"), "either": N_("One of several ways"), "all": N_("All ways at once"),
    "box": N_("Group of steps"), "event": N_("Something happens meanwhile"),
}  # fmt: skip
# Letters to a line in a step and beside a small shape, and lines at most.
INSIDE, BESIDE, LINES = 30, 13, 3


SAID = {
    "package": N_("The process as the package runs it (BPMN)."),
    "brought": N_("As it was modelled in another program (BPMN)."),
    "typed": N_("The steps that were typed in, one after the other."),
}
SYMBOLS = N_("Circles begin and end, diamonds are forks, boxes with dashes wait or happen by themselves.")
DONE = {
    "drawn": N_("The diagram is kept."),
    "dropped": N_("The diagram is gone. The steps that were typed in are shown again."),
}


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def show(request: Any, process_id: UUID) -> HttpResponse:
    """The picture, and where each step leads; a picture of one's own is brought along or taken away."""
    row = queries.process(request.authority.id, process_id)
    error = None
    if request.method == "POST":
        try:
            return _changed(request, row)
        except Refused as refused:
            if refused.field is None:
                raise
            error = {"field": refused.field, "text": _(refused.text, **refused.values)}
    picture, source, brought = _picture(request.authority.id, row)
    names = {shape.id: shape.name or _(KIND_WORDS[shape.kind]) for shape in picture.shapes}
    labels = {"name": _("Step"), "kind": _("Kind"), "next": _("Leads to")}
    context = {
        "row": row,
        "error": error,
        "done": _(DONE[request.GET["done"]]) if request.GET.get("done") in DONE else "",
        "source": source,
        "said": _(SAID[source]) + ("" if source == "typed" else f" {_(SYMBOLS)}"),
        "brought": brought,
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
    return render(request, "inventory/diagram.html", context, status=422 if error else 200)


def _changed(request: Any, row: ProcessRow) -> HttpResponse:
    by = {
        "authority_id": request.authority.id, "process_id": row.id, "actor": request.staff.actor(), "now": now(),
    }  # fmt: skip
    if "drop" in request.POST:
        if request.POST.get("sure") != "yes":
            raise Refused("not_sure", "Please tick that the diagram is to be taken away.", field="sure")
        services.drop_drawing(**by)
        done = "dropped"
    else:
        sent = request.FILES.get("file")
        if sent is None:
            raise Refused("file_missing", "Please choose a file.", field="file")
        services.draw_process(**by, file_name=sent.name or "", xml=sent.read(LARGEST + 1))
        done = "drawn"
    return HttpResponseRedirect(f"{url('inventory:diagram', process_id=row.id)}?done={done}", status=303)


def _picture(authority_id: UUID, row: ProcessRow) -> tuple[Diagram, str, queries.DrawingRow | None]:
    """Of the package when the service is adopted, else what was brought along, else the typed steps; and which of them it is."""
    process = row.is_of
    for one in adoptions(authority_id):
        if process.service and one.slug == process.service:
            return diagram(package_content(one.version_id).process), "package", None
    if brought := queries.drawing(authority_id, row.id):
        return drawn(brought.xml), "brought", brought
    return chain([step.name for step in process.steps]), "typed", None


def _lines(shape: Shape) -> list[str]:
    if shape.kind == "box":
        return [shape.name]
    small = shape.width < 100
    return textwrap.wrap(
        shape.name or time_in_words(shape.after), BESIDE if small else INSIDE, max_lines=LINES, placeholder=" …"
    )


def _kind(shape: Shape) -> str:
    if shape.after:
        return _("When this time has passed: {time}", time=time_in_words(shape.after))
    return _(KIND_WORDS[shape.kind])


def _next(shape: Shape, picture: Diagram, names: dict[str, str]) -> str:
    leads = [_leads(flow, names[flow.target]) for flow in picture.flows if flow.source == shape.id]
    return "; ".join(leads) or "–"


def _leads(flow: Flow, step: str) -> str:
    if words := flow.name or condition_in_words(flow.condition):
        return _("{step} if: {condition}", step=step, condition=words)
    return _("{step} otherwise", step=step) if flow.otherwise else step
