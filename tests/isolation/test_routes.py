"""Another town's things answer exactly as things that do not exist: for everybody, on every route, byte by byte."""

import json
import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.test import Client

from tests.architecture.routes import Route, routes
from tests.isolation.world import Town, made

pytestmark = pytest.mark.db

# Parts of addresses that name nothing of an authority: the same in every town, or of the demo as a whole.
GLOBAL = {
    "slug": "bewohnerparkausweis",
    "page_id": "antrag",
    "act": "waive",
    "mail_name": "0",
    "name": "x",
    "rest": "x",
}
POSTED = {"version": "1", "outcome": "granted", "text": "x", "choice": "pay", "declared": "yes", "word": "x"}
BODIES = {
    "ask_back": {"version": 1, "items": [{"kind": "question", "text": "Seit wann?"}]},
    "decide": {"version": 1, "outcome": "granted"},
}
PART = re.compile(r"<(?:\w+:)?(\w+)>")


@pytest.fixture
def towns(authority, neighbour, tmp_path) -> tuple[Town, Town]:
    """Weißenburg, where everybody looks, and München, whose things they look for."""
    return made(authority, tmp_path), made(neighbour, tmp_path)


def unknown(names: list[str], like: Town) -> dict[str, str]:
    """Names of things that exist nowhere, of the same form."""
    shapes = {
        "number": "WEI-2026-2222-2222",
        "key": "0" * len(like.things["key"]),
        "token": "x" * len(like.things["token"]),
    }
    return {name: shapes.get(name, str(uuid4())) for name in names}


def ask(client: Client, route: Route, method: str, parts: dict[str, str]) -> tuple[int, str]:
    """Status and body, without what differs in every answer: the names asked for and the token of the form."""
    path = "/" + PART.sub(lambda part: (GLOBAL | parts)[part[1]], route.pattern)
    if route.pattern.startswith("api/"):
        key = {"HTTP_IDEMPOTENCY_KEY": str(uuid4())}
        body = json.dumps(BODIES.get(route.name.split(":")[1], {}))
        answer = client.generic(method.upper(), path, body, content_type="application/json", **key)
    else:
        answer = client.get(path) if method == "get" else client.post(path, POSTED)
    text = answer.getvalue().decode("utf-8", "replace") + answer.headers.get("Location", "")
    for value in parts.values():
        text = text.replace(value, "…")
    return answer.status_code, re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", text)


def targets() -> list[tuple[Route, list[str]]]:
    """Routes that name a thing of an authority, with the names in them."""
    found = []
    for route in routes():
        names = [name for name in PART.findall(route.pattern) if name not in GLOBAL]
        if names and names != ["version_id"]:
            found.append((route, names))
    return found


def methods(route: Route) -> list[str]:
    if route.name in ("api:remove_draft",):
        return ["delete"]
    if route.name in ("api:ask_back", "api:decide", "api:add_attachment"):
        return ["post"]
    return ["get", "post"] if route.answers_get else ["post"]


def mixtures(names: list[str], here: Town, there: Town) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """(the neighbour's things, unknown things): all of them foreign, and an own outer one with a foreign inner one."""
    free = [name for name in names if name != "version_id"]
    fixed = {name: there.things[name] for name in names if name == "version_id"}
    nowhere = unknown(free, there)
    yield {**{name: there.things[name] for name in free}, **fixed}, {**nowhere, **fixed}
    if len(free) > 1:
        outer, inner = free[0], free[-1]
        own = {outer: here.things[outer]}
        yield {**own, inner: there.things[inner]}, {**own, inner: nowhere[inner]}


def test_the_neighbours_things_look_like_things_that_do_not_exist(towns):
    here, there = towns
    lookers = {"anybody": here.browser, "citizen": here.citizen, "clerk": here.clerk, "system": here.system}
    differences = []
    for route, names in targets():
        for method in methods(route):
            for foreign, nowhere in mixtures(names, here, there):
                for who, looker in lookers.items():
                    seen, expected = (ask(looker(), route, method, parts) for parts in (foreign, nowhere))
                    if seen != expected or seen[0] < 300:
                        differences.append(f"{who}: {method} {route.pattern} {seen[0]} against {expected[0]}")
    assert differences == []


def test_keys_of_the_neighbour_open_nothing_here(towns):
    """A colleague of München with her session, a citizen with her secrets, a system with its token, at Weißenburg's host."""
    here, there = towns
    there.slug = here.slug
    opened = []
    for route, names in targets():
        if route.name == "payments:simulator":
            continue  # its key is the secret; the page shows nothing but an amount
        for name, looker in {"citizen": there.citizen, "clerk": there.clerk, "system": there.system}.items():
            for town in (here, there):
                things = {one: town.things[one] for one in names}
                for method in methods(route):
                    status, _text = ask(looker(), route, method, things)
                    if status < 300 or status >= 500:
                        opened.append(f"{name}: {method} {route.pattern} {status}")
    assert opened == []


def test_at_home_the_same_addresses_do_answer(towns):
    """Without this, the tests above could pass because an address is wrong."""
    _here, there = towns
    lookers = {"citizen": there.citizen, "clerk": there.clerk, "system": there.system}
    silent = []
    for route, names in targets():
        things = {name: there.things[name] for name in names}
        if "get" not in methods(route) or route.name in {"cases:confirm", "catalog:upgrade"}:
            continue
        statuses = {who: ask(looker(), route, "get", things)[0] for who, looker in lookers.items()}
        leads_on = route.name in {"portal:resume", "cases:open_view"}
        if not any(status < 400 and (status < 300 or leads_on) for status in statuses.values()):
            silent.append(f"{route.pattern} {statuses}")
    assert silent == []
