"""How mature the services are: all of them with their levels, and the questions about one."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import day, number
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.inventory import queries, services
from stadttor.inventory.pages.maturity_wording import ANSWER_WORDS, QUESTION_WORDS
from stadttor.inventory.queries import Assessed, ProcessRow
from stadttor.inventory.rules.maturity import HIGHEST, NEW, OLD, QUESTIONS, Level, level_of


@require_safe
@require_role("organiser")
def overview(request: Any) -> HttpResponse:
    """A line for each process: its level in both models and what holds it there; those not assessed below."""
    found = queries.maturities(request.authority.id)
    labels = {
        "name": _("Process"),
        **{model: _model(model) for model in (NEW, OLD)},
        "held": _("What holds it there"),
        "day": _("Assessed on"),
    }
    context = {
        "columns": [{"key": key, "label": label} for key, label in labels.items()],
        "rows": [{"cells": _cells(row, said), "href": _address(row.id)} for row, said in found if said.answers],
        "open": [{"title": row.is_of.name, "href": _address(row.id)} for row, said in found if not said.answers],
        "done": request.GET.get("done", "") == "saved",
    }  # fmt: skip
    return render(request, "inventory/maturity.html", context)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def assessment(request: Any, process_id: UUID) -> HttpResponse:
    """The questions about one process; what has no answer yet may stay open."""
    row, error = queries.process(request.authority.id, process_id), None
    kept = queries.maturity(request.authority.id, process_id)
    if request.method == "POST":
        seen = request.POST.get("version", "")
        try:
            services.assess(
                authority_id=request.authority.id, process_id=process_id,
                answers={name: request.POST.get(name, "") for name in QUESTIONS},
                seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else -1,
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("inventory:maturity") + "?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    values = request.POST if error else kept.answers
    context = {
        "row": row,
        "version": request.POST.get("version", "") if error else kept.version,
        "levels": [_said(level_of(kept.answers, model)) for model in (NEW, OLD)] if kept.answers else [],
        "fields": [
            {
                "name": name,
                "label": _(QUESTION_WORDS[name]),
                "options": [{"value": code, "label": _(words)} for code, words in ANSWER_WORDS[name].items()],
                "value": values.get(name, ""),
            }
            for name in QUESTIONS
        ],
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "inventory/assessment.html", context, status=error.status if error else 200)


def _cells(row: ProcessRow, said: Assessed) -> dict[str, str]:
    levels = {model: level_of(said.answers, model) for model in (NEW, OLD)}
    held = "; ".join(_(QUESTION_WORDS[name]) for name in levels[NEW].held_by)
    return {
        "name": row.is_of.name, **{model: _level(level) for model, level in levels.items()},
        "held": held or "–", "day": day(said.changed, "medium"),
    }  # fmt: skip


def _said(level: Level) -> str:
    return _("{model}: {level}", model=_model(level.model), level=_level(level))


def _level(level: Level) -> str:
    if level.level is None:
        return _("open, {count} answers are missing", count=level.missing)
    return _("level {level} of {highest}", level=number(level.level), highest=number(HIGHEST[level.model]))


def _model(model: str) -> str:
    return _("Maturity model {version}", version=model)


def _address(process_id: UUID) -> str:
    return url("inventory:assessment", process_id=process_id)
