"""What opens something in this browser: a cookie that holds the thing's own secret, or the account of whoever is signed in
here. How such a cookie is called is its module's to say.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from stadttor.citizens.queries import COOKIE, Citizen, citizen_of, key_to
from stadttor.core.refused import Refused
from stadttor.ground.clock import now
from stadttor.ground.web import cookies
from stadttor.ground.web.language import N_
from stadttor.identity.account_services import active_sources

SIGNED_OUT = N_(
    "You were signed out of your account, because you did nothing for a while or were signed in for long. What was saved is"
    " kept. Please sign in again under “My account”."
)


def citizen_here(request: Any) -> Citizen | None:
    """Who is signed in to her account in this browser; asked once per request."""
    if not hasattr(request, "citizen"):
        token = cookies.kept(request, COOKIE)
        request.citizen = citizen_of(request.authority.id, token, now()) if token and request.authority else None
    citizen: Citizen | None = request.citizen
    return citizen


def token_in(request: HttpRequest, name: str, thing_id: UUID) -> str:
    """The token that the cookie of this name or the account holds for the thing, empty without one (which opens nothing).

    Refused where only the account could hold it and its session has ended: she learns why it opens nothing.
    """
    citizen = citizen_here(request)
    if held := cookies.kept(request, name):
        return held
    if citizen is None and cookies.kept(request, COOKIE) and not getattr(request, "staff", None):
        raise Refused("signed_out", SIGNED_OUT, status=401)
    return key_to(citizen, thing_id) if citizen else ""


def is_kept_here(request: HttpRequest, thing_id: UUID) -> bool:
    """Whether the account of whoever is signed in here opens it."""
    citizen = citizen_here(request)
    return citizen is not None and key_to(citizen, thing_id) != ""


def account_hint(request: Any, thing_id: UUID) -> str:
    """What its page says about her account: `kept` there, `offer` to take it, how to `sign_in`; empty where nobody can."""
    if citizen_here(request):
        return "kept" if is_kept_here(request, thing_id) else "offer"
    return "sign_in" if active_sources(request.authority.id) else ""
