"""While a person types, questions appear and disappear in a real browser as the server would decide."""

import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stadttor.core.digits import western
from stadttor.forms.browser import conditions_text
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import Filled

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "stadttor" / "forms" / "assets" / "conditions.js"
BUNDLER = ROOT / "node_modules" / ".bin" / "esbuild"
TODAY = date(2026, 11, 22)

FORM = {
    "pages": [
        {
            "id": "hund",
            "groups": [
                {
                    "id": "hund",
                    "fields": [
                        {"id": "art", "type": "select", "options": ["an", "ab"]},
                        {"id": "geboren", "type": "date", "show_if": "a.hund.art == 'an'"},
                        {"id": "alter", "type": "integer", "show_if": "a.hund.geboren != '' && a.hund.geboren < today"},
                        {"id": "grund", "type": "text", "required": "a.hund.alter > 10"},
                    ],
                },
                {
                    "id": "hinweis",
                    "fields": [{"id": "alt", "type": "info", "show_if": "a.hund.alter > 10"}],
                },
                {
                    "id": "halter",
                    "repeat": {"min": 2, "max": 3},
                    "fields": [
                        {"id": "fremd", "type": "boolean"},
                        {"id": "name", "type": "name", "show_if": "item.fremd"},
                    ],
                },
            ],
            "checks": [{"if": "a.halter.all(h, h.fremd)", "refuse": "hund.grund", "text": "alle_fremd"}],
        }
    ]
}

INPUTS = {
    "hund.art": '<select name="hund.art"><option value=""></option><option>an</option><option>ab</option></select>',
    "hund.geboren": "".join(f'<input name="hund.geboren.{part}">' for part in ("day", "month", "year")),
    "hund.alter": '<input name="hund.alter">',
    "hund.grund": '<input name="hund.grund"><i data-optional="hund.grund">optional</i>'
    '<b data-check="hund.grund.alle_fremd" hidden>!</b>',
}
INPUTS["hinweis.alt"] = "Er ist alt."
for index in (0, 1):
    radios = (f'<input type="radio" name="halter.{index}.fremd" value="{value}">' for value in ("true", "false"))
    INPUTS[f"halter.{index}.fremd"] = "".join(radios)
    INPUTS[f"halter.{index}.name"] = f'<input name="halter.{index}.name">'


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    chromium = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    if not chromium or not BUNDLER.exists():
        pytest.skip("no Chromium or no node_modules (npm ci) on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield running
        running.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    bundle = [BUNDLER, SCRIPT, "--bundle", "--format=iife", "--global-name=conditions", "--log-level=error"]
    script = subprocess.run(bundle, capture_output=True, text=True, check=True, timeout=60).stdout
    filled = Filled(parse_form(FORM, {}), {}, {}, TODAY)
    data = conditions_text(filled, filled.definition.pages[0])
    boxes = "".join(
        f'<section data-group="{name.split(".")[0]}"><div data-field="{name}">{html}</div></section>'
        for name, html in INPUTS.items()
    )
    page = browser.new_page()
    page.set_content(f'<form>{boxes}</form><script type="application/json" id="form-conditions">{data}</script>')
    page.add_script_tag(content=f"{script}; window.said = []; conditions.wirePage(document, text => said.push(text))")
    yield page
    page.close()


def shown(page: Any, name: str) -> bool:
    return bool(page.locator(f'[data-field="{name}"]').is_visible())


def be_born(page: Any, day: str, month: str, year: str) -> None:
    page.select_option('[name="hund.art"]', "an")
    for part, value in (("day", day), ("month", month), ("year", year)):
        page.fill(f'[name="hund.geboren.{part}"]', value)


pytestmark = pytest.mark.browser


def test_a_field_waits_for_its_condition(page: Any) -> None:
    assert not shown(page, "hund.geboren")
    page.select_option('[name="hund.art"]', "an")
    assert shown(page, "hund.geboren")


def test_a_date_in_parts_is_compared_as_a_date(page: Any) -> None:
    be_born(page, "5", "3", "2020")
    assert shown(page, "hund.alter")
    be_born(page, "5", "3", "2030")
    assert not shown(page, "hund.alter")


@pytest.mark.parametrize(
    "digits", ["٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "0123456789"]
)
def test_the_browser_understands_digits_as_the_server_does(page: Any, digits: str) -> None:
    assert page.evaluate("typed => conditions.western(typed)", digits) == western(digits) == "0123456789"


def test_answers_in_digits_of_another_script_decide_at_once(page: Any) -> None:
    be_born(page, "٥", "٣", "٢٠١٠")
    assert shown(page, "hund.alter")
    page.fill('[name="hund.alter"]', "١٦ jahre")
    assert page.locator('[name="hund.grund"]').evaluate("input => input.required")


def test_a_hidden_answer_decides_nothing(page: Any) -> None:
    be_born(page, "5", "3", "2020")
    page.select_option('[name="hund.art"]', "ab")
    assert not shown(page, "hund.alter")


def test_a_field_becomes_required_and_optional_again(page: Any) -> None:
    be_born(page, "5", "3", "2010")
    assert page.locator("[data-optional]").is_visible()
    page.fill('[name="hund.alter"]', "16")
    assert page.locator('[name="hund.grund"]').evaluate("input => input.required")
    assert not page.locator("[data-optional]").is_visible()
    page.fill('[name="hund.alter"]', "")
    assert not page.locator('[name="hund.grund"]').evaluate("input => input.required")


def test_a_note_that_appears_is_said_once(page: Any) -> None:
    """Report: notes that appear were in no live region."""
    be_born(page, "5", "3", "2010")
    assert page.evaluate("said") == []
    page.fill('[name="hund.alter"]', "12")
    page.fill('[name="hund.grund"]', "x")
    assert page.evaluate("said") == ["Er ist alt."]


def test_a_group_of_hidden_fields_has_no_heading(page: Any) -> None:
    group = page.locator('[data-group="hinweis"]')
    assert not group.is_visible()
    be_born(page, "5", "3", "2010")
    page.fill('[name="hund.alter"]', "12")
    assert group.is_visible()


def test_elements_of_a_repeated_group_are_judged_one_by_one(page: Any) -> None:
    page.check('[name="halter.1.fremd"][value="true"]')
    assert shown(page, "halter.1.name")
    assert not shown(page, "halter.0.name")


def test_a_check_speaks_as_soon_as_it_holds(page: Any) -> None:
    page.check('[name="halter.0.fremd"][value="true"]')
    assert not page.locator("[data-check]").is_visible()
    page.check('[name="halter.1.fremd"][value="true"]')
    assert page.locator("[data-check]").is_visible()
