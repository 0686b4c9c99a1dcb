"""Another town's things answer exactly as things that do not exist: for everybody, on every route, byte by byte.

`ROW=isolation make safety` asks at every route by every method; here are those routes that name something in their path,
by the methods of a browser.
"""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from importlib import import_module

import psycopg
import pytest

from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER
from stadttor.identity.queries import tokens
from stadttor.insights.services import visiting
from stadttor.site.api.app import api
from tests.architecture.routes import routes
from tests.isolation import asking, events
from tests.isolation.asking import Asking, lookers
from tests.isolation.table import ENTRIES, NOTHING_MORE, PART, Target, entries_of, targets
from tests.isolation.world import Town, made, steer
from tests.measuring.lines import Lines, read
from tests.safety import isolation
from tests.safety.isolation.watching import Watch
from tests.safety.running import RowLines

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
IN_BROWSERS = ("get", "post")


@pytest.fixture
def towns(authority, neighbour) -> tuple[Town, Town]:
    """Weißenburg, where everybody looks, and München, whose things they look for."""
    both = made(authority), made(neighbour)
    for town in both:
        steer(town)
    return both


KEPT = tuple(
    import_module(f"stadttor.{name}")
    for name in (
        "ground.authorities", "tenancy.queries.profiles", "tenancy.queries.places", "tenancy.queries.membership",
        "tenancy.queries.agreements",        "catalog.queries.adopted", "appointments.queries",
    )
)  # fmt: skip
"""Where a process keeps for seconds what it has read; each counts by its own KEEP_S."""


@pytest.fixture
def steady(monkeypatch):
    """What is kept is kept until the end: on a slow machine it ran out in the middle of each pair of requests."""
    for module in KEPT:
        monkeypatch.setattr(module, "KEEP_S", 3_600.0)
    monkeypatch.setattr(visiting, "EVERY_S", 3_600.0)
    yield
    for module in KEPT:
        getattr(module, "forget", lambda: None)()


@pytest.fixture
def lines(tmp_path):
    return RowLines(Lines(tmp_path / "raw"), "isolation")


def outcome(tmp_path):
    return isolation.outcome(list(read(tmp_path / "raw", "safety-isolation")))


def test_every_route_stands_in_the_table_and_nothing_else():
    names = {route.name for route in routes()}
    assert {target.route.name for target in targets()} == names
    assert set(ENTRIES) | NOTHING_MORE == names
    assert set(ENTRIES) & NOTHING_MORE == set()


def test_the_url_table_that_the_row_writes_down_is_djangos_and_the_table_holds_all_of_it():
    assert set(isolation.urls()) == {route.pattern for route in (*routes(), *events.ROUTES)}
    assert set(isolation.urls()) == {target.route.pattern for target in (*targets(), *events.targets())}


def test_a_route_without_an_entry_is_an_error():
    with pytest.raises(LookupError, match="portal:new"):
        entries_of(replace(routes()[0], name="portal:new"))


def test_a_roll_out_is_asked_for_by_the_neighbours_number():
    """Report: it was "1" everywhere, so that the neighbour's was never tried."""
    asked = {target.route.name for target in targets() if "rollout" in target.in_path}
    left = {"cockpit:left", "cockpit:left_csv", "cockpit:left_xlsx"}
    assert asked == {"cockpit:rollout", "cockpit:act", "rollout:upgrade"} | left


def test_every_operation_of_the_description_is_a_route_and_every_id_in_it_is_asked_for():
    """The OpenAPI description names ids in path, query and body; the table must put somebody else's in their place."""
    described = api.get_openapi_schema()
    by_path = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{one.route.pattern}"): one for one in targets()}
    missing = []
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            asked = _asked(by_path[path]) if path in by_path else set()
            ids = _ids(described, operation)
            missing += [f"{method} {path}: {name}" for name in ids if name not in asked]
            missing += [f"{method} {path}"] * (path not in by_path)
    assert missing == []


def _asked(target: Target) -> set[str]:
    """Where the table puts names: parts of the path, keys of query and body."""
    return {*PART.findall(target.route.pattern), *target.entry.query, *target.entry.body}


def _ids(described, operation) -> set[str]:
    """Parameters and properties that hold a UUID."""
    found = {one["name"] for one in operation.get("parameters", []) if '"uuid"' in json.dumps(one["schema"])}
    for content in operation.get("requestBody", {}).get("content", {}).values():
        reference = content["schema"].get("$ref", "").rpartition("/")[2]
        schema = described["components"]["schemas"][reference] if reference else content["schema"]
        found |= {name for name, one in schema["properties"].items() if '"uuid"' in json.dumps(one)}
    return found


@pytest.mark.parametrize("token", ["x" * 43, "-" + "x" * 42, "x" * 42 + "-"])
def test_a_token_made_anew_is_no_difference_wherever_its_hyphens_are(token):
    """Report: one in thirty answers with a token counted as a leak."""
    masked = {word: pattern for pattern, word in asking._FRESH}["token"]
    assert masked.sub("token", f'"{token}"') == '"token"'
    assert masked.sub("token", f'"{token}x"') == f'"{token}x"'


