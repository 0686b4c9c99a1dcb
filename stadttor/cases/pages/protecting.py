"""The case of a protected person (§ 51 BMG): its mask, why somebody opens it, protecting and letting go of it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.cases import queries, services
from stadttor.cases.pages import labels
from stadttor.cases.pages.acts import to_case, version_in
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import prove_before_access, require_casework


def mask(request: Any, case_id: UUID, error: Refused | None = None) -> HttpResponse:
    """What is seen before somebody says why she opens the case: enough to plan the work, nothing of the person."""
    found = queries.masked_case(request.staff, case_id, now())
    with speaking(request.language):
        context = {
            "case": found,
            "person": labels.protected_person(),
            "badges": [labels.badge_of_protection(), labels.badge_of_state(found.state)],
            "deadline": labels.badge_of_deadline(found.colour, found.due),
            "reason": request.POST.get("reason", ""),
            "error": labels.said(error) if error else "",
        }
    return render(request, "cases/masked.html", context, status=error.status if error else 200)


@require_POST
@require_casework
@prove_before_access
def open_case(request: Any, case_id: UUID) -> HttpResponse:
    """Say why, then see it for one sitting."""
    try:
        services.open_protected(staff=request.staff, case_id=case_id, reason=request.POST.get("reason", ""), now=now())
    except Refused as refused:
        if refused.field != "reason":
            raise
        return mask(request, case_id, refused)
    return to_case(case_id, "protected_opened")


@require_http_methods(["GET", "POST"])
@require_casework
@prove_before_access
def protect(request: Any, case_id: UUID) -> HttpResponse:
    """Ask why, then protect the person of a case; a lead lets go of it the same way."""
    error, lifts = None, request.POST.get("act") == "lift"
    if request.method == "POST":
        verb, done = (services.lift_protection, "unprotected") if lifts else (services.protect, "protected")
        try:
            reason = request.POST.get("reason", "")
            verb(staff=request.staff, case_id=case_id, version=version_in(request), reason=reason, now=now())
            return to_case(case_id, done)
        except Refused as refused:
            if refused.field != "reason":
                raise
            error = refused
    case = services.look_at(staff=request.staff, case_id=case_id, now=now())
    with speaking(request.language):
        context = {
            "case": case,
            "lifts": case.is_protected,
            "effects": _effects(lifts=case.is_protected),
            "reason": request.POST.get("reason", ""),
            "error": labels.said(error) if error else "",
        }
    return render(request, "cases/protect.html", context, status=error.status if error else 200)


def _effects(*, lifts: bool) -> list[str]:
    if lifts:
        return [
            _("Name and answers are shown again like those of any other case."),
            _("Who opened the case before, and why, stays with it."),
        ]
    return [
        _("Name and answers are hidden in lists, in the search and in exports. The search does not find the name."),
        _("Whoever opens the case, you too, has to say why each time. The lead sees who did."),
        _("Only a lead can end the protection."),
    ]
