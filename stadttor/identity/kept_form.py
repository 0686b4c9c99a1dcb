"""What a colleague had written when her session ended: carried through signing in, sent again when she says so.

It travels as one hidden field and is kept nowhere. Both forms carry the token against forged requests: nobody else can
put words into her mouth.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

FIELD = "kept_form"
LONGEST = 200_000
MOST_FIELDS = 500
# Words that only their owner knows are carried nowhere, and never shown.
SECRET = frozenset({"password", "old", "new", "again", "secret", "token", "credential", "client_secret"})
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  # the name of a field


@dataclass(frozen=True)
class KeptForm:
    """A posted form: where it was sent, the page it stood on, its fields in order. Files are not kept."""

    path: str
    page: str
    fields: tuple[tuple[str, str], ...]

    def as_text(self) -> str:
        return json.dumps([self.path, self.page, self.fields])

    def written(self) -> list[str]:
        """What she typed in her own words, to be seen before it is sent again."""
        return [value for _name, value in self.fields if " " in value.strip()]


def kept_form(request: HttpRequest) -> KeptForm | None:
    """The form this request posts; none where there is nothing in it worth keeping, or a password."""
    fields = tuple(_fields(request))
    if request.method != "POST" or not fields or any(name in SECRET and value for name, value in fields):
        return None
    form = KeptForm(request.get_full_path(), page_before(request), fields)
    return form if len(form.as_text()) <= LONGEST else None


def read_kept(request: HttpRequest) -> KeptForm | None:
    """The form as it came back from the sign-in page; none when it was tampered with."""
    try:
        path, page, fields = json.loads(request.POST.get(FIELD, "")[: 2 * LONGEST])
        pairs = tuple((_text(name), _text(value)) for name, value in fields)
        form = KeptForm(_text(path), _text(page), pairs)
    except (ValueError, TypeError, RecursionError):
        return None
    is_good = len(pairs) <= MOST_FIELDS and _is_ours(request, form.path) and _is_ours(request, form.page)
    return form if is_good else None


def page_before(request: HttpRequest) -> str:
    """The page of this host on which the form stood, as the browser says; empty when it does not."""
    referrer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referrer, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(referrer)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _fields(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name != TOKEN:
            yield from ((name, value) for value in values)


def _text(value: Any) -> str:
    """Raises TypeError for anything else, UnicodeEncodeError (a ValueError) for halves of characters."""
    if not isinstance(value, str):
        raise TypeError(type(value))
    value.encode()
    return value


def _is_ours(request: HttpRequest, path: str) -> bool:
    allowed = url_has_allowed_host_and_scheme(path, allowed_hosts={request.get_host()})
    return not path or (path.startswith("/") and allowed)
