"""Pages for organisers: colleagues, units, access of other systems."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.language import N_, _
from stadttor.ground.web.render import render
from stadttor.identity import ports, queries, services
from stadttor.identity.guards import host_of, prove_before_access, require_role
from stadttor.identity.passkeys import own_passkeys
from stadttor.identity.rules import SeveralRefused, roles_at

ROLE_NAMES = {
    "clerk": N_("Clerk: handles the cases of the own units"),
    "lead": N_("Lead: sees and assigns all cases"),
    "organiser": N_("Organiser: services, staff and units"),
    "warden": N_("Warden: asks whether a number plate has a valid permit, sees nothing else"),
    "steering": N_("Steering: sees how far services are at all authorities, never a case"),
    "publisher": N_("Publisher: edits service packages in the studio and publishes them"),
    "post": N_("Post room: prints and posts letters, sees names and addresses, no cases"),
}
DONE = {
    "invited": N_("The invitation is on its way. Its link counts for 72 hours."),
    "withdrawn": N_("The invitation is withdrawn. Its link counts no more."),
}
SCOPES = {
    "services:read": N_("Read which services are adopted"),
    "cases:read": N_("Read cases and documents"),
    "cases:write": N_("Ask back and decide"),
    "applications:write": N_("Hand in applications"),
}
TOKEN_LASTS = timedelta(days=365)
NEW_TOKEN = "stadttor_new_token"  # noqa: S105  # the name of a cookie


@require_safe
@require_role("organiser")
def members(request: Any) -> HttpResponse:
    """The list of colleagues."""
    rows = [
        {
            "href": reverse("identity:member", args=[row.membership_id]),
            "cells": {
                "name": row.name,
                "email": row.email,
                "roles": _role_names(row.roles),
                "units": ", ".join(row.units),
                "access": _("yes") if row.active else _("no"),
            },
        }
        for row in queries.members(request.authority.id)
    ]
    moment, done = now(), request.GET.get("done", "")
    context = {
        "rows": rows,
        "saved": request.GET.get("saved") == "1",
        "done": _(DONE[done]) if done in DONE else "",
        "invitations": [
            {"row": one, "is_over": one.is_over(moment), "roles": _role_names(one.roles)}
            for one in queries.invitations(request.authority.id)
        ],
    }
    return render(request, "identity/members.html", context)


def _role_names(roles: Iterable[str]) -> str:
    return ", ".join(_(ROLE_NAMES[role]).split(":")[0] for role in roles if role in ROLE_NAMES)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def member_new(request: Any) -> HttpResponse:
    """Give a colleague access."""
    if request.method == "GET":
        return member_form(request, None, {})
    posted = request.POST
    try:
        services.create_member(
            authority_id=request.authority.id,
            email=posted.get("email", ""),
            name=posted.get("name", ""),
            roles=posted.getlist("roles"),
            unit_ids=_ids(posted.getlist("units")),
            password=posted.get("password", ""),
            actor=request.staff.actor(),
            now=now(),
            must_change=True,
        )
    except Refused as error:
        return member_form(request, None, posted_values(request), error)
    return HttpResponseRedirect(reverse("identity:members") + "?saved=1")


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def member(request: Any, membership_id: UUID) -> HttpResponse:
    """Change a colleague's name, roles, units and access."""
    row = queries.member(request.authority.id, membership_id)
    if request.method == "GET":
        return member_form(request, row, _values(row))
    try:
        services.change_member(
            authority_id=request.authority.id,
            membership_id=membership_id,
            roles=request.POST.getlist("roles"),
            unit_ids=_ids(request.POST.getlist("units")),
            active=request.POST.get("active") == "true",
            name=request.POST.get("name"),
            actor=request.staff.actor(),
            now=now(),
        )
    except Refused as error:
        return member_form(request, row, posted_values(request), error)
    return HttpResponseRedirect(reverse("identity:members") + "?saved=1")


@require_POST
@require_role("organiser")
@prove_before_access
def password(request: Any, membership_id: UUID) -> HttpResponse:
    """Set a new password for a colleague."""
    row = queries.member(request.authority.id, membership_id)
    try:
        services.set_password(
            authority_id=request.authority.id,
            membership_id=membership_id,
            password=request.POST.get("password", ""),
            actor=request.staff.actor(),
            now=now(),
        )
    except Refused as error:
        return member_form(request, row, _values(row), error)
    return HttpResponseRedirect(reverse("identity:members") + "?saved=1")


