"""Every building block on one page: nothing for axe to find, nothing refused by the policy, nothing cut off."""

import json
from collections.abc import Iterator

import gallery
import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from stadttor.core.languages import LANGUAGES
from stadttor.ground.web.language import speaking

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
VIEWS = [
    ("/", "de", "light", 320),
    ("/", "ar", "light", 1280),
    ("/", "uk", "dark", 1280),
    ("/", "ar", "dark", 320),
    ("/desk", "de", "light", 1280),
    ("/desk", "tr", "dark", 320),
    ("/confirm", "de", "light", 320),
]


@pytest.fixture(scope="module")
def address(assets: None) -> Iterator[str]:
    with gallery.served() as base:
        yield base


def request() -> HttpRequest:
    return RequestFactory().get("/")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_block_renders_in_every_language(tag):
    with speaking(tag):
        text = gallery.page(request()).content.decode()

    assert f'lang="{tag}"' in text
    assert f'dir="{LANGUAGES[tag].direction}"' in text


def test_no_block_needs_inline_script_or_style():
    text = gallery.page(request()).content.decode()

    assert "style=" not in text
    assert " on" + "click=" not in text
    assert "<style" not in text


def test_an_answer_cannot_become_markup():
    from stadttor.ground.web.blocks import Field
    from stadttor.ground.web.environment import environment

    source = '{% from "kern/fields.html" import field %}{{ field(f) }}'
    for kind in ("text", "textarea", "date", "address", "file", "select"):
        field = Field(kind, 'a"><script>', '<b onload="x">', error="<i>", help="<u>", options=())
        text = environment().from_string(source).render(f=field)
        assert "<script>" not in text
        assert "<b " not in text
        assert "<i>" not in text
        assert "<u>" not in text


@pytest.mark.browser
@pytest.mark.parametrize(("path", "language", "scheme", "width"), VIEWS)
def test_nothing_to_find(chromium, axe, address, path, language, scheme, width):
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 900}, bypass_csp=False)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("response", lambda response: response.status >= 400 and said.append(response.url))

    page.goto(f"{address}{path}?lang={language}")
    page.wait_for_load_state("networkidle")
    page.evaluate(axe)
    found = page.evaluate(f"axe.run({json.dumps(RULES)})")
    wider_than_screen = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    context.close()

    assert said == []
    assert [(rule["id"], node["html"][:160]) for rule in found["violations"] for node in rule["nodes"]] == []
    assert wider_than_screen <= 0


@pytest.mark.browser
def test_the_check_itself_finds_a_field_without_label(chromium, axe, address):
    page = chromium.new_page()
    page.goto(f"{address}/confirm?lang=de")
    page.evaluate("document.querySelector('label').remove()")
    page.evaluate(axe)
    found = page.evaluate(f"axe.run({json.dumps(RULES)})")
    page.close()

    assert "label" in [rule["id"] for rule in found["violations"]]


@pytest.mark.browser
def test_a_clerk_walks_through_a_list_by_keyboard(chromium, address):
    page = chromium.new_page()
    page.goto(f"{address}/desk")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")

    second = page.locator("tr[data-row]").nth(1)
    assert second.locator("th a").evaluate("link => link === document.activeElement")
    assert second.locator("input").is_checked()

    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/vorgang/0")
    page.close()


@pytest.mark.browser
def test_the_error_summary_leads_to_the_field(chromium, address):
    page = chromium.new_page()
    page.goto(f"{address}/?lang=de")
    assert page.evaluate("document.activeElement.id") == "error-summary"

    page.get_by_role("link", name="Geburtsdatum").click()
    page.wait_for_function("location.hash === '#f-person-geburt'")
    assert page.locator(":target").get_attribute("name") == "person.geburt.day"
    page.close()


@pytest.mark.browser
def test_another_language_is_two_steps_away_without_script(chromium, address):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/?lang=de&q=parken")
    page.get_by_text("Deutsch").first.click()
    page.get_by_role("link", name="العربية").click()

    assert page.locator("html").get_attribute("dir") == "rtl"
    assert "q=parken" in page.url
    context.close()
