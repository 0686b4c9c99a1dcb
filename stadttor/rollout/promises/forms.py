"""The form of a promise and the page of one, for both who may write them."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect

from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.formats import day as day_text
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.rollout.promises.lists import GOAL_WORDS, cells
from stadttor.rollout.queries.promises import PromiseRow, Target, offered
from stadttor.rollout.rules.promises import LONGEST_REASON
from stadttor.rollout.services.promising import promise, shift

GIVE_UP = "given_up"


def enter(
    request: Any,
    *,
    name: str,
    target: Target,
    bodies: dict[UUID, str],
    trail: list[dict[str, str]],
    address: Callable[[UUID], str],
) -> HttpResponse:
    """The form of a new promise for the target, which is called `name`; `bodies` are those that may have promised it."""
    packages, error = offered(), None
    if request.method == "POST":
        try:
            package = packages.get(request.POST.get("package", ""))
            if package is None:
                raise Refused("promise_package", "Please choose one of the listed values.", field="package")
            by = next((one for one in bodies if str(one) == request.POST.get("by")), next(iter(bodies)))
            made = promise(
                entered_by=request.authority.id, target=target, package_id=package[0], goal=request.POST.get("goal", ""),
                due=_day(request), by=by, actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(address(made), status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    context = {
        "name": name,
        "trail": trail,
        "packages": sorted(
            ({"value": package, "label": title} for package, (_id, title) in packages.items()),
            key=lambda one: one["label"].casefold(),
        ),
        "goals": [{"value": goal, "label": _(word)} for goal, word in GOAL_WORDS.items()],
        "bodies": [{"value": str(one), "label": body} for one, body in bodies.items()],
        "values": request.POST,
        "due": _parts(request) if error else "",
        "error": _shown(error),
    }
    return render(request, "rollout/promises/new.html", context, status=error.status if error else 200)


def look_at(request: Any, row: PromiseRow, *, may: bool, trail: list[dict[str, str]]) -> HttpResponse:
    """One promise with its history; who `may` shifts it."""
    error = None
    if request.method == "POST" and may:
        try:
            due = None if request.POST.get("act") == GIVE_UP else _day(request)
            if due is None and request.POST.get("act") != GIVE_UP:
                raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="due")
            shift(
                entered_by=request.authority.id, row=row, due=due, reason=request.POST.get("reason", ""),
                actor=request.staff.actor(), now=now(),
            )  # fmt: skip
            return HttpResponseRedirect(request.path, status=303)
        except Refused as refused:
            if refused.field is None:
                raise
            error = refused
    today = german_day(now())
    context = {
        "trail": trail,
        "row": row,
        "may": may,
        "cells": cells(row, today),
        "is_late": row.state(today) == "late",
        "history": _history(row),
        "longest": LONGEST_REASON,
        "due": _parts(request) if error else "",
        "reason": request.POST.get("reason", "") if error else "",
        "error": _shown(error),
    }
    return render(request, "rollout/promises/promise.html", context, status=error.status if error else 200)


def _history(row: PromiseRow) -> dict[str, Any]:
    labels = {"at": _("Written on"), "due": _("By when"), "reason": _("Reason"), "by": _("Written by")}
    lines = [
        {
            "at": day_text(line.at, "medium"),
            "due": day_text(line.due, "medium") if line.due else _("No longer promised"),
            "reason": line.reason or "–",
            "by": line.entered_by,
        }
        for line in row.lines
    ]
    return {
        "columns": [{"key": key, "label": label} for key, label in labels.items()],
        "rows": [{"cells": one} for one in lines],
    }


def _shown(error: Refused | None) -> dict[str, Any] | None:
    return {"field": error.field, "text": _(error.text, **error.values)} if error else None


def _parts(request: Any) -> dict[str, str]:
    return {part: request.POST.get(f"due.{part}", "") for part in ("day", "month", "year")}


def _day(request: Any) -> date | None:
    parts = _parts(request)
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        return None
