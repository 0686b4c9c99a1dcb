"""Hand-overs at the desk: the list of what nobody has yet, one of them with its receipt, and its sheet to copy from."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.http.response import HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.cases.queries import case_for
from stadttor.cases.queries.seen import seen_by
from stadttor.cases.services import look_at
from stadttor.core.refused import Refused, not_found
from stadttor.exchange import services
from stadttor.exchange.ports import FOLDER
from stadttor.exchange.queries import (
    SHEET,
    HandOverRow,
    TickRow,
    file_of,
    hand_over_row,
    hashed,
    lately_ended,
    open_hand_overs,
    problem_text,
    target_for,
    ticks_of,
)
from stadttor.ground.clock import now
from stadttor.ground.web.addresses import url
from stadttor.ground.web.downloads import file_response
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_casework, require_role
from stadttor.site.handing_over import sheet_of
from stadttor.site.panels import hand_over_badge

LATELY = timedelta(days=14)
DONE = {
    "again": N_("It is being delivered again."),
    "give_up": N_("It is copied by hand now."),
    "drop": N_("It is not handed over."),
    "keep": N_("Saved."),
    "finish": N_("Everything was copied."),
}


@require_safe
@require_role("clerk")
def hand_overs(request: Any) -> HttpResponse:
    """What no target has yet, longest due first; below what ended lately."""
    moment, authority_id = now(), request.authority.id
    waiting, ended = open_hand_overs(authority_id), lately_ended(authority_id, moment - LATELY)
    numbers = seen_by(request.staff, {one.case_id for one in (*waiting, *ended)}, moment)
    with speaking(request.language):
        context = {
            "waiting": [_listed(one, numbers) for one in waiting if one.case_id in numbers],
            "ended": [_listed(one, numbers) for one in ended if one.case_id in numbers],
            "overdue": sum(one.is_overdue(moment) for one in waiting if one.case_id in numbers),
        }
    return render(request, "site/hand_overs.html", context)


@require_http_methods(["GET", "POST"])
@require_casework
def one_hand_over(request: Any, hand_over_id: UUID) -> HttpResponse:
    """One of them: where it stands, its receipt, its sheet; try again, copy by hand, let it be."""
    row = _mine(request, hand_over_id)
    look_at(staff=request.staff, case_id=row.case_id, now=now())
    if request.method == "GET":
        return _shown(request, row, None)
    act = request.POST.get("act", "")
    try:
        _act(request, row, act)
    except Refused as error:
        if error.field is None:
            raise
        return _shown(request, row, error)
    return HttpResponseRedirect(url("hand_over", hand_over_id=hand_over_id) + f"?done={act}")


@require_safe
@require_casework
def hand_over_file(request: Any, hand_over_id: UUID) -> HttpResponse:
    """The file as the target gets it."""
    row = _mine(request, hand_over_id)
    found = file_of(request.authority.id, row.id)
    if found is None:
        raise not_found()
    services.note_file(authority_id=row.authority_id, hand_over_id=row.id, actor=request.staff.actor(), now=now())
    name, media_type, data = found
    return file_response(data, media_type, name, download=True)


def _mine(request: Any, hand_over_id: UUID) -> HandOverRow:
    """Refused as not found unless she sees its case."""
    row = hand_over_row(request.authority.id, hand_over_id)
    if row is None:
        raise not_found()
    case_for(request.staff, row.case_id, now())
    return row


def _act(request: Any, row: HandOverRow, act: str) -> None:
    who = {"authority_id": row.authority_id, "hand_over_id": row.id, "actor": request.staff.actor(), "now": now()}
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    match act:
        case "again":
            services.try_again(**who)
        case "give_up":
            services.to_sheet(reason=reason, **who)
        case "drop":
            services.drop(reason=reason, **who)
        case "keep" | "finish":
            values = {line.key: line.value for line in sheet_of(row)}
            ticked, seen = (frozenset(request.POST.getlist(name)) for name in ("ticked", "seen"))
            services.tick(values=values, ticked=ticked, seen=seen, **who)
            if act == "finish":
                services.finish_sheet(values=values, **who)
        case _:
            raise not_found()


def _shown(request: Any, row: HandOverRow, error: Refused | None) -> HttpResponse:
    row = hand_over_row(row.authority_id, row.id) or row
    known, target = ticks_of(row.authority_id, row.id), target_for(row.authority_id, row.service)
    with speaking(request.language):
        lines = _sheet(row, known) if row.state == SHEET or known else []
        context = {
            "row": row,
            "number": seen_by(request.staff, {row.case_id}, now()).get(row.case_id, ""),
            "badge_of": hand_over_badge(row, now()),
            "problem": problem_text(row.problem),
            "simulated": settings.STADTTOR_DEMO and target is not None and target.way == FOLDER,
            "has_target": target is not None,
            "screens": lines,
            "left": sum(not one["ticked"] for screen in lines for one in screen["lines"]),
            "count": sum(len(screen["lines"]) for screen in lines),
            "may_tick": row.state == SHEET,
            "reason": request.POST.get("reason", ""),
            "act": request.POST.get("act", ""),
            "done": _(DONE[done]) if (done := request.GET.get("done", "")) in DONE else "",
            "error": {"field": error.field, "text": _(error.text, **error.values)} if error else None,
        }
    return render(request, "site/hand_over.html", context, status=error.status if error else 200)


def _sheet(row: HandOverRow, known: Mapping[str, TickRow]) -> list[dict[str, Any]]:
    """The lines by screens; one that says something else than when it was ticked is marked and open again."""
    screens: list[dict[str, Any]] = []
    for line in sheet_of(row):
        if not screens or screens[-1]["title"] != line.screen:
            screens.append({"title": line.screen, "lines": []})
        tick = known.get(line.key)
        same = tick is not None and tick.value_hash == hashed(row.authority_id, line.value)
        screens[-1]["lines"].append(
            {"line": line, "ticked": same, "changed": tick is not None and not same, "by": tick}
        )
    return screens


def _listed(row: HandOverRow, numbers: Mapping[UUID, str]) -> dict[str, Any]:
    return {"row": row, "number": numbers[row.case_id], "badge": hand_over_badge(row, now())}
