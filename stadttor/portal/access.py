"""Secret links: a token opens one draft or application. The browser keeps it in a cookie of its own, or whoever is signed in
to her account has it there."""

import secrets
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from stadttor.citizens.queries import COOKIE, Citizen, citizen_of, kept, key_to
from stadttor.citizens.rules import SESSION_LASTS, Kind
from stadttor.citizens.services import keep
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.language import N_

PREFIX = "zugang-"
KEEP_S = 60 * 60 * 24 * 30
SIGNED_OUT = N_(
    "You were signed out of your account, because you did nothing for a while or were signed in for long. What was saved is"
    " kept. Please sign in again under “My account”."
)


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def cookie_name(thing_id: UUID) -> str:
    """One cookie per draft or application, so that two on one device do not get into each other's way."""
    return f"{PREFIX}{thing_id.hex[-12:]}"


def token_of(request: HttpRequest, thing_id: UUID) -> str:
    """The token this browser or the account holds for the thing, empty without one (which opens nothing).

    Refused where only the account could hold it and its session has ended: she learns why it opens nothing.
    """
    citizen = citizen_here(request)
    if held := cookies.kept(request, cookie_name(thing_id)):
        return held
    if citizen is None and cookies.kept(request, COOKIE) and not getattr(request, "staff", None):
        raise Refused("signed_out", SIGNED_OUT, status=401)
    return key_to(citizen, thing_id) if citizen else ""


def citizen_here(request: Any) -> Citizen | None:
    """Who is signed in to her account in this browser; asked once per request."""
    if not hasattr(request, "citizen"):
        token = cookies.kept(request, COOKIE)
        request.citizen = citizen_of(request.authority.id, token, now()) if token and request.authority else None
    citizen: Citizen | None = request.citizen
    return citizen


def hand_over(request: HttpRequest, response: HttpResponse, kind: Kind, thing_id: UUID, token: str) -> None:
    """Something of hers is new: it lies in her account if she is signed in, else this browser opens it.

    Then nothing of it is left in this browser after she has signed out.
    """
    citizen = citizen_here(request)
    if citizen is None:
        remember(response, thing_id, token)
    else:
        keep(citizen=citizen, kind=kind, thing_id=thing_id, token=token, now=now())


def keep_open(request: HttpRequest, response: HttpResponse, thing_id: UUID, token: str) -> None:
    """This browser opens it, unless the account of whoever is signed in does: what became of a draft lies where that lay."""
    citizen = citizen_here(request)
    if citizen is None or not key_to(citizen, thing_id):
        remember(response, thing_id, token)


def renewed(request: HttpRequest, response: HttpResponse, thing_id: UUID, token: str) -> None:
    """It has a new secret: this browser opens it with that, unless the account of whoever is signed in does."""
    if token:
        forget(response, thing_id)
        keep_open(request, response, thing_id, token)


def remember(response: HttpResponse, thing_id: UUID, token: str) -> None:
    """Let this browser open the thing for 30 days."""
    cookies.keep(response, cookie_name(thing_id), token, seconds=KEEP_S)


def forget(response: HttpResponse, thing_id: UUID) -> None:
    """Close it in this browser."""
    cookies.drop(response, cookie_name(thing_id))


def begin_session(response: HttpResponse, token: str) -> None:
    """This browser is signed in to an account."""
    cookies.keep(response, COOKIE, token, seconds=int(SESSION_LASTS.total_seconds()))


def leave(request: HttpRequest, response: HttpResponse, citizen: Citizen | None) -> None:
    """Nothing of the account is left in this browser: not its session, not what was opened by links and lies in it.

    After the session has ended nobody knows any more what lies in it: then nothing that was opened is left.
    """
    cookies.drop(response, COOKIE)
    opened = {name for one in request.COOKIES if (name := one.removeprefix(cookies.HOST_ONLY)).startswith(PREFIX)}
    if citizen is not None:
        keys = (*kept(citizen, "draft"), *kept(citizen, "application"))
        opened &= {cookie_name(one.thing_id) for one in keys}
    for name in sorted(opened):
        cookies.drop(response, name)
    # Pages stay in no cache of a browser that somebody else may use next (W3C Clear Site Data §3.1).
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
