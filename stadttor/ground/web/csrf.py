"""The token every posted form carries, in Django's own form: CsrfViewMiddleware makes its secret and checks it."""

import secrets

from django.http import HttpRequest
from django.middleware.csrf import CSRF_ALLOWED_CHARS, CSRF_SECRET_LENGTH, get_token

_LETTERS = len(CSRF_ALLOWED_CHARS)
_MASKS = _LETTERS**CSRF_SECRET_LENGTH
_PLACE = {letter: place for place, letter in enumerate(CSRF_ALLOWED_CHARS)}


def token(request: HttpRequest) -> str:
    """As Django's `get_token`: this browser's secret behind a mask drawn anew, against BREACH.

    The mask is drawn at once; Django draws it letter by letter, which costs more than the rest of a small page's work.
    """
    secret = request.META.get("CSRF_COOKIE")
    if secret is None:
        return get_token(request)
    request.META["CSRF_COOKIE_NEEDS_UPDATE"] = True
    return masked(secret, secrets.randbelow(_MASKS))


def masked(secret: str, drawn: int) -> str:
    """The mask that was drawn, and the secret moved by it letter for letter."""
    mask, moved = [], []
    for letter in secret:
        drawn, shift = divmod(drawn, _LETTERS)
        mask.append(CSRF_ALLOWED_CHARS[shift])
        moved.append(CSRF_ALLOWED_CHARS[(_PLACE[letter] + shift) % _LETTERS])
    return "".join(mask + moved)
