"""Secret links: a token opens one appointment; the browser keeps it in a cookie of its own, or the account of whoever is
signed in has it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from stadttor.appointments.queries import LINK_COOKIE
from stadttor.citizens.browser import is_kept_here, token_in
from stadttor.ground.web import cookies

KEEP_S = 60 * 60 * 24 * 180


def cookie_name(booking_id: UUID) -> str:
    """One cookie per appointment."""
    return f"{LINK_COOKIE}{booking_id.hex[-12:]}"


def token_of(request: HttpRequest, booking_id: UUID) -> str:
    """The token this browser or the account holds for it, empty without one (which opens nothing).

    Refused where only the account could hold it and its session has ended.
    """
    return token_in(request, cookie_name(booking_id), booking_id)


def keep_open(request: HttpRequest, response: HttpResponse, booking_id: UUID, token: str) -> None:
    """This browser opens it, unless the account of whoever is signed in does. It comes into no account by being opened."""
    if not is_kept_here(request, booking_id):
        remember(response, booking_id, token)


def remember(response: HttpResponse, booking_id: UUID, token: str) -> None:
    """Let this browser open it."""
    cookies.keep(response, cookie_name(booking_id), token, seconds=KEEP_S)


def forget(response: HttpResponse, booking_id: UUID) -> None:
    """Close it in this browser."""
    cookies.drop(response, cookie_name(booking_id))
