"""The live process as the table asks it: no server, the ASGI application itself, until its first words."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from stadttor.site import hearing, live
from tests.architecture.routes import Route
from tests.isolation.table import EVERYWHERE, Target

ROUTES = tuple(Route(f"live:{topic}", f"events/{topic}", live.application, ()) for topic in (*hearing.TOPICS, "x"))
"""Each topic, and one that there is not."""


def targets() -> list[Target]:
    """One way to ask at each: nothing in its address names anything, so it is sent everything."""
    return [Target(route, 0, EVERYWHERE) for route in ROUTES]


@dataclass
class Heard:
    """One answer of the live process."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def heard(client: Client, path: str, method: str, query: Mapping[str, str]) -> Heard:
    """What this browser hears at once; it goes with the first words."""
    return _RUNNER.run(_heard(_scope(client, path, method, query)))


_RUNNER = asyncio.Runner()


def _scope(client: Client, path: str, method: str, query: Mapping[str, str]) -> dict[str, Any]:
    host = str(client.defaults.get("HTTP_HOST", "localhost"))
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())
    headers = {"host": host, "cookie": cookies, "origin": f"http://{host}"}
    if "HTTP_AUTHORIZATION" in client.defaults:
        headers["authorization"] = str(client.defaults["HTTP_AUTHORIZATION"])
    return {
        "type": "http", "path": f"/{path}", "method": method.upper(), "query_string": urlencode(query).encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip


async def _heard(scope: dict[str, Any]) -> Heard:
    answer, gone = Heard(), asyncio.Event()

    async def send(message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answer.body += message["body"]
            gone.set()

    async def receive() -> dict[str, str]:
        await gone.wait()
        return {"type": "http.disconnect"}

    await live.application(scope, receive, send)
    return answer
