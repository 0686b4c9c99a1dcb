"""Pages of one's own sign-ins, of proving once more who one is, and the organiser's way to end a colleague's."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import queries, services
from stadttor.identity import sessions as verbs
from stadttor.identity.guards import confirm_context, require_member, require_role
from stadttor.identity.kept_form import KeptForm, read_kept
from stadttor.identity.pages import safe
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.identity.rules import PASSWORD_MAX, SESSION_IDLE, SESSION_LASTS

WAY_NAMES = {
    "password": N_("with a password"),
    "passkey": N_("with a passkey"),
    "openid": N_("by the directory of the authority"),
    "openid_strong": N_("by the directory of the authority"),
}


@require_http_methods(["GET", "POST"])
@require_member
def sessions(request: Any) -> HttpResponse:
    """In which browsers she is signed in; all others end by one button."""
    token = cookies.kept(request, STAFF_COOKIE)
    if request.method == "POST":
        return _ended(partial(verbs.end_other_sessions, **_who(request), now=now()))
    context = {
        "sessions": verbs.own_sessions(request.staff.id, token, now()),
        "is_proved": verbs.is_proved(token, now()),
        "ways": {way: _(text) for way, text in WAY_NAMES.items()},
        "ended": request.GET.get("ended") == "1",
        "hours_idle": int(SESSION_IDLE.total_seconds() // 3600),
        "hours_at_most": int(SESSION_LASTS.total_seconds() // 3600),
    }
    return render(request, "identity/sessions.html", context)


@require_POST
@require_member
def end(request: Any, session_id: UUID) -> HttpResponse:
    """End one of her own sessions."""
    return _ended(partial(verbs.end_session, **_who(request), session_id=session_id, now=now()))


@require_http_methods(["GET", "POST"])
@require_member
def confirm_me(request: Any) -> HttpResponse:
    """She proves that she is still the one at the keyboard, and goes on to where she wanted."""
    target = safe(request, request.GET.get("next") or request.POST.get("next") or "")
    if request.method == "GET":
        return render(request, "identity/confirm_me.html", confirm_context(request, target))
    kept, token = read_kept(request), cookies.kept(request, STAFF_COOKIE)
    if kept and not request.POST.get("password") and verbs.is_proved(token, now()):
        # She proved it in another window, at her provider.
        return proved(request, token, target, kept)
    try:
        renewed = services.prove(
            **_who(request),
            password=request.POST.get("password", "")[: 4 * PASSWORD_MAX],
            now=now(),
        )
    except Refused as error:
        context = confirm_context(request, target, error, kept)
        return render(request, "identity/confirm_me.html", context, status=error.status)
    return proved(request, renewed, target, kept)


def proved(request: Any, token: str, target: str, kept: KeptForm | None) -> HttpResponse:
    """On to where she wanted, or to what she had written, under the new token."""
    response: HttpResponse = HttpResponseRedirect(target)
    if kept:
        response = render(request, "identity/send_again.html", {"form": kept, "is_proved": True})
    return with_session(response, token)


def with_session(response: HttpResponse, token: str) -> HttpResponse:
    """The browser keeps the token of a session."""
    cookies.keep(response, STAFF_COOKIE, token, seconds=int(SESSION_LASTS.total_seconds()))
    return response


@require_POST
@require_role("organiser")
def sign_out_member(request: Any, membership_id: UUID) -> HttpResponse:
    """End all sign-ins of a colleague."""
    queries.member(request.authority.id, membership_id)
    verbs.end_sessions_of(
        authority_id=request.authority.id, membership_id=membership_id, actor=request.staff.actor(), now=now()
    )
    return HttpResponseRedirect(reverse("identity:member", args=[membership_id]) + "?signed_out=1")


def _who(request: Any) -> dict[str, Any]:
    token = cookies.kept(request, STAFF_COOKIE)
    return {"authority_id": request.authority.id, "account_id": request.staff.id, "token": token}


def _ended(end: Callable[[], object]) -> HttpResponse:
    try:
        end()
    except Refused as error:
        if error.code == "proof_needed":
            return to_confirm("identity:sessions")
        raise
    return HttpResponseRedirect(reverse("identity:sessions") + "?ended=1")


def to_confirm(name: str) -> HttpResponse:
    """To the page of proving it, and back to the page of this name."""
    return HttpResponseRedirect(f"{reverse('identity:confirm_me')}?{urlencode({'next': reverse(name)})}")
