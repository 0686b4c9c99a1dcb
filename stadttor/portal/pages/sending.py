"""The summary, and the moment of sending."""

import os
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.forms.rules.problems import Problem
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.portal import access, services
from stadttor.portal.journey import Journey
from stadttor.portal.pages.filling import open_here


@require_http_methods(["GET", "POST"])
def summary(request: Any, draft_id: UUID) -> HttpResponse:
    """Everything at a glance, changeable page by page; sending needs the declaration."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return HttpResponseRedirect(url("portal:status", submission_id=journey.draft.submission_id))
    problems = journey.filled.validate_all()
    if request.method == "GET":
        return _show(request, journey, problems, declared=False)
    if problems or request.POST.get("declared") != "yes":
        return _show(request, journey, problems, declared=request.POST.get("declared") == "yes", asked=True)
    token = access.token_of(request, draft_id)
    accepted = services.send(journey=journey, token=token, randomness=os.urandom(16))
    response = HttpResponseRedirect(url("portal:status", submission_id=accepted.submission_id))
    access.remember(response, accepted.submission_id, token)
    return response


def _show(
    request: Any, journey: Journey, problems: list[Problem], *, declared: bool, asked: bool = False
) -> HttpResponse:
    fees = journey.fees()
    errors = [line for problem in problems for line in _links(journey, problem)]
    if asked and not declared:
        errors.append({"id": "f-declared", "text": _("Please confirm the declaration, then send your application.")})
    context = {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "sections": journey.summary(),
        "declaration": journey.texts.text("declaration"),
        "declared": declared,
        "errors": errors,
        "fees": [
            {"label": journey.texts.text(f"fees.{line.text}", line.text), "cents": line.cents} for line in fees.lines
        ],
        "total": fees.total,
        "payment": journey.form.manifest.payment,
        "steps": len(journey.steps) + 1,
        "trust_note": journey.form.manifest.trust != "none",
        "last": journey.steps[-1].id,
        "asked": asked,
    }
    return render(request, "portal/summary.html", context, status=422 if asked else 200)


def _links(journey: Journey, problem: Problem) -> list[dict[str, str]]:
    """An open point links to its page and field."""
    page = journey.form.form.page_of(problem.path)
    address = url("portal:page", draft_id=journey.draft.id, page_id=page.id)
    title = journey.texts.text(f"pages.{page.id}.title")
    return [
        {"href": f"{address}?change=yes#{told['id']}", "text": f"{title}: {told['text']}"}
        for told in journey.told(problem)
    ]
