"""Cookies that open something: for this host alone, no script, and over TLS only where there is TLS.

With TLS their names begin with `__Host-` (RFC 6265bis §4.1.3.2): a browser takes such a cookie from this very host only,
so that a sibling town's page cannot put one of its own in its place.
"""

from typing import Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HOST_ONLY = "__Host-"


def named(name: str) -> str:
    """The name as it travels."""
    return f"{HOST_ONLY}{name}" if settings.STADTTOR_HTTPS else name


def kept(request: HttpRequest, name: str) -> str:
    """What this browser holds, empty without it."""
    return request.COOKIES.get(named(name), "")


def keep(response: HttpResponse, name: str, value: str, *, seconds: int, from_elsewhere: bool = False) -> None:
    """Let the browser hold it so long. `from_elsewhere`: it also comes along with a form that another site posts to us.

    Browsers take such a cookie over TLS only; without TLS (the demo) it is an ordinary one.
    """
    samesite: Literal["None", "Lax"] = "None" if from_elsewhere and settings.STADTTOR_HTTPS else "Lax"
    response.set_cookie(
        named(name), value, max_age=seconds, httponly=True, samesite=samesite, secure=settings.STADTTOR_HTTPS
    )


def drop(response: HttpResponse, name: str) -> None:
    """Let the browser forget it."""
    response.delete_cookie(named(name), samesite="Lax")
