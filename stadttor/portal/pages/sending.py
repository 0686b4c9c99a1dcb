"""The summary, and the moment of sending."""

import os
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused
from stadttor.forms.rules.problems import Problem
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.portal import access, services
from stadttor.portal.journey import Journey
from stadttor.portal.pages import feedback
from stadttor.portal.pages.filling import open_here, to_receipt


@require_http_methods(["GET", "POST"])
def summary(request: Any, draft_id: UUID) -> HttpResponse:
    """Everything at a glance, changeable page by page; sending needs the declaration.

    The declaration counts for what stood above it: when that is another by now, the summary is shown anew instead.
    """
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey.draft)
    problems = journey.filled.validate_all()
    if request.method == "GET":
        return _show(request, journey, problems, declared=False)
    if request.POST.get("seen") != _seen(journey):
        return _show(request, journey, problems, declared=False, changed=True)
    if problems or request.POST.get("declared") != "yes":
        return _show(request, journey, problems, declared=request.POST.get("declared") == "yes", asked=True)
    return _send(request, journey)


def _send(request: Any, journey: Journey) -> HttpResponse:
    token = access.token_of(request, journey.draft.id)
    try:
        accepted = services.send(journey=journey, token=token, randomness=os.urandom(16))
    except Refused as refused:
        if refused.code != "edited_elsewhere":
            raise
        now_there = open_here(request, journey.draft.id)
        return _show(request, now_there, now_there.filled.validate_all(), declared=False, changed=True)
    response = HttpResponseRedirect(url("portal:status", submission_id=accepted.submission_id))
    access.remember(response, accepted.submission_id, token)
    if not accepted.again:
        feedback.hand_out(response, journey.form.authority_id, accepted.submission_id, journey.form.slug)
    return response


def _seen(journey: Journey) -> str:
    """What a summary shows, in short: the draft as it was saved, and the cents it costs, which may hang on the day."""
    return f"{journey.draft.revision}.{journey.fees().total}"


def _show(
    request: Any,
    journey: Journey,
    problems: list[Problem],
    *,
    declared: bool,
    asked: bool = False,
    changed: bool = False,
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
        "changed": changed,
        "seen": _seen(journey),
    }
    return render(request, "portal/summary.html", context, status=409 if changed else 422 if asked else 200)


def _links(journey: Journey, problem: Problem) -> list[dict[str, str]]:
    """An open point links to its page and field."""
    page = journey.form.form.page_of(problem.path)
    address = url("portal:page", draft_id=journey.draft.id, page_id=page.id)
    title = journey.texts.text(f"pages.{page.id}.title")
    return [
        {"href": f"{address}?change=yes#{told['id']}", "text": f"{title}: {told['text']}"}
        for told in journey.told(problem)
    ]