@pytest.mark.db
def test_the_neighbours_things_look_like_things_that_do_not_exist(steady, towns, lines, tmp_path):
    asking, who = Asking(*towns), lookers(*towns)
    named = [one.route.name for one in targets() if one.in_path]
    chosen = {role: who[role] for role in ("citizen", "clerk", "organiser", "system", "steering")}
    isolation.attack(asking, chosen, lines, wanted=named, methods=IN_BROWSERS)
    found = outcome(tmp_path)
    assert found.broken == ()
    patterns = {one.route.pattern for one in targets() if one.in_path}
    assert found.figures["routes_checked"] == len(patterns) * len(IN_BROWSERS) * len(chosen)
    # And a guard that is gone is noticed: in the clerk's place somebody who may see München's case and document.
    noticed = RowLines(Lines(tmp_path / "noticed" / "raw"), "isolation")
    isolation.attack(asking, {"clerk": towns[1].clerk}, noticed, wanted=["cases:case"], methods=["get"])
    assert outcome(tmp_path / "noticed").figures["leaks"] == 2


@pytest.mark.db
def test_what_a_register_answered_is_shown_to_her_and_unknown_to_the_neighbours_citizen(towns):
    """Report: nobody had such an answer, so that the same refusal elsewhere proved nothing."""
    here, there = towns
    preview = next(one for one in targets() if one.route.name == "portal:retrieved")
    shown = there.citizen().get(f"/antrag/{there.things['draft_id']}/abruf/fahrzeug.zb1/vorschau")
    assert (shown.status_code, shown.getvalue()[:5]) == (200, b"%PDF-")
    ask, whose = Asking(here, there), frozenset({"draft_id"})
    theirs, nothing = (ask.seen(here.citizen(), preview, "get", of, whose) for of in (there.things, ask.nowhere))
    assert (theirs.status, theirs.text) == (nothing.status, nothing.text)
    assert theirs.status == 404


@pytest.mark.db
def test_the_live_process_tells_strangers_the_same_and_nobody_changes_the_neighbours_rows(
    towns, lines, tmp_path, database
):
    """The neighbour's session is as good as one of nobody; and a row of hers that changed is noticed."""
    here, there = towns
    topics = [route.name for route in events.ROUTES]
    address = changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER)
    with psycopg.connect(address, autocommit=True) as admin:
        watch = Watch(admin, there.authority_id)
        isolation.attack(Asking(here, there), lookers(here, there), lines, wanted=topics, methods=["get"], watch=watch)
        assert outcome(tmp_path).broken == ()
        admin.execute("UPDATE cases_case SET title = 'x' WHERE authority_id = %s", [there.authority_id])
        assert watch.changed() == ["cases_case"]
        assert watch.changed() == []
    assert events.heard(here.clerk(), "events/cases", "get", {}).status == 200


@pytest.mark.db
def test_keys_and_names_of_the_neighbour_do_nothing_here(towns):
    assert forgotten_fields(*towns) == set()
    assert opened_by_keys(*towns) == []
    here, there = towns
    here.colleague("kern").post("/desk/tokens", {"revoke": there.things["token_id"]})
    here.colleague("olsen").post(f"/desk/cases/views/{there.things['filter_id']}/remove")
    assert [row.revoked for row in tokens(there.authority_id)] == [None, None]
    assert there.colleague("olsen").get(f"/desk/cases/views/{there.things['filter_id']}").status_code == 303


def opened_by_keys(here, there):
    """A colleague of München with her session, a citizen with her secrets, a system with its token, at Weißenburg's host."""
    stranger = replace(there, slug=here.slug)
    asked = [(own, Asking(stranger, own)) for own in (here, there)]
    opened = []
    for target in targets():
        # The simulator's key is the secret, and its page shows nothing but an amount; metadata are for everybody.
        if not target.in_path or target.route.name in ("payments:simulator", "identity:account_metadata"):
            continue
        for name, looker in {"citizen": stranger.citizen, "clerk": stranger.clerk, "system": stranger.system}.items():
            for own, theirs in asked:
                for method in IN_BROWSERS:
                    seen = theirs.seen(looker(), target, method, own.things, frozenset(target.names()))
                    # What is in the link opens at its own town for whoever has it: an invitation, the code of an opinion.
                    at_home = target.route.name in ("identity:invitation", "portal:opinion") and own is here
                    if (seen.status < 300 and not at_home) or seen.status >= 500:
                        opened.append(f"{name}: {method} {target.route.pattern} {seen.status}")
    return opened


@pytest.mark.db
def test_at_home_the_same_addresses_do_answer(towns, lines, tmp_path):
    """Without this, the tests above could pass because an address is wrong."""
    here, there = towns
    isolation.at_home(Asking(there, here), lines)
    assert [fault for fault in outcome(tmp_path).broken if "at home" in fault] == []


class Fields(HTMLParser):
    """The names of fields in a page's forms that hold an id."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self._action = self._select = ""

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self._action = given.get("action") or ""
        if tag == "select":
            self._select = given.get("name") or ""
        name = self._select if tag == "option" else given.get("name") or ""
        if tag in ("input", "option", "button", "select") and name and UUID.fullmatch(given.get("value") or ""):
            self.found.add((self._action, name))


def forgotten_fields(here, there):
    """What a form sends with an id in it must stand in the table, at whichever route it is sent to."""
    asking = Asking(here, there)
    known = {key for one in targets() for key in (*one.entry.query, *one.entry.body)}
    unknown = set()
    for target in targets():
        for looker in (here.citizen, here.clerk):
            page = Fields()
            page.feed(asking.seen(looker(), target, "get", {}, frozenset()).raw)
            unknown |= {(target.route.name, *one) for one in page.found if one[1] not in known}
    return unknown
