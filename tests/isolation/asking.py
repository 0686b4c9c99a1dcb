"""Everybody who might look, how they ask, and what they see: status, bytes and statements, without what must differ."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from http.cookies import Morsel
from secrets import randbelow
from typing import Any
from urllib.parse import quote, quote_plus, urlencode
from uuid import UUID, uuid4

from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from stadttor.ground.work import common
from stadttor.identity.models import SignInTries
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.site.api import limits
from tests.isolation import events
from tests.isolation.known import known, moment
from tests.isolation.table import GLOBAL, PART, SAME, Target, filled
from tests.isolation.wire import Wire
from tests.isolation.world import COOKIES, Town, open_account, sign_in
from tests.safety.marker.scanning import text_of

Looker = Callable[[], Client]
SESSIONS = frozenset({"session", "olsen", "kern", "steering"})
"""The secrets of a town that open its desk."""
ENDS_SESSIONS = frozenset({"identity:sign_in", "identity:sign_out"})
WITH_BODY = frozenset({"post", "put", "patch", "delete"})
# What is made anew with every answer and tells nothing: tokens of forms and cookies, ids and numbers of what was just
# made, the moment. Ids of things that were there before stay, so that showing one is a difference.
_FRESH = (
    (re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'), "csrf"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "id"),
    (re.compile(r"\b[A-Z]{3}-\d{4}-[2-9A-Z]{4}-[2-9A-Z]{4}\b"), "number"),
    (re.compile(r"(?<![\w-])[\w-]{43}(?![\w-])"), "token"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "hash of what holds a moment"),
    (re.compile(r"\bT-[2-9A-Z]{4}-[2-9A-Z]{4}\b"), "number"),
    (re.compile(r"\b(?:zugang|meinung|termin)-[0-9a-f]{12}\b"), "cookie"),
    (re.compile(r"\bsearch=[\w-]+"), "search"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:Z|[+-]\d\d:?\d\d)?"), "moment"),
)
_NOT_COMPARED = frozenset({"Content-Length"})
"""Headers that may differ: the length of a page with a name in it follows the name. All others are compared."""
_NO_VALUE = ("path", "max-age", "samesite", "httponly", "secure", "domain")


@dataclass(frozen=True)
class Seen:
    """One answer. `text` is head and body without what must differ; `statements` were sent to the database for it."""

    status: int
    text: str
    statements: int
    raw: str = field(default="", compare=False, repr=False)
    """The body as it came."""

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()[:12]


def lookers(here: Town, there: Town) -> dict[str, Looker]:
    """Everybody at the host of `here`, by role.

    Nobody works for the installation on its pages: its operator is tried at the installation's own name, with all that
    `here` could give him. Who steers the Kreis of `here` is at the host of her own body, where one was made.
    """
    at_the_entrance = replace(here, slug="")
    stranger = replace(there, slug=here.slug)
    return {
        "anonymous": here.browser,
        "citizen": here.citizen,
        "clerk": lambda: here.colleague("olsen"),
        "organiser": lambda: here.colleague("kern"),
        "clerk of the neighbour": stranger.clerk,
        "operator": lambda: _with_everything(at_the_entrance),
        "system": here.system,
        **({"steering": here.steering} if here.body_id else {}),
    }


def _with_everything(town: Town) -> Client:
    client = town.citizen()
    client.cookies |= town.clerk().cookies
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {town.secrets['api']}"
    return client


def unknown(like: Town) -> dict[str, str]:
    """Names of things that exist nowhere, of the same form and length."""
    shapes = {
        "number": like.things["number"][:-9] + "2222-2222",
        "key": "0" * len(like.things["key"]),
        "token": "x" * len(like.things["token"]),
        "link_token": "x" * len(like.things["link_token"]),
        "what": f"{uuid4()} bewohnerparkausweis",
        "search": "x" * len(like.things["search"]),
        "kreis": "09999",
        "rollout": "1809999",
        "administration": "x" * len(like.things.get("administration", "")),
        "email": "rilda@" + like.things["email"].partition("@")[2],
    }
    return {name: value if name in SAME else shapes.get(name, str(uuid4())) for name, value in like.things.items()}


class Asking:
    """Asks for the looker, with things of `here`, of `there` or of nowhere in the place of names."""

    def __init__(self, here: Town, there: Town) -> None:
        self.here, self.there = here, there
        self.nowhere = unknown(there)
        self.wire = Wire()
        self._known = {value for town in (here, there) for value in town.things.values()}
        self._known |= known(there.authority_id, [pattern for pattern, _ in _FRESH])

    def things(self, other: Mapping[str, str], whose: frozenset[str]) -> dict[str, str]:
        """The looker's own things, with those named in `whose` from elsewhere."""
        return self.here.things | {name: other[name] for name in whose}

    def seen(
        self, client: Client, target: Target, method: str, other: Mapping[str, str], whose: frozenset[str]
    ) -> Seen:
        """What this looker gets for things of which those in `whose` are not the own."""
        if target.route.name.startswith("live:"):
            return self._heard(client, target, method, other)
        things = self.things(other, whose)
        _give_keys(client, target, things, self.here)
        _count_nobody_together(client, target)
        self.wire.listen()
        answer = client.generic(
            method.upper(), _path(target, things), *_body(target, method, things), **_headers(target)
        )
        statements = self.wire.counted()
        if target.route.name in ENDS_SESSIONS and method == "post" and answer.status_code == 302:
            sign_in(self.here)
            sign_in(self.there)
        if target.route.name == "account:sign_out" and method == "post":
            open_account(self.here)
        body = _read(answer.getvalue())
        head = _head(answer.headers)
        cookies = "\n".join(sorted(map(_cookie, answer.cookies.values())))
        text = self._plain(f"{head}\n{cookies}\n\n{body}", [other[name] for name in whose])
        return Seen(answer.status_code, text, statements, body)

    def _plain(self, text: str, asked: list[str]) -> str:
        for value in sorted({value for value in asked if value}, key=len, reverse=True):
            for form in (*_written(value), value.replace("-", "")[-12:]):
                text = text.replace(form, "…")
        for pattern, word in _FRESH:
            text = pattern.sub(lambda found, word=word: self._fresh(found[0], word), text)
        return text

    def _fresh(self, found: str, word: str) -> str:
        """What the neighbour's database knows stays as it is: to show it is a difference."""
        return found if found in self._known or moment(found) in self._known else word

    def _heard(self, client: Client, target: Target, method: str, other: Mapping[str, str]) -> Seen:
        """The live process; who holds the neighbour's session is compared with one who holds a session of nobody."""
        own = {secret for name, secret in self.here.secrets.items() if name in SESSIONS}
        if other is self.nowhere and STAFF_COOKIE in client.cookies and client.cookies[STAFF_COOKIE].value not in own:
            client.cookies[STAFF_COOKIE] = "x" * 43
        things = self.things(other, frozenset(target.names()))
        answer = events.heard(client, target.route.pattern, method, filled(target.entry.query, things))
        text = f"{_head(answer.headers)}\n\n{answer.body.decode()}"
        return Seen(answer.status, text, 0, answer.body.decode())


