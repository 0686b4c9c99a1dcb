"""Secret links: a token opens one draft or application. The browser keeps it in a cookie of its own, or whoever is signed in
to her account has it there."""

import secrets
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from stadttor.appointments.queries import LINK_COOKIE
from stadttor.citizens.browser import citizen_here, is_kept_here, token_in
from stadttor.citizens.queries import COOKIE, Citizen, kept
from stadttor.citizens.rules import SESSION_LASTS, Kind
from stadttor.citizens.services import keep
from stadttor.ground.clock import now
from stadttor.ground.web import cookies

PREFIX = "zugang-"
KEEP_S = 60 * 60 * 24 * 30


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def cookie_name(thing_id: UUID) -> str:
    """One cookie per draft or application, so that two on one device do not get into each other's way."""
    return f"{PREFIX}{thing_id.hex[-12:]}"


def token_of(request: HttpRequest, thing_id: UUID) -> str:
    """The token this browser or the account holds for the thing, empty without one (which opens nothing).

    Refused where only the account could hold it and its session has ended.
    """
    return token_in(request, cookie_name(thing_id), thing_id)


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
    if not is_kept_here(request, thing_id):
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

    After the session has ended nobody knows any more what lies in it: then nothing that was opened is left. No appointment
    is, in any case: whose link was opened in between may be at home in no account, and each has its link in a mail.
    """
    cookies.drop(response, COOKIE)
    names = {one.removeprefix(cookies.HOST_ONLY) for one in request.COOKIES}
    opened = {name for name in names if name.startswith(PREFIX)}
    if citizen is not None:
        keys = (*kept(citizen, "draft"), *kept(citizen, "application"))
        opened &= {cookie_name(one.thing_id) for one in keys}
    for name in sorted(opened | {name for name in names if name.startswith(LINK_COOKIE)}):
        cookies.drop(response, name)
    # Pages stay in no cache of a browser that somebody else may use next (W3C Clear Site Data §3.1).
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
