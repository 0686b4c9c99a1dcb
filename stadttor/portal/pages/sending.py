"""The summary, and the moment of sending."""

import os
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.core.refused import Refused
from stadttor.forms.rules.problems import Problem
from stadttor.ground.web.addresses import url
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.portal import access, services, wording
from stadttor.portal.entered import came_in
from stadttor.portal.journey import Journey, signed_in
from stadttor.portal.pages import feedback
from stadttor.portal.pages.filling import open_here, to_receipt
from stadttor.portal.pages.identifying import known
from stadttor.portal.whose_rules import on_the_summary


@require_http_methods(["GET", "POST"])
def summary(request: Any, draft_id: UUID) -> HttpResponse:
    """Everything at a glance, changeable page by page; sending needs the declaration.

    The declaration counts for what stood above it: when that is another by now, the summary is shown anew instead.
    """
    journey = signed_in(open_here(request, draft_id))
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    problems = journey.wrong()
    if request.method == "GET":
        return _show(request, journey, problems, request.GET.get("after", ""))
    if request.POST.get("seen") != _seen(journey):
        return _again(journey, "changed")
    declared = request.POST.get("declared") == "yes"
    if journey.needs_sign_in:
        return HttpResponseRedirect(url("portal:identify", draft_id=draft_id), status=303)
    if problems or not declared:
        return _again(journey, "declared" if declared else "check")
    return _send(request, journey)


def _again(journey: Journey, after: str) -> HttpResponse:
    """To the summary that explains why nothing was sent: 303, so that nothing is sent again on the way back."""
    place = "changed" if after == "changed" else "error-summary"
    return HttpResponseRedirect(f"{url('portal:summary', draft_id=journey.draft.id)}?after={after}#{place}", status=303)


def _send(request: Any, journey: Journey) -> HttpResponse:
    # What a colleague enters is opened by no secret; the person gets one with the receipt.
    token = access.new_token() if journey.entry else access.token_of(request, journey.draft.id)
    try:
        accepted = services.send(journey=journey, token=token, randomness=os.urandom(16))
    except Refused as refused:
        if refused.code != "edited_elsewhere":
            raise
        return _again(journey, "changed")
    if journey.entry:
        return to_receipt(request, journey)
    response = HttpResponseRedirect(url("portal:status", submission_id=accepted.submission_id))
    access.keep_open(request, response, accepted.submission_id, token)
    # Whoever tries out a service is not asked how it was.
    if not accepted.again and not services.is_tried_out(journey.form):
        feedback.hand_out(response, journey.form.authority_id, accepted.submission_id, journey.form.slug)
    return response


def _seen(journey: Journey) -> str:
    """What a summary shows, in short: the draft as it was saved, and the cents it costs, which may hang on the day."""
    return f"{journey.draft.revision}.{journey.fees().total}"


def _show(request: Any, journey: Journey, problems: list[Problem], after: str) -> HttpResponse:
    """The summary: `after` a try to send it, `check` and `declared` say what is missing, `changed` that it is another by
    now. The tick stays only beside answers that are still missing: what is shown anew is declared anew."""
    fees = journey.fees()
    declared = after == "declared" and bool(problems)
    asked = after in ("check", "declared")
    errors = _links(journey, problems)
    if asked and not declared:
        errors.append({"id": "f-declared", "text": _undeclared(journey)})
    context = {
        "journey": journey,
        "came_in": came_in(journey.entry),
        "service_title": journey.texts.text("title"),
        "sections": journey.summary(),
        "whose": on_the_summary(journey),
        "declaration": journey.texts.text("declaration"),
        "declared": declared,
        "undeclared": _undeclared(journey),
        "errors": errors,
        "fees": [
            {"label": journey.texts.text(f"fees.{line.text}", line.text), "cents": line.cents} for line in fees.lines
        ],
        "total": fees.total,
        "payment": journey.form.manifest.payment,
        "steps": len(journey.steps) + 1,
        "sign_in": url("portal:identify", draft_id=journey.draft.id) if journey.needs_sign_in else "",
        "known": known(journey),
        "last": journey.steps[-1].id,
        "asked": asked,
        "changed": after == "changed",
        "seen": _seen(journey),
    }
    return render(request, "portal/summary.html", context)


def _undeclared(journey: Journey) -> str:
    if journey.entry:
        return _("Please tick that the person confirms this declaration, then send the application.")
    return _("Please confirm the declaration, then send your application.")


def _links(journey: Journey, problems: list[Problem]) -> list[dict[str, str]]:
    """An open point links to its page and field."""
    return [_link(journey, line) for line in journey.explaining.lines(problems)]


def _link(journey: Journey, line: Mapping[str, str]) -> dict[str, str]:
    page = journey.form.form.page_of(line["path"])
    address = url("portal:page", draft_id=journey.draft.id, page_id=page.id)
    title = journey.texts.text(f"pages.{page.id}.title")
    return {"href": f"{address}?change=yes#{line['id']}", "text": wording.after(title, line["text"])}
