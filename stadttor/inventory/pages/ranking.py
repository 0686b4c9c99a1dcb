"""What comes first: a table, a picture, the weights, what would change the order; and the marks of one process."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.formats import number
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.inventory import queries, services
from stadttor.inventory.pages.drawing import DRAWN, SIZE, points
from stadttor.inventory.pages.exporting import files_of
from stadttor.inventory.pages.wording import CRITERION_HELP, CRITERION_WORDS, EFFORT, EFFORT_HELP, FIELD_WORDS
from stadttor.inventory.rules.ranking import CRITERIA, FIRST, GIVEN, MARKS, VOLUME_STEPS, Place, Swap


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def priorities(request: Any) -> HttpResponse:
    """All that have marks, the first one first; posting sets the weights."""
    error = None
    if request.method == "POST":
        try:
            weights = {name: _whole(request.POST.get(name, ""), name) for name in CRITERIA}
            services.set_weights(
                authority_id=request.authority.id, weights=weights, actor=request.staff.actor(), now=now()
            )
            return HttpResponseRedirect(url("inventory:priorities") + "?done=saved", status=303)
        except Refused as refused:
            error = refused
    found = queries.ranking(request.authority.id)
    context = {
        "columns": _columns(),
        "mark_columns": _mark_columns(),
        "rows": [{"cells": _cells(one), "href": _address(one.rated.id)} for one in found.places],
        "files": files_of("priorities"),
        "points": points(found.places, [_title(one) for one in found.places]),
        "drawn": DRAWN,
        "size": SIZE,
        "fields": {name: _(word) for name, word in FIELD_WORDS.items()},
        "without": [
            {"title": one.is_of.name, "href": _address(one.id), "text": _missing(one)} for one in found.without
        ],
        "swaps": [_said(one) for one in found.swaps],
        "first": FIRST,
        "weights": [
            {
                "name": name,
                "label": _(CRITERION_WORDS[name]),
                "value": request.POST.get(name, "") if error else str(weight),
            }
            for name, weight in ((name, found.weights[name]) for name in CRITERIA)
        ],
        "steps": ", ".join(number(step) for step in VOLUME_STEPS),
        "done": request.GET.get("done", "") == "saved",
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "inventory/priorities.html", context, status=error.status if error else 200)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def rating(request: Any, process_id: UUID) -> HttpResponse:
    """The marks of one process."""
    row, error = queries.process(request.authority.id, process_id), None
    if request.method == "POST":
        try:
            marks = {name: _mark(request, name) for name in GIVEN}
            services.rate(
                authority_id=request.authority.id, process_id=process_id, marks=marks, effort=_mark(request, "effort"),
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(url("inventory:priorities") + "?done=saved", status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    kept = queries.rating(request.authority.id, process_id)
    known = {**kept.marks, "effort": kept.effort} if kept else {}
    context = {
        "row": row,
        "fields": [
            {
                "name": name,
                "label": _(CRITERION_WORDS.get(name, EFFORT)),
                "help": _(CRITERION_HELP.get(name, EFFORT_HELP)),
                "value": request.POST.get(name, "") if error else str(known.get(name, "")),
            }
            for name in (*GIVEN, "effort")
        ],
        "marks": [{"value": str(mark), "label": str(mark)} for mark in MARKS],
        "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "inventory/rating.html", context, status=error.status if error else 200)


def _columns() -> list[dict[str, Any]]:
    labels = {
        "name": _("Process"),
        "rank": _("Rank"),
        "benefit": _("Benefit"),
        "effort": _("Effort"),
        "field": _("Where it belongs"),
    }
    return [{"key": key, "label": label, "numeric": key not in ("name", "field")} for key, label in labels.items()]


def _mark_columns() -> list[dict[str, Any]]:
    # Not as numbers: their long heads have to wrap.
    labels = {"name": _("Process"), **{name: _(word) for name, word in CRITERION_WORDS.items()}}
    return [{"key": key, "label": label} for key, label in labels.items()]


def _cells(one: Place) -> dict[str, str]:
    return {
        "name": one.rated.name,
        "rank": number(one.rank),
        "benefit": _tenth(one.benefit),
        "effort": number(one.rated.effort),
        "field": _(FIELD_WORDS[one.field]),
        **{name: number(mark) for name, mark in one.rated.marks.items()},
    }


def _title(one: Place) -> str:
    return _(
        "{rank}. {process}: benefit {benefit}, effort {effort}",
        rank=number(one.rank), process=one.rated.name, benefit=_tenth(one.benefit), effort=number(one.rated.effort),
    )  # fmt: skip


def _missing(one: queries.ProcessRow) -> str:
    return _("It has no number of cases yet.") if one.is_of.volume is None else _("It has no marks yet.")


def _said(swap: Swap) -> str:
    given = {
        "criterion": _(CRITERION_WORDS[swap.criterion]), "weight": _tenth(swap.at),
        "rises": swap.rises.name, "falls": swap.falls.name,
    }  # fmt: skip
    if swap.is_up:
        return _("{criterion} counts more than {weight}: “{rises}” comes before “{falls}”.", **given)
    return _("{criterion} counts less than {weight}: “{rises}” comes before “{falls}”.", **given)


def _tenth(value: Any) -> str:
    return number(round(float(value), 1))


def _address(process_id: UUID) -> str:
    return url("inventory:rating", process_id=process_id)


def _mark(request: Any, name: str) -> int:
    typed = request.POST.get(name, "")
    return int(typed) if typed in {str(mark) for mark in MARKS} else 0


def _whole(text: str, field: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 4):
        raise Refused("number_missing", "Please enter a whole number.", field=field)
    return int(text)
