"""Signing in to one's account and out of it: away to an account service and back, with a pseudonym and nothing else."""

from typing import Any, get_args
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.citizens import services as citizens
from stadttor.citizens.browser import citizen_here
from stadttor.citizens.queries import COOKIE
from stadttor.citizens.rules import Kind
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.addresses import origin_of, url
from stadttor.ground.web.headers import may_post_to
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import signing_in
from stadttor.identity.account_services import active_sources
from stadttor.identity.signing_in import Recognised
from stadttor.portal import access, prefill
from stadttor.portal.pages.identifying import PROBLEMS
from stadttor.portal.ways import TRUST_NAMES

WHY = {
    "ended": N_("You were signed out, because you did nothing for 30 minutes or were signed in for four hours."),
    "again": N_("For this we must be sure that it is you. Please sign in once more, then choose it again."),
    "out": N_("You are signed out. Nothing of your account is left in this browser."),
    "closed": N_(
        "Your account is deleted. Your applications and appointments go on: you can open them with their secret links."
    ),
}


@require_http_methods(["GET", "POST"])
def sign_in(request: Any) -> HttpResponse:
    """What an account is, that it is not needed, and the ways to sign in."""
    if request.authority is None:
        raise not_found()
    why = request.GET.get("why", "")
    if request.method == "POST":
        return _leave(request)
    if citizen_here(request) and why != "again":
        return HttpResponseRedirect(url("account:home"))
    return _choice(request, why, request.GET.get("problem", ""))


def _choice(request: Any, why: str, problem: str, status: int = 200) -> HttpResponse:
    context = {
        "ways": [
            {"id": account_id, "name": _(prefill.SOURCES[source]), "simulated": source == "simulated"}
            for account_id, source in active_sources(request.authority.id)
        ],
        "why": _(WHY[why]) if why in WHY else "",
        "good": why in ("out", "closed"),
        "problem": _(PROBLEMS[problem])
        if problem in PROBLEMS
        else _(problem)
        if problem == citizens.NOBODY_AGAIN
        else "",
        "back": _known(request.GET.get("back", "")),
    }
    return render(request, "portal/account_sign_in.html", context, status=status)


def _leave(request: Any) -> HttpResponse:
    """A page with one button that posts the question to the service: it works without script."""
    found = [one for one, _source in active_sources(request.authority.id) if str(one) == request.POST.get("way")]
    if not found:
        raise not_found()
    departure = signing_in.begin(
        authority_id=request.authority.id,
        service_id=found[0],
        draft_id=new_id(),
        level="normal",
        claims={},
        base=origin_of(request),
        name=request.authority.name,
        language=request.language,
        now=now(),
        purpose="account",
        back=_known(request.POST.get("back", "")),
    )
    site = urlsplit(departure.address)
    context = {"departure": departure, "site": site.netloc, "back": url("account:sign_in")}
    response = render(request, "portal/account_leaving.html", context)
    may_post_to(response, f"{site.scheme}://{site.netloc}")
    seconds = int(signing_in.LASTS.total_seconds())
    cookies.keep(response, signing_in.COOKIE, departure.browser, seconds=seconds, from_elsewhere=True)
    return response


@require_http_methods(["GET", "POST"])
def arrived(request: Any) -> HttpResponse:
    """Back in the browser that began: into the account, or first the question whether she wants one."""
    if request.authority is None:
        raise not_found()
    browser = cookies.kept(request, signing_in.COOKIE)
    found = signing_in.came_back(request.authority.id, browser, now()) if browser else None
    if found is None:
        return HttpResponseRedirect(url("account:sign_in") + "?problem=invalid")
    try:
        token = _begun(request, found)
    except Refused as refused:
        _dismiss(request, found)
        return _choice(request, "", refused.text, refused.status)
    if token is None and request.method == "GET":
        return _offer(request, found)
    _dismiss(request, found)
    response = HttpResponseRedirect(_onward(found.back) if token else url("portal:home"))
    cookies.drop(response, signing_in.COOKIE)
    if token:
        # The session that was open in this browser ends with the new one.
        citizens.sign_out(authority_id=request.authority.id, token=cookies.kept(request, COOKIE))
        access.begin_session(response, token)
    return response


def _begun(request: Any, found: Recognised) -> str | None:
    """The session in her account; in a new one if she says so. None where she has none, or does not want one."""
    mine = {"authority_id": request.authority.id, "assertion": found.assertion, "now": now()}
    if request.method == "POST" and request.POST.get("choice") == "open":
        return citizens.open_account(**mine)
    return citizens.sign_in(**mine) if request.method == "GET" else None


def _dismiss(request: Any, found: Recognised) -> None:
    signing_in.dismiss(authority_id=request.authority.id, draft_id=found.id)


def _offer(request: HttpRequest, found: Recognised) -> HttpResponse:
    said = found.assertion
    context = {
        "source": _(prefill.SOURCES[said.source]),
        "simulated": said.source == "simulated",
        "level": _(TRUST_NAMES[said.level]),
    }
    return render(request, "portal/account_new.html", context)


@require_POST
def sign_out(request: Any) -> HttpResponse:
    """The session ends, and nothing of the account is left in this browser."""
    if request.authority is None:
        raise not_found()
    response = HttpResponseRedirect(url("account:sign_in") + "?why=out")
    access.leave(request, response, citizen_here(request))
    citizens.sign_out(authority_id=request.authority.id, token=cookies.kept(request, COOKIE))
    return response


def _known(back: str) -> str:
    """`draft:<id>`, `application:<id>` or `appointment:<id>`: where she came from; anything else is nothing."""
    kind, _colon, thing = back.partition(":")
    try:
        return f"{kind}:{UUID(thing)}" if kind in get_args(Kind) else ""
    except ValueError:
        return ""


def _onward(back: str) -> str:
    """To what she wanted to take into her account, else to the account."""
    kind, _colon, thing = back.partition(":")
    if kind == "draft":
        return url("portal:later", draft_id=UUID(thing))
    if kind == "appointment":
        return url("appointments:booked", booking_id=UUID(thing))
    return url("portal:status", submission_id=UUID(thing)) if kind == "application" else url("account:home")
