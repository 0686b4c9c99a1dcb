"""Pages of passkeys: signing in and proving with one, a colleague's own, and what the organiser asks of all."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.render import render
from stadttor.identity import passkeys as verbs
from stadttor.identity import queries, services
from stadttor.identity.devices import device_of
from stadttor.identity.guards import (
    confirm_context,
    host_of,
    prove_before_access,
    require_member,
    require_role,
    sign_in_context,
)
from stadttor.identity.kept_form import read_kept
from stadttor.identity.pages import safe, sent_again
from stadttor.identity.passkeys import Place
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.identity.session_pages import proved, to_confirm, with_session
from stadttor.identity.sessions import is_proved
from stadttor.identity.sign_in_rules import Rules, rules_of, set_rules


@require_POST
def ask_to_sign_in(request: Any) -> HttpResponse:
    """The question to a passkey, for the script of the sign-in page."""
    return JsonResponse(verbs.ask_to_sign_in(place=_place(request), now=now()))


@require_POST
def sign_in(request: Any) -> HttpResponse:
    """With what the passkey answered; on success back to where the person wanted to go."""
    place = _place(request)
    target, kept = safe(request, request.POST.get("next", "")), read_kept(request)
    device = device_of(request.headers.get("User-Agent", ""))
    try:
        token = verbs.sign_in(place=place, credential=request.POST.get("credential", ""), device=device, now=now())
    except Refused as error:
        context = sign_in_context(request, target, "", error, kept)
        return render(request, "identity/sign_in.html", context, status=error.status)
    # The session that was open in this browser ends, as with a password.
    services.sign_out(authority_id=place.authority_id, token=cookies.kept(request, STAFF_COOKIE), now=now())
    return with_session(sent_again(request, token, kept) if kept else HttpResponseRedirect(target), token)


@require_POST
@require_member
def ask_to_prove(request: Any) -> HttpResponse:
    """The question to one of her passkeys."""
    return JsonResponse(verbs.ask_to_prove(place=_place(request), account_id=request.staff.id, now=now()))


@require_POST
@require_member
def prove(request: Any) -> HttpResponse:
    """She proves with a passkey that it is she."""
    target, kept = safe(request, request.POST.get("next", "")), read_kept(request)
    try:
        token = verbs.prove(**_who(request), credential=request.POST.get("credential", ""), now=now())
    except Refused as error:
        context = confirm_context(request, target, error, kept)
        return render(request, "identity/confirm_me.html", context, status=error.status)
    return proved(request, token, target, kept)


@require_POST
@require_member
def ask_to_register(request: Any) -> HttpResponse:
    """What a browser needs to make a passkey."""
    given = {"place": _place(request), "account_id": request.staff.id, "calls_itself": request.authority.name}
    return JsonResponse(verbs.ask_to_register(**given, now=now()))


@require_http_methods(["GET", "POST"])
@require_member
def passkeys(request: Any) -> HttpResponse:
    """Her passkeys for this host, and a new one."""
    if request.method == "GET":
        return _passkeys(request, None)
    try:
        token = verbs.register(
            **_who(request),
            is_first=request.staff.passkey_missing,
            credential=request.POST.get("credential", ""),
            name=request.POST.get("name", "").strip() or device_of(request.headers.get("User-Agent", "")) or "Passkey",
            now=now(),
        )
    except Refused as error:
        return to_confirm("identity:passkeys") if error.code == "proof_needed" else _passkeys(request, error)
    return with_session(HttpResponseRedirect(reverse("identity:passkeys") + "?done=added"), token)


@require_POST
@require_member
def change(request: Any, passkey_id: UUID) -> HttpResponse:
    """Rename or remove one of hers."""
    who = _who(request)
    try:
        if request.POST.get("act") == "remove":
            needed = rules_of(request.authority.id).passkey_needed
            verbs.remove(**who, passkey_id=passkey_id, is_needed=needed, now=now())
            return HttpResponseRedirect(reverse("identity:passkeys") + "?done=removed")
        name = request.POST.get("name", "")
        verbs.rename(place=who["place"], account_id=who["account_id"], passkey_id=passkey_id, name=name)
    except Refused as error:
        if error.status == 404:
            raise
        return to_confirm("identity:passkeys") if error.code == "proof_needed" else _passkeys(request, error)
    return HttpResponseRedirect(reverse("identity:passkeys") + "?done=renamed")


@require_POST
@require_role("organiser")
@prove_before_access
def remove_of_member(request: Any, membership_id: UUID) -> HttpResponse:
    """A colleague's device was lost."""
    queries.member(request.authority.id, membership_id)
    verbs.remove_all_of(
        authority_id=request.authority.id,
        membership_id=membership_id,
        host=host_of(request),
        actor=request.staff.actor(),
        now=now(),
    )
    return HttpResponseRedirect(reverse("identity:member", args=[membership_id]) + "?signed_out=1")


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def sign_in_rules(request: Any) -> HttpResponse:
    """What colleagues need to sign in and to decide."""
    rules, error = rules_of(request.authority.id), None
    if request.method == "POST":
        posted = request.POST
        rules = Rules(posted.get("passkey_needed") == "true", posted.get("proof_for_decisions") == "true")
        token = cookies.kept(request, STAFF_COOKIE)
        try:
            set_rules(
                authority_id=request.authority.id, rules=rules, token=token, actor=request.staff.actor(), now=now()
            )
            return HttpResponseRedirect(reverse("identity:sign_in_rules") + "?saved=1")
        except Refused as refusal:
            error = refusal
    context = {"rules": rules, "error": error, "saved": request.GET.get("saved") == "1"}
    return render(request, "identity/sign_in_rules.html", context, status=error.status if error else 200)


def _passkeys(request: Any, error: Refused | None) -> HttpResponse:
    context = {
        "passkeys": verbs.own_passkeys(request.staff.id, host_of(request)),
        "is_proved": is_proved(cookies.kept(request, STAFF_COOKIE), now()),
        "done": request.GET.get("done", ""),
        "error": error,
    }
    return render(request, "identity/passkeys.html", context, status=error.status if error else 200)


def _who(request: Any) -> dict[str, Any]:
    token = cookies.kept(request, STAFF_COOKIE)
    return {"place": _place(request), "account_id": request.staff.id, "token": token}


def _place(request: HttpRequest) -> Place:
    """Where the browser believes to be: a passkey answers to this origin only."""
    authority = getattr(request, "authority", None)
    if authority is None:
        raise not_found()
    scheme = "https" if settings.STADTTOR_HTTPS else "http"
    return Place(authority.id, host_of(request), f"{scheme}://{request.get_host()}")
