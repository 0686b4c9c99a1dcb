"""The live process: Server-Sent Events for signed-in staff, fed by one LISTEN connection. Comfort only: it may be down.

`GET /events/cases` on a town's host, with the cookie of a member, sends the id of what changed.
"""

import asyncio
import contextlib
import json
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from http.cookies import CookieError, SimpleCookie
from typing import Any
from uuid import UUID

import psycopg
import uvicorn
from asgiref.sync import sync_to_async
from django.conf import settings

from stadttor.ground import authorities
from stadttor.ground.clock import now
from stadttor.ground.live import CHANNEL
from stadttor.identity import queries as identity

Send = Callable[[dict[str, Any]], Awaitable[None]]
HEARTBEAT_S = 20
MOST_WAITING = 100
TOPICS = frozenset({"cases"})

_waiting: dict[tuple[str, str], set[asyncio.Queue[str]]] = defaultdict(set)


async def application(scope: dict[str, Any], receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    """The ASGI application: one path, events until the browser goes."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    topic = scope["path"].removeprefix("/events/")
    headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
    authority_id = await sync_to_async(_authority_of, thread_sensitive=False)(headers)
    if topic not in TOPICS or authority_id is None:
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    origin = headers.get("origin", "")
    await _stream(str(authority_id), topic, origin if _is_own(origin, headers["host"]) else "", receive, send)


def _authority_of(headers: dict[str, str]) -> UUID | None:
    """The authority of the host, if the cookie is that of one of its members."""
    host = _name_of(headers.get("host", ""))
    slug = host.removesuffix(f".{settings.STADTTOR_DOMAIN}")
    if slug == host:
        return None
    with contextlib.suppress(CookieError):
        token = SimpleCookie(headers.get("cookie", "")).get(identity.STAFF_COOKIE)
        authority = authorities.by_slug(slug)
        if token and authority and identity.staff_of(token.value, authority.id, now()):
            return authority.id
    return None


async def _stream(authority: str, topic: str, origin: str, receive: Callable[[], Awaitable[Any]], send: Send) -> None:
    headers = [(b"content-type", b"text/event-stream"), (b"cache-control", b"no-store"), (b"x-accel-buffering", b"no")]
    if origin:
        headers += [
            (b"access-control-allow-origin", origin.encode()),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"Origin"),
        ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    queue: asyncio.Queue[str] = asyncio.Queue(MOST_WAITING)
    _waiting[authority, topic].add(queue)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        await send({"type": "http.response.body", "body": b"retry: 3000\n\n", "more_body": True})
        while not gone.done():
            await send({"type": "http.response.body", "body": await _next(queue), "more_body": True})
    finally:
        gone.cancel()
        _waiting[authority, topic].discard(queue)


async def _next(queue: "asyncio.Queue[str]") -> bytes:
    try:
        changed = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
    except TimeoutError:
        return b": still here\n\n"
    return f"data: {changed}\n\n".encode()


async def _until_gone(receive: Callable[[], Awaitable[Any]]) -> None:
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
    except (ValueError, KeyError, TypeError):
        return  # not ours; the listener must go on
    for queue in _waiting.get(key, ()):
        with contextlib.suppress(asyncio.QueueFull):
            queue.put_nowait(told["id"])


async def _lifespan(receive: Callable[[], Awaitable[Any]], send: Send) -> None:
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
