"""What was done, said once: a signed cookie of one minute carries the word from the act to the page that says it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpResponse, HttpResponseRedirect

from stadttor.cases.pages import labels

COOKIE = "stadttor_told"
LASTS_S = 60
_signer = TimestampSigner(salt="cases.told")


def redirect(path: str, done: str, query: Mapping[str, str] = MappingProxyType({})) -> HttpResponse:
    """To a page that says what was done. The address names it for logs and tests; only the cookie makes the page speak.

    A page that is loaded again, or whose address was kept, says nothing.
    """
    response = HttpResponseRedirect(f"{path}?{urlencode({**query, 'done': done})}")
    response.set_cookie(
        COOKIE,
        _signer.sign(done),
        max_age=LASTS_S,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=settings.STADTTOR_HTTPS,
    )
    return response


def done(request: Any) -> str:
    """What to say on this page, in the current language; nothing when it was said already."""
    try:
        return labels.done(_signer.unsign(request.COOKIES.get(COOKIE, ""), max_age=LASTS_S))
    except BadSignature:
        return ""


def said(request: Any, response: HttpResponse, path: str) -> HttpResponse:
    """The page that has said it: the word is gone from now on."""
    if COOKIE in request.COOKIES:
        response.delete_cookie(COOKIE, path=path, samesite="Lax")
    return response