def _head(headers: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in sorted(headers.items()) if name not in _NOT_COMPARED)


def _cookie(cookie: "Morsel[str]") -> str:
    """Without its value, which is made anew."""
    return f"{cookie.key} " + " ".join(f"{name}={cookie[name]}" for name in _NO_VALUE)


def _written(value: str) -> list[str]:
    """As it is, in an address, and in an address within an address: with either sign for a space."""
    return [
        value,
        quote(value),
        *(form for one in (quote(value, ""), quote_plus(value)) for form in (one, quote(one, ""))),
    ]


def _count_nobody_together(client: Client, target: Target) -> None:
    """Whoever asks often is refused before anything is looked at: here everybody asks for the first time."""
    client.defaults["REMOTE_ADDR"] = f"10.{randbelow(256)}.{randbelow(256)}.{randbelow(256)}"
    limits.forget()
    if target.route.name in ("identity:sign_in", "identity:own_password", "identity:confirm_me"):
        with common(write=True):
            SignInTries.objects.all().delete()


def _read(data: bytes) -> str:
    """The text of a page, or what is packed in an archive: when it was packed stands in its bytes."""
    return text_of(data) if data[:2] == b"PK" else data.decode("utf-8", "replace")


def _give_keys(client: Client, target: Target, things: Mapping[str, str], here: Town) -> None:
    """Who holds the keys to a draft or an application tries them at others, too."""
    if "HTTP_APPLICATION_TOKEN" in client.defaults:
        is_draft = "draft_id" in target.names()
        client.defaults["HTTP_APPLICATION_TOKEN"] = here.secrets["draft_id" if is_draft else "submission_id"]
    for name, cookie_name in COOKIES.values():
        own = cookie_name(UUID(here.things[name]))
        if own in client.cookies:
            client.cookies[cookie_name(UUID(things[name]))] = client.cookies[own].value


def _path(target: Target, things: Mapping[str, str]) -> str:
    path = "/" + PART.sub(lambda part: (GLOBAL | dict(things))[part[1]], target.route.pattern)
    query = filled(target.entry.query, things)
    return f"{path}?{urlencode(query)}" if query else path


def _body(target: Target, method: str, things: Mapping[str, str]) -> tuple[Any, str]:
    """Data and media type."""
    if method not in WITH_BODY:
        return b"", ""
    values = filled(target.entry.body, things)
    if any(isinstance(value, bytes) for value in values.values()):
        return encode_multipart(BOUNDARY, {name: _part(value) for name, value in values.items()}), MULTIPART_CONTENT
    if target.route.pattern.startswith("api/"):
        return json.dumps(values), "application/json"
    return urlencode(values), "application/x-www-form-urlencoded"


def _part(value: Any) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("Schein.pdf", value) if isinstance(value, bytes) else value


def _headers(target: Target) -> dict[str, str]:
    is_api = target.route.pattern.startswith("api/")
    return {"HTTP_IDEMPOTENCY_KEY": str(uuid4())} if is_api else {}
