"""My account: appointments, applications, drafts, all of it in one file, and its end. All of it goes without an account, too."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.citizens.browser import citizen_here
from stadttor.citizens.queries import COOKIE, Citizen, kept
from stadttor.citizens.rules import Kind
from stadttor.citizens.services import agree_to_delivery, keep, let_go
from stadttor.core.refused import not_found
from stadttor.core.trust import Trust
from stadttor.forms import queries as forms
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.addresses import url
from stadttor.ground.web.blocks import page_of
from stadttor.ground.web.downloads import spooled_response
from stadttor.ground.web.language import _
from stadttor.ground.web.render import render
from stadttor.notices.queries import in_account
from stadttor.portal import access, account, prefill
from stadttor.portal.journey import open_journey
from stadttor.portal.pages.drafts import next_place
from stadttor.portal.ways import TRUST_NAMES
from stadttor.privacy.services import export_account

SIZE = 10
Shown = Callable[..., HttpResponseBase]


def _signed_in(*, freshly: bool = False) -> Callable[[Shown], Shown]:
    """For whoever is signed in to her account, `freshly`: a moment ago; anybody else signs in first."""

    def guard(page: Shown) -> Shown:
        @wraps(page)
        def guarded(request: Any, **kwargs: object) -> HttpResponseBase:
            if request.authority is None:
                raise not_found()
            citizen = citizen_here(request)
            if citizen is None:
                ended = "?why=ended" if cookies.kept(request, COOKIE) else ""
                return HttpResponseRedirect(url("account:sign_in") + ended)
            if freshly and not citizen.is_fresh(now()):
                return HttpResponseRedirect(url("account:sign_in") + "?why=again")
            return page(request, citizen, **kwargs)

        return guarded

    return guard


@require_safe
@_signed_in()
def home(request: Any, citizen: Citizen) -> HttpResponse:
    """Appointments; applications by page, newest first; drafts; what can be done with the account."""
    keys = list(kept(citizen, "application"))
    number = request.GET.get("page", "1")
    page = page_of(
        len(keys), int(number) if number.isdecimal() and len(number) < 6 else 1,
        size=SIZE, path=url("account:home"), query={},
    )  # fmt: skip
    shown = keys[max(0, page.first - 1) : page.last]
    context = {
        "citizen": citizen,
        "source": _(prefill.SOURCES[citizen.source]),
        "level": _level(citizen.level),
        "page": page,
        "appointments": account.own_appointments(citizen, request.language, now()),
        "applications": account.own_applications(shown, citizen, request.language),
        "drafts": account.own_drafts(citizen, request.language, now())[: account.MOST_DRAFTS],
        "done": request.GET.get("done", ""),
    }
    return _kept_nowhere(render(request, "portal/account.html", context))


def _level(level: Trust) -> str:
    return _(TRUST_NAMES[level])


@require_POST
@_signed_in(freshly=True)
def delivery(request: Any, citizen: Citizen) -> HttpResponse:
    """She agrees to get decisions in her account, or ends that."""
    agrees = request.POST.get("choice") == "agree"
    agree_to_delivery(citizen=citizen, agrees=agrees, now=now())
    return HttpResponseRedirect(url("account:home") + ("?done=agreed" if agrees else "?done=by_post"))


@require_POST
@_signed_in()
def keep_application(request: Any, citizen: Citizen, submission_id: UUID) -> HttpResponse:
    """Into the account by whoever can open it, or out of it again."""
    token = access.token_of(request, submission_id)
    row = forms.submission_for(citizen.authority_id, submission_id, token)
    if request.POST.get("choice") == "let_go":
        let_go(citizen=citizen, thing_id=submission_id, made_of=row.draft_id, now=now())
        response = HttpResponseRedirect(url("portal:status", submission_id=submission_id))
        # What only the account opened would be lost to her in this moment: the link is on the page she comes to.
        access.remember(response, submission_id, token)
        return response
    return _taken_in(citizen, "application", submission_id, token)


@require_POST
@_signed_in()
def keep_draft(request: Any, citizen: Citizen, draft_id: UUID) -> HttpResponse:
    """The same for a draft."""
    token = access.token_of(request, draft_id)
    draft = forms.draft_for(citizen.authority_id, draft_id, token, now())
    if request.POST.get("choice") == "let_go":
        let_go(citizen=citizen, thing_id=draft_id, now=now())
        response = HttpResponseRedirect(url("portal:later", draft_id=draft_id))
        access.remember(response, draft_id, token)
        return response
    if draft.submission_id is not None:
        raise not_found()
    return _taken_in(citizen, "draft", draft_id, token)


def _taken_in(citizen: Citizen, kind: Kind, thing_id: UUID, token: str) -> HttpResponse:
    """From now on the account opens it, and this browser no longer by itself."""
    keep(citizen=citizen, kind=kind, thing_id=thing_id, token=token, now=now())
    response = HttpResponseRedirect(url("account:home") + "?done=kept")
    access.forget(response, thing_id)
    return response


@require_safe
@_signed_in()
def go_on(request: Any, citizen: Citizen, draft_id: UUID) -> HttpResponse:
    """Where she stopped."""
    journey = open_journey(citizen.authority_id, draft_id, access.token_of(request, draft_id), request.language, now())
    return HttpResponseRedirect(next_place(journey))


@require_POST
@_signed_in(freshly=True)
def export(request: Any, citizen: Citizen) -> HttpResponseBase:
    """Everything in the account as ZIP (Art. 15 and 20 GDPR)."""
    moment = now()
    file = export_account(
        authority_id=citizen.authority_id,
        account_id=citizen.account_id,
        submission_ids=[
            one.thing_id
            for one in kept(citizen, "application")
            if forms.is_accepted(citizen.authority_id, one.thing_id) and _may_save(citizen, one.thing_id)
        ],
        draft_ids=[one.id for one in account.own_drafts(citizen, request.language, moment)],
        booking_ids=[one.row.id for one in account.own_appointments(citizen, request.language, moment)],
        language=request.language,
        now=moment,
    )
    return spooled_response(file, "application/zip", "konto.zip")


def _may_save(citizen: Citizen, submission_id: UUID) -> bool:
    """Not while a decision on it lies in somebody else's account: there only she opens it."""
    return all(one.account_id == citizen.account_id for one in in_account(citizen.authority_id, submission_id))


@require_http_methods(["GET", "POST"])
@_signed_in(freshly=True)
def close(request: Any, citizen: Citizen) -> HttpResponse:
    """Delete the account after asking once, with what stays and why."""
    if request.method == "GET":
        drafts = account.drafts_of_nobody_else(citizen, request.language, now())
        context = {
            "drafts": len(drafts),
            "applications": len(list(kept(citizen, "application"))),
            "appointments": sum(
                1 for one in account.own_appointments(citizen, request.language, now()) if one.is_coming
            ),
        }
        return _kept_nowhere(render(request, "portal/account_close.html", context))
    response = HttpResponseRedirect(url("account:sign_in") + "?why=closed")
    access.leave(request, response, citizen)
    account.close(citizen=citizen, language=request.language, now=now())
    return response


def _kept_nowhere(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = "no-store"
    return response
