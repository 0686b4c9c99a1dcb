"""Each page in each of its states: nothing for axe to find, nothing cut off at 320 pixels, no complaint of the browser."""

import json
from collections.abc import Iterator

import pytest
from states import NOT_PAGES, STATES, State, World

from tests.architecture.routes import routes

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CASES = [
    pytest.param(
        state, language, id=f"{route} {state.name} {language}", marks=[pytest.mark.slow] if language != "de" else []
    )
    for route, states in STATES.items()
    for state in states
    for language in ("de", *state.also)
]


def test_every_page_that_can_be_opened_has_a_state():
    openable = {route.name for route in routes() if route.answers_get and not route.pattern.startswith("api/v1")}
    openable -= {"api:", "api:api-root"}
    assert sorted(openable - STATES.keys() - NOT_PAGES.keys()) == []


def test_no_state_names_a_route_that_is_gone():
    names = {route.name for route in routes()}
    assert sorted((STATES.keys() | NOT_PAGES.keys()) - names) == []


@pytest.fixture(scope="module")
def world(product, chromium) -> Iterator[World]:
    made = World(chromium, product)
    yield made
    for visitor in made.people.values():
        visitor.close()


@pytest.mark.browser
@pytest.mark.parametrize(("state", "language"), CASES)
def test_nothing_to_find(world: World, axe: str, state: State, language: str):
    path = state.path(world)
    visitor = world.person(state.who)
    visitor.language = language
    visitor.complaints.clear()
    page = visitor.page
    page.set_viewport_size({"width": 320, "height": 900})
    try:
        visitor.open(state.town, path)
        assert visitor.status == state.status
        if state.do:
            state.do(page)
            page.wait_for_load_state("networkidle")
        page.evaluate(axe)
        found = page.evaluate(f"axe.run({json.dumps(RULES)})")
        wider_than_screen = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        tag = page.locator("html").get_attribute("lang")
    finally:
        visitor.language = "de"
        page.set_viewport_size({"width": 1280, "height": 900})

    assert [(rule["id"], node["html"][:160]) for rule in found["violations"] for node in rule["nodes"]] == []
    assert wider_than_screen <= 0
    assert tag == language
    assert visitor.complaints == []
