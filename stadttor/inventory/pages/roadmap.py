"""The road map in three horizons with its pilots, and one process on it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import number
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.inventory import queries, services
from stadttor.inventory.pages.editing import line_in
from stadttor.inventory.pages.exporting import files_of
from stadttor.inventory.pages.wording import FIELD_WORDS, HORIZON_WORDS, VERDICT_WORDS
from stadttor.inventory.queries import ProcessRow
from stadttor.inventory.rules.roadmap import HORIZONS, LONGEST_WORD, VERDICTS, Plan

NOT_YET = "none"


@require_safe
@require_role("organiser")
def roadmap(request: Any) -> HttpResponse:
    """A table for each horizon; below it what has no turn yet, the first one first."""
    found = queries.roadmap(request.authority.id)
    labels = {
        "name": _("Process"), "goal": _("What the pilot is to show"), "before": _("Figure before"),
        "after": _("Figure after"), "lesson": _("Lesson"), "verdict": _("Scale or stop"),
    }  # fmt: skip
    context = {
        "columns": [{"key": key, "label": label} for key, label in labels.items()],
        "files": files_of("roadmap"),
        "horizons": [
            {"title": _(HORIZON_WORDS[one]), "rows": [_row(row, plan) for row, plan in found.planned if plan.horizon == one]}
            for one in HORIZONS
        ],
        "open": [
            {
                "title": one.rated.name, "href": _address(one.rated.id),
                "text": _("Rank {rank}, {field}", rank=number(one.rank), field=_(FIELD_WORDS[one.field])),
            }
            for one in found.open
        ] + [{"title": one.is_of.name, "href": _address(one.id)} for one in found.others],
        "done": request.GET.get("done", "") == "saved",
    }  # fmt: skip
    return render(request, "inventory/roadmap.html", context)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def plan(request: Any, process_id: UUID) -> HttpResponse:
    """When one has its turn, and its pilot."""
    row, error = queries.process(request.authority.id, process_id), None
    kept = queries.plan(request.authority.id, process_id)
    if request.method == "POST":
        try:
            services.plan_process(
                authority_id=request.authority.id, process_id=process_id, plan=_typed(request, kept),
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("inventory:roadmap") + "?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        "row": row,
        "values": request.POST if error else kept or Plan(NOT_YET),
        "horizons": [
            {"value": NOT_YET, "label": _("Not on the road map")},
            *({"value": one, "label": _(HORIZON_WORDS[one])} for one in HORIZONS),
        ],
        "verdicts": [{"value": one, "label": _(VERDICT_WORDS[one])} for one in VERDICTS],
        "longest": LONGEST_WORD,
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "inventory/plan.html", context, status=error.status if error else 200)


def _row(row: ProcessRow, plan: Plan) -> dict[str, Any]:
    cells = {
        "name": row.is_of.name, "goal": plan.goal or _("no pilot"), "before": plan.before or "–", "after": plan.after or "–",
        "lesson": plan.lesson or "–", "verdict": _(VERDICT_WORDS[plan.verdict]) if plan.goal else "–",
    }  # fmt: skip
    return {"cells": cells, "href": _address(row.id)}


def _typed(request: Any, kept: Plan | None) -> Plan | None:
    """What was typed; none takes the process off the road map. Refused for words of a pilot that would be lost with it."""
    given = {name: line_in(request.POST.get(name, "")) for name in ("horizon", "goal", "before", "after", "lesson")}
    if given["horizon"] == NOT_YET:
        if kept is None and any(given[name] for name in ("goal", "before", "after", "lesson")):
            raise Refused(
                "no_turn", "Please say when it has its turn; a pilot is kept on the road map only.", field="horizon"
            )
        return None
    return Plan(**given, verdict=request.POST.get("verdict", "open"))


def _address(process_id: UUID) -> str:
    return url("inventory:plan", process_id=process_id)
