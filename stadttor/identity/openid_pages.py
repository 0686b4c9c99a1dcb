"""Signing in at the authority's OpenID provider and back; its word that somebody signed out; the organiser's settings."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.core.refused import Refused, not_found
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.render import render
from stadttor.identity import openid as verbs
from stadttor.identity import services
from stadttor.identity.devices import device_of
from stadttor.identity.guards import (
    confirm_context,
    prove_before_access,
    require_member,
    require_role,
    sign_in_context,
)
from stadttor.identity.openid_settings import Settings, read_roles, roles_as_text, save_settings, settings_of
from stadttor.identity.pages import safe
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.identity.rules import OPENID_LASTS
from stadttor.identity.session_pages import with_session

WAY_COOKIE = "stadttor_openid"
LONGEST = 4_000


@require_safe
def start(request: Any) -> HttpResponse:
    """To the provider. By a link, since a form may lead to this host only (form-action)."""
    if request.authority is None:
        raise not_found()
    target = safe(request, request.GET.get("next", ""))
    try:
        return _to_provider(request, *verbs.begin(**_where(request), target=target, now=now()))
    except Refused as error:
        if error.status == 404:
            raise
        return render(
            request, "identity/sign_in.html", sign_in_context(request, target, "", error), status=error.status
        )


@require_safe
@require_member
def start_proof(request: Any) -> HttpResponse:
    """To the provider, which asks her anew; she comes back to where she was."""
    target = safe(request, request.GET.get("next", ""))
    where = {**_where(request), "account_id": request.staff.id}
    return _to_provider(request, *verbs.begin(**where, target=target, now=now()))


@require_safe
def callback(request: Any) -> HttpResponse:
    """Back from the provider."""
    if request.authority is None:
        raise not_found()
    token = cookies.kept(request, STAFF_COOKIE)
    try:
        back = verbs.finish(
            **_where(request),
            kept=cookies.kept(request, WAY_COOKIE)[:LONGEST],
            answered={name: value[:LONGEST] for name, value in request.GET.items()},
            token=token,
            device=device_of(request.headers.get("User-Agent", "")),
            now=now(),
        )
    except Refused as error:
        response = _refused(request, error)
    else:
        # The session that was open in this browser ends, as with a password; one that was proved has no row any more.
        services.sign_out(authority_id=request.authority.id, token=token, now=now())
        response = with_session(HttpResponseRedirect(back.target), back.token)
    cookies.drop(response, WAY_COOKIE)
    return response


@csrf_exempt  # the provider's server calls, not a browser: a signed token says who it is
@require_POST
def sign_out_by_provider(request: Any) -> HttpResponse:
    """OpenID Connect Back-Channel Logout 1.0 §2.5–2.8: 200 when done, 400 for anything else, without a reason."""
    if request.authority is None:
        raise not_found()
    status = 200
    try:
        verbs.sign_out_by(**_where(request), logout_token=request.POST.get("logout_token", ""), now=now())
    except Refused as error:
        status = error.status if error.status == 404 else 400
    return HttpResponse(status=status, headers={"Cache-Control": "no-store"})


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def openid_settings(request: Any) -> HttpResponse:
    """Which provider, and what its groups are worth."""
    error, values = None, _values(settings_of(request.authority.id))
    if request.method == "POST":
        values = {name: request.POST.get(name, "").strip() for name in values}
        try:
            save_settings(
                authority_id=request.authority.id,
                settings=_posted(values),
                client_secret=request.POST.get("client_secret", "").strip()[:LONGEST],
                actor=request.staff.actor(),
                now=now(),
            )
            return HttpResponseRedirect(reverse("identity:openid_settings") + "?saved=1")
        except Refused as refusal:
            error = refusal
    context = {
        "values": values,
        "error": error,
        "saved": request.GET.get("saved") == "1",
        "redirect_uri": _where(request)["redirect_uri"],
        "logout_uri": _origin(request) + reverse("identity:openid_logout"),
    }
    return render(request, "identity/openid_settings.html", context, status=error.status if error else 200)


def _to_provider(request: HttpRequest, address: str, kept: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    response["Cache-Control"] = "no-store"
    cookies.keep(response, WAY_COOKIE, kept, seconds=int(OPENID_LASTS.total_seconds()))
    return response


def _refused(request: Any, error: Refused) -> HttpResponse:
    if error.status == 404:
        raise error
    if request.staff:
        context = confirm_context(request, reverse("desk"), error)
        return render(request, "identity/confirm_me.html", context, status=error.status)
    context = sign_in_context(request, reverse("desk"), "", error)
    return render(request, "identity/sign_in.html", context, status=error.status)


def _where(request: Any) -> dict[str, Any]:
    redirect_uri = _origin(request) + reverse("identity:openid_callback")
    return {"authority_id": request.authority.id, "redirect_uri": redirect_uri}


def _origin(request: HttpRequest) -> str:
    return f"{'https' if settings.STADTTOR_HTTPS else 'http'}://{request.get_host()}"


def _values(found: Settings | None) -> dict[str, str]:
    found = found or Settings("", "", "")
    return {
        "label": found.label,
        "issuer": found.issuer,
        "client_id": found.client_id,
        "groups_claim": found.groups_claim,
        "roles": roles_as_text(found.roles),
        "second_factor": "true" if found.second_factor else "false",
        "email_trusted": "true" if found.email_trusted else "false",
        "active": "true" if found.active else "false",
    }


def _posted(values: dict[str, str]) -> Settings:
    return Settings(
        label=values["label"],
        issuer=values["issuer"],
        client_id=values["client_id"],
        groups_claim=values["groups_claim"],
        roles=read_roles(values["roles"][: 10 * LONGEST]),
        second_factor=values["second_factor"] == "true",
        email_trusted=values["email_trusted"] == "true",
        active=values["active"] == "true",
    )
