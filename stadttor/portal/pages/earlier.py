"""`Take over what you told us before`: earlier applications, value by value; nothing is ticked beforehand."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.citizens.browser import citizen_here
from stadttor.citizens.queries import key_to
from stadttor.core.refused import not_found
from stadttor.ground.web.addresses import url
from stadttor.ground.web.render import render
from stadttor.portal.earlier import earlier, take_over
from stadttor.portal.journey import Journey
from stadttor.portal.pages.filling import open_here, to_receipt


@require_http_methods(["GET", "POST"])
def offer(request: Any, draft_id: UUID) -> HttpResponse:
    """For whoever is signed in to her account; without earlier applications straight on to the form."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    citizen = citizen_here(request)
    # Whoever sent her the link of a draft can read it, too: only into one of her own goes what she told before.
    if citizen is None or journey.entry or not key_to(citizen, draft_id):
        raise not_found()
    if request.method == "POST":
        taken = take_over(
            citizen=citizen,
            journey=journey,
            submission_id=_id(request.POST.get("from", "")),
            chosen=set(request.POST.getlist("take")),
            every=request.POST.get("how") == "all",
        )
        here = url("account:earlier", draft_id=draft_id) + "?after=nothing"
        return HttpResponseRedirect(onward(journey) if taken else here, status=303)
    found = earlier(citizen, journey)
    if not found:
        return HttpResponseRedirect(onward(journey))
    context = {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "applications": found,
        "go_on": onward(journey),
        "nothing": request.GET.get("after") == "nothing",
    }
    response = render(request, "portal/earlier.html", context)
    response.headers["Cache-Control"] = "no-store"
    return response


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise not_found() from None


def onward(journey: Journey) -> str:
    """Where it must be known who applies, that comes first; else the first page."""
    if journey.form.manifest.trust != "none":
        return url("portal:identify", draft_id=journey.draft.id)
    return url("portal:page", draft_id=journey.draft.id, page_id=journey.steps[0].id)