@require_http_methods(["GET", "POST"])
@require_role("organiser")
def units(request: Any) -> HttpResponse:
    """Units and the services they handle."""
    error = None
    offered = ports.services_of(request.authority.id)
    if request.method == "POST":
        unit_ids = _ids([request.POST.get("unit", "")])
        known = {slug for slug, _title in offered}
        try:
            services.save_unit(
                authority_id=request.authority.id,
                unit_id=unit_ids[0] if unit_ids else None,
                name=request.POST.get("name", ""),
                services=[slug for slug in request.POST.getlist("services") if slug in known],
                actor=request.staff.actor(),
                now=now(),
            )
            return HttpResponseRedirect(reverse("identity:units") + "?saved=1")
        except Refused as refusal:
            error = refusal
    context = {
        "units": queries.units(request.authority.id),
        "services": [{"value": slug, "label": title} for slug, title in offered],
        "saved": request.GET.get("saved") == "1",
        "error": error,
    }
    return render(request, "identity/units.html", context, status=422 if error else 200)


@require_http_methods(["GET", "POST"])
@require_role("organiser")
@prove_before_access
def tokens(request: Any) -> HttpResponse:
    """Tokens of other systems: create, show once, revoke."""
    if request.method == "POST" and request.POST.get("revoke"):
        for token_id in _ids([request.POST["revoke"]]):
            services.revoke_token(
                authority_id=request.authority.id, token_id=token_id, actor=request.staff.actor(), now=now()
            )
        return HttpResponseRedirect(reverse("identity:tokens"))
    if request.method == "POST":
        secret = services.create_token(
            authority_id=request.authority.id,
            name=request.POST.get("name", "")[:200] or _("Unnamed system"),
            scopes=[scope for scope in request.POST.getlist("scopes") if scope in SCOPES],
            lasts=TOKEN_LASTS,
            actor=request.staff.actor(),
            now=now(),
        )
        return _shown_once(secret)
    secret = cookies.kept(request, NEW_TOKEN)
    context = {
        "tokens": queries.tokens(request.authority.id),
        "secret": secret,
        "scopes": [{"value": scope, "label": _(text), "hint": scope} for scope, text in SCOPES.items()],
    }
    response = render(request, "identity/tokens.html", context)
    if secret:
        cookies.drop(response, NEW_TOKEN)
        response["Cache-Control"] = "private, no-store"
    return response


def _shown_once(secret: str) -> HttpResponse:
    """The page is opened anew, so that reloading it makes no second token; until then this browser holds the secret."""
    response = HttpResponseRedirect(reverse("identity:tokens"))
    cookies.keep(response, NEW_TOKEN, secret, seconds=60)
    return response


def member_form(
    request: HttpRequest,
    row: queries.MemberRow | None,
    values: dict[str, object],
    error: Refused | None = None,
    *,
    invites: bool = False,
) -> HttpResponse:
    """One member, a new one, or one who is invited by e-mail and so needs no first password."""
    context = {
        "member": row,
        "invites": invites,
        "values": values,
        "error": error,
        "errors": _errors(error),
        "passkeys": len(own_passkeys(row.account_id, host_of(request))) if row else 0,
        "signed_out": request.GET.get("signed_out") == "1",
        "roles": [{"value": role, "label": _(ROLE_NAMES[role])} for role in roles_at(request.authority.kind)],  # type: ignore[attr-defined]  # set by our middleware
        "units": [{"value": str(unit.id), "label": unit.name} for unit in queries.units(request.authority.id)],  # type: ignore[attr-defined]  # set by our middleware
    }
    return render(request, "identity/member.html", context, status=error.status if error else 200)


def _values(row: queries.MemberRow) -> dict[str, object]:
    return {
        "name": row.name,
        "roles": row.roles,
        "units": [str(unit) for unit in row.unit_ids],
        "active": row.active,
    }


def _errors(error: Refused | None) -> list[dict[str, str]]:
    """What is wrong, one text for each field, in the order of the form."""
    problems = error.problems if isinstance(error, SeveralRefused) else [error] if error else []
    return [{"field": one.field or "email", "text": _(one.text, **one.values)} for one in problems]


def chosen_units(request: HttpRequest) -> list[UUID]:
    """The units that were ticked."""
    return _ids(request.POST.getlist("units"))


def posted_values(request: HttpRequest) -> dict[str, object]:
    """What was typed, to be shown again."""
    posted = request.POST
    return {
        "name": posted.get("name", ""),
        "email": posted.get("email", ""),
        "roles": posted.getlist("roles"),
        "units": posted.getlist("units"),
        "active": posted.get("active") == "true",
    }


def _ids(values: list[str]) -> list[UUID]:
    found = []
    for value in values:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found
