"""Secret links: a token opens one appointment; the browser keeps it in a cookie of its own."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from stadttor.ground.web import cookies

KEEP_S = 60 * 60 * 24 * 180


def cookie_name(booking_id: UUID) -> str:
    """One cookie per appointment."""
    return f"termin-{booking_id.hex[-12:]}"


def token_of(request: HttpRequest, booking_id: UUID) -> str:
    """The token this browser holds for it, empty without one (which opens nothing)."""
    return cookies.kept(request, cookie_name(booking_id))


def remember(response: HttpResponse, booking_id: UUID, token: str) -> None:
    """Let this browser open it."""
    cookies.keep(response, cookie_name(booking_id), token, seconds=KEEP_S)
