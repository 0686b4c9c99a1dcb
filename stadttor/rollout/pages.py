"""The organiser's pages: which upgrades are announced, and what this authority says to them."""

from datetime import date
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from stadttor.catalog.queries import package_content
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.core.refused import Refused
from stadttor.ground.clock import german_day, now
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_role
from stadttor.rollout import queries, services
from stadttor.rollout.queries import AnnouncedRow

ANSWERS = {
    "": N_("Takes the upgrade"),
    "deferred": N_("Deferred until {until}"),
    "objected": N_("Objected"),
}
CHOICES = {"take": N_("Take the upgrade"), "defer": N_("Take it later"), "object": N_("Object to it")}


@require_safe
@require_role("organiser")
def announced(request: Any) -> HttpResponse:
    """The list; an upgrade that is over is not in it."""
    rows = [_shown(row) for row in queries.announced(request.authority.id)]
    return render(request, "rollout/announced.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def upgrade(request: Any, rollout: int) -> HttpResponse:
    """One upgrade: the law, the day, what changes nothing before; and the answer, until the day."""
    row = queries.announced_as(request.authority.id, rollout)
    error = None
    if request.method == "POST":
        try:
            _answer(request, rollout)
            return HttpResponseRedirect(reverse("rollout:announced"))
        except Refused as refused:
            error = refused
    context = {
        **_shown(row),
        "is_open": row.is_open(german_day(now())),
        "choices": [{"value": value, "label": _(label)} for value, label in CHOICES.items()],
        "choice": request.POST.get("choice") or {"": "take", "deferred": "defer", "objected": "object"}[row.answer],
        "until": _parts(request) if error else row.until.isoformat() if row.until else "",
        "reason": request.POST.get("reason", row.reason),
        "error": {"field": error.field or "choice", "text": _(error.text, **error.values)} if error else None,
    }
    return render(request, "rollout/upgrade.html", context, status=error.status if error else 200)


def _shown(row: AnnouncedRow) -> dict[str, Any]:
    """An upgrade with the title of its service."""
    until = row.until.strftime("%d.%m.%Y") if row.until else ""
    texts = package_content(row.rollout.version_id).texts_in(OFFICIAL)
    return {"row": row.rollout, "title": texts.text("title"), "answer": _(ANSWERS[row.answer], until=until)}


def _answer(request: Any, number: int) -> None:
    here = {"authority_id": request.authority.id, "number": number, "actor": request.staff.actor(), "now": now()}
    choice = request.POST.get("choice", "")
    if choice == "take":
        services.withdraw_objection(**here)
    elif choice in ("defer", "object"):
        until = _day(request) if choice == "defer" else None
        services.object_to(**here, until=until, reason=request.POST.get("reason", ""))
    else:
        raise Refused("choice_missing", "Please choose one of the answers.", field="choice")


def _parts(request: Any) -> dict[str, str]:
    return {part: request.POST.get(f"until.{part}", "") for part in ("day", "month", "year")}


def _day(request: Any) -> date:
    parts = _parts(request)
    try:
        return date(int(parts["year"]), int(parts["month"]), int(parts["day"]))
    except (ValueError, OverflowError):
        raise Refused("date_missing", "Please enter a date, for example 24 12 2026.", field="until") from None
