"""The buttons of the case page: one post, one verb, back to the case."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.cases import services
from stadttor.cases.pages import labels, told
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web.language import _, speaking
from stadttor.ground.web.render import render
from stadttor.identity.guards import require_casework


@require_POST
@require_casework
def take(request: Any, case_id: UUID) -> HttpResponse:
    """Make the case hers."""
    services.take(staff=request.staff, case_id=case_id, version=version_in(request), now=now())
    return to_case(case_id, "taken")


@require_POST
@require_casework
def give_back(request: Any, case_id: UUID) -> HttpResponse:
    """Leave the case to the colleagues of its unit."""
    services.give_back(staff=request.staff, case_id=case_id, version=version_in(request), now=now())
    return to_case(case_id, "given_back")


@require_POST
@require_casework
def note(request: Any, case_id: UUID) -> HttpResponse:
    """Add a note."""
    services.note(staff=request.staff, case_id=case_id, text=request.POST.get("text", ""), now=now())
    return to_case(case_id, "noted")


@require_POST
@require_casework
def undo(request: Any, case_id: UUID) -> HttpResponse:
    """Take a decision back that was not sent yet."""
    services.undo(staff=request.staff, case_id=case_id, version=version_in(request), now=now())
    return to_case(case_id, "taken_back")


@require_POST
@require_casework
def close(request: Any, case_id: UUID) -> HttpResponse:
    """End the work on the case."""
    services.close(staff=request.staff, case_id=case_id, version=version_in(request), now=now())
    return to_case(case_id, "closed")


@require_http_methods(["GET", "POST"])
@require_casework
def reopen(request: Any, case_id: UUID) -> HttpResponse:
    """Ask, then open the case again: the applicant sees it."""
    error = None
    if request.method == "POST":
        try:
            reason = request.POST.get("reason", "")
            services.reopen(staff=request.staff, case_id=case_id, version=version_in(request), reason=reason, now=now())
            return to_case(case_id, "reopened")
        except Refused as refused:
            if refused.field != "reason":
                raise
            error = refused
    case = services.look_at(staff=request.staff, case_id=case_id, now=now())
    with speaking(request.language):
        effects = [
            _("The applicant gets a message and an e-mail, and sees on the status page that work goes on."),
            _("A new deadline begins today."),
            _("An earlier decision stays in force until a new one is sent."),
        ]
        said = labels.said(error) if error else ""
    context = {"case": case, "effects": effects, "reason": request.POST.get("reason", ""), "error": said}
    return render(request, "cases/reopen.html", context, status=error.status if error else 200)


@require_POST
@require_casework
def step(request: Any, case_id: UUID) -> HttpResponse:
    """Finish a step of the package's own process."""
    services.complete_step(
        staff=request.staff,
        case_id=case_id,
        version=version_in(request),
        step=request.POST.get("step", "")[:80],
        outcome="done",
        now=now(),
    )
    return to_case(case_id, "step")


def version_in(request: Any) -> int:
    """The version of the case the page was drawn with; 0 for none, which fits no case."""
    text = request.POST.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def to_case(case_id: UUID, done: str) -> HttpResponse:
    """Back to the case, which says what was done."""
    return told.redirect(reverse("cases:case", args=[case_id]), done)
