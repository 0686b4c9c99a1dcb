"""Secret links: a token opens one draft or application; the browser keeps it in a cookie of its own."""

import secrets
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from stadttor.ground.web import cookies

KEEP_S = 60 * 60 * 24 * 30


def new_token() -> str:
    """256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def cookie_name(thing_id: UUID) -> str:
    """One cookie per draft or application, so that two on one device do not get into each other's way."""
    return f"zugang-{thing_id.hex[-12:]}"


def token_of(request: HttpRequest, thing_id: UUID) -> str:
    """The token this browser holds for the thing, empty without one (which opens nothing)."""
    return cookies.kept(request, cookie_name(thing_id))


def remember(response: HttpResponse, thing_id: UUID, token: str) -> None:
    """Let this browser open the thing for 30 days."""
    cookies.keep(response, cookie_name(thing_id), token, seconds=KEEP_S)


def forget(response: HttpResponse, thing_id: UUID) -> None:
    """Close it in this browser."""
    cookies.drop(response, cookie_name(thing_id))
