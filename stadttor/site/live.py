"""The live process: Server-Sent Events for signed-in staff, fed by one LISTEN connection. Comfort only: it may be down.

`GET /events/cases` on a town's host, with the cookie of a clerk, sends the id of what changed; of a case under tax
secrecy only members of the unit in charge hear (§ 30 AO). Before each event and with each sign of life the session is looked
at again: whoever signed out or lost the role hears nothing more.
"""

import asyncio
import contextlib
import json
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any, TypeVar
from uuid import UUID

import psycopg
import uvicorn
from asgiref.sync import sync_to_async
from django.conf import settings

from stadttor.ground import authorities
from stadttor.ground.live import CHANNEL
from stadttor.ground.web import cookies
from stadttor.identity import queries as identity
from stadttor.site import hearing
from stadttor.site.hearing import TOPICS, Listener

T = TypeVar("T")
Send = Callable[[dict[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[Any]]
HEARTBEAT_S = 20
MOST_WAITING = 100
# A browser opens six connections to a host; a colleague may use several. Beyond it her pages work without live updates.
MOST_OF_SESSION = 12
MOST_OF_AUTHORITY = 2_000
GUARDS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
]
"""With every answer: nothing here is a page."""
RETRY, STILL_HERE = b"retry: 3000\n\n", b": still here\n\n"


@dataclass(frozen=True)
class Change:
    """An id, and the units for which alone it exists, if it is not there for all."""

    id: str
    only: frozenset[UUID] | None


@dataclass(eq=False)
class Stream:
    """An open connection; `changed` holds what waits to be sent."""

    listener: Listener
    changed: "asyncio.Queue[Change]" = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))


_open: dict[tuple[str, str], set[Stream]] = defaultdict(set)


async def application(scope: dict[str, Any], receive: Receive, send: Send) -> None:
    """The ASGI application: one path, events until the browser goes or may listen no more."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
    listener = await _outside(_listener, scope["path"].removeprefix("/events/"), headers)
    status = await hearing.status(listener) if listener else 404
    if listener is None or status != 200:
        await _answer(send, status)
    elif _is_crowded(listener):
        await _answer(send, 429)
    else:
        origin = headers.get("origin", "")
        await _stream(listener, origin if _is_own(origin, headers["host"]) else "", receive, send)


async def _outside(function: Callable[..., T], *arguments: Any) -> T:
    """What asks the database, in a thread of its own."""
    return await sync_to_async(function, thread_sensitive=False)(*arguments)


async def _answer(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": GUARDS})
    await send({"type": "http.response.body", "body": b""})


def _listener(topic: str, headers: dict[str, str]) -> Listener | None:
    """Who asks for a topic on the host of an authority, none without a cookie."""
    host = _name_of(headers.get("host", ""))
    slug = host.removesuffix(f".{settings.STADTTOR_DOMAIN}")
    if slug == host or topic not in TOPICS:
        return None
    with contextlib.suppress(CookieError):
        token = SimpleCookie(headers.get("cookie", "")).get(cookies.named(identity.STAFF_COOKIE))
        authority = authorities.by_slug(slug)
        if token and authority:
            return Listener(authority.id, topic, identity.hashed(token.value))
    return None


def _is_crowded(listener: Listener) -> bool:
    """Whether a session, or an authority as a whole, listens often enough."""
    here = [one.listener for one in _open[_key(listener)]]
    return len(here) >= MOST_OF_AUTHORITY or here.count(listener) >= MOST_OF_SESSION


def _key(listener: Listener) -> tuple[str, str]:
    return str(listener.authority_id), listener.topic


async def _stream(listener: Listener, origin: str, receive: Receive, send: Send) -> None:
    headers = [*GUARDS, (b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no")]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode()),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"Origin"),
        ]
    stream = Stream(listener)
    _open[_key(listener)].add(stream)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": RETRY, "more_body": True})
        while (said := await _next(stream, gone)) is not None:
            await send({"type": "http.response.body", "body": said, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        _open[_key(listener)].discard(stream)


async def _next(stream: Stream, gone: "asyncio.Task[None]") -> bytes | None:
    """What to send next: all that changed, or a sign of life. None when the browser went or may listen no more."""
    waiting = asyncio.create_task(stream.changed.get())
    await asyncio.wait({waiting, gone}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
    if gone.done():
        return None
    standing = await hearing.standing(stream.listener)
    if standing.status != 200:
        return None
    changed = [waiting.result()] if waiting.done() and not waiting.cancelled() else []
    while not stream.changed.empty():
        changed.append(stream.changed.get_nowait())
    # Many changes within a moment are one question of the browser.
    heard = dict.fromkeys(one.id for one in changed if standing.hears(one.only))
    return "".join(f"data: {one}\n\n" for one in heard).encode() or STILL_HERE


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _is_own(origin: str, host: str) -> bool:
    """Only the same town's pages, from whatever port: another town's script must not read along."""
    return _name_of(origin.split("://")[-1]) == _name_of(host)


def _name_of(host: str) -> str:
    """The name without port, as the web compares it."""
    return host.split(":")[0].lower().rstrip(".")


async def _listen() -> None:
    """Pass on what the database announces; reconnects when it was away."""
    while True:
        with contextlib.suppress(psycopg.Error):
            async with await psycopg.AsyncConnection.connect(
                os.environ["STADTTOR_DATABASE_URL"], autocommit=True
            ) as link:
                await link.execute(f"LISTEN {CHANNEL}")
                async for note in link.notifies():
                    _pass_on(note.payload)
        await asyncio.sleep(1)


def _pass_on(payload: str) -> None:
    try:
        told = json.loads(payload)
        key = (str(told["authority"]), str(told["topic"]))
        only = frozenset(UUID(one) for one in told["only"]) if "only" in told else None
        change = Change(str(told["id"]), only)
    except (ValueError, KeyError, TypeError):
        return  # not ours; the listener must go on
    for stream in _open.get(key, ()):
        with contextlib.suppress(asyncio.QueueFull):
            stream.changed.put_nowait(change)


async def _lifespan(receive: Receive, send: Send) -> None:
    listener: asyncio.Task[None] | None = None
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            listener = asyncio.create_task(_listen())
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            if listener:
                listener.cancel()
            await send({"type": "lifespan.shutdown.complete"})
            return


def run() -> int:
    """Until SIGTERM, on STADTTOR_LIVE_PORT of the loopback interface; a reverse proxy leads `/events/` here."""
    port = int(os.environ.get("STADTTOR_LIVE_PORT", "8001"))
    uvicorn.run(application, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=2)
    return 0
