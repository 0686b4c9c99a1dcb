"""How do you want to show who you are? Away to an account service and back; what came back is looked at before it counts."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from stadttor.citizens.browser import citizen_here
from stadttor.core.refused import not_found
from stadttor.core.trust import as_trust
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.addresses import origin_of, url
from stadttor.ground.web.headers import may_post_to
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import signing_in
from stadttor.identity.account_services import active_sources
from stadttor.identity.assertions import assertion_of
from stadttor.identity.ports import IdentityAssertion
from stadttor.portal import access, prefill, services
from stadttor.portal.journey import Journey
from stadttor.portal.pages.filling import open_here, to_receipt
from stadttor.portal.ways import TRUST_NAMES, asked_here, ways

PROBLEMS = {
    "cancelled": N_("You cancelled the sign-in. Nothing was passed on. You can try again or go another way."),
    "level": N_(
        "The way you signed in there is not sure enough for this application. Please choose a surer one there."
    ),
    "missing": N_("Your account does not know something this application needs. Add it there, or go another way."),
    "denied": N_("The account service could not sign you in. Please try again later or go another way."),
    "invalid": N_("The sign-in could not be completed. Please try once more. If it happens again, go another way."),
}


@require_http_methods(["GET", "POST"])
def identify(request: Any, draft_id: UUID) -> HttpResponse:
    """The ways there are, what is asked for and why; without signing in where the service allows that."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    if request.method == "GET":
        return _choice(request, journey)
    if request.POST.get("way") == "none":
        services.go_on_without(journey=journey)
        return HttpResponseRedirect(_first_page(journey))
    return _leave(request, journey, _chosen(journey, request.POST.get("way", "")))


def _choice(request: Any, journey: Journey) -> HttpResponse:
    problem, needed = request.GET.get("problem", ""), journey.form.manifest.trust
    journey = replace(journey, assertion=assertion_of(journey.form.authority_id, journey.draft.id))
    context = {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "ways": ways(journey),
        "wallet": url("portal:wallet", draft_id=journey.draft.id),
        "needed": _(TRUST_NAMES[needed]) if needed != "none" else "",
        "asked": asked_here(journey),
        "problem": _(PROBLEMS[problem]) if problem in PROBLEMS else "",
        "known": known(journey),
        "too_low": journey.needs_sign_in,
        "go_on": _first_page(journey),
    }
    return render(request, "portal/identify.html", context)


def _chosen(journey: Journey, way: str) -> UUID:
    found = [account_id for account_id, _source in active_sources(journey.form.authority_id) if str(account_id) == way]
    if not found:
        raise not_found()
    return found[0]


def _leave(request: Any, journey: Journey, account_id: UUID) -> HttpResponse:
    """A page with one button that posts the question to the service: it works without script."""
    departure = signing_in.begin(
        authority_id=journey.form.authority_id,
        service_id=account_id,
        draft_id=journey.draft.id,
        level=as_trust(journey.form.manifest.trust),
        claims=prefill.needed_claims(journey.form.form),
        base=origin_of(request),
        name=request.authority.name,
        language=journey.language,
        now=journey.now,
    )
    site = urlsplit(departure.address)
    context = {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "departure": departure,
        "site": site.netloc,
        "back": url("portal:identify", draft_id=journey.draft.id),
    }
    response = render(request, "portal/leaving.html", context)
    may_post_to(response, f"{site.scheme}://{site.netloc}")
    seconds = int(signing_in.LASTS.total_seconds())
    cookies.keep(response, signing_in.COOKIE, departure.browser, seconds=seconds, from_elsewhere=True)
    return response


@require_http_methods(["GET", "POST"])
def identified(request: Any, draft_id: UUID) -> HttpResponse:
    """What came back, value by value with how sure each is; it counts when the person takes it over."""
    journey = open_here(request, draft_id)
    if journey.draft.submission_id:
        return to_receipt(request, journey)
    if request.method == "POST" and request.POST.get("choice") == "take":
        token = services.take_over(journey=journey, way="account", citizen=citizen_here(request))
        response = HttpResponseRedirect(_first_page(replace(journey, now=now())))
        access.renewed(request, response, draft_id, token)
        return response
    if request.method == "POST":
        signing_in.dismiss(authority_id=journey.form.authority_id, draft_id=draft_id)
        return HttpResponseRedirect(url("portal:identify", draft_id=draft_id))
    said = signing_in.waiting(journey.form.authority_id, draft_id, journey.browser, journey.now)
    if said is None:
        return HttpResponseRedirect(url("portal:identify", draft_id=draft_id))
    return render(request, "portal/identified.html", _came_back(journey, said))


def _came_back(journey: Journey, said: IdentityAssertion) -> dict[str, object]:
    rows = [
        {
            "label": _(prefill.CLAIM_NAMES[name]),
            "value": prefill.for_people(name, said.claims[name].value),
            "note": _(TRUST_NAMES[said.trust_of(name)]),
        }
        for name in prefill.CLAIM_NAMES
        if name in said.claims
    ]
    if said.subject:
        again = _("It says nothing but that it is you again.")
        rows.append({"label": _("Your pseudonym at this authority"), "value": said.subject, "note": again})
    return {
        "journey": journey,
        "service_title": journey.texts.text("title"),
        "source": _(prefill.SOURCES[said.source]),
        "simulated": said.source == "simulated",
        "level": _(TRUST_NAMES[said.level]),
        "rows": rows,
        "account": said.subject != "",
    }


def known(journey: Journey) -> str:
    """Who fills it in, in one line for the summary; empty for whoever did not sign in."""
    said = journey.assertion
    if said is None:
        return ""
    return _(
        "You are signed in: {account}, {level}.",
        account=_(prefill.SOURCES[said.source]),
        level=_(TRUST_NAMES[said.level]),
    )


def _first_page(journey: Journey) -> str:
    return url("portal:page", draft_id=journey.draft.id, page_id=journey.steps[0].id)
