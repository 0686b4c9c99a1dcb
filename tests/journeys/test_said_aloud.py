"""What a screen reader hears on the form's pages: where the focus goes, and what is said when something changes."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import AMIRA, CAR, HOME, fill, photo
from tests.journeys.test_citizen import begin

pytestmark = pytest.mark.browser


def test_a_new_element_has_the_focus_and_a_name(amira):
    """Report: after adding a person the focus was on a nameless container before the first one."""
    page = amira.page
    amira.open("weissenburg", "/leistungen/fuehrungszeugnis")
    page.locator('main form[action$="/antrag"] button').first.click()
    page.wait_for_url("**/seite/**")
    draft = page.url.rpartition("/seite/")[0]
    page.goto(f"{draft}/seite/herkunft")
    page.locator('button[name="add_item"]').click()
    added = page.get_by_role("group", name="Staatsangehörigkeit 2")
    expect(added).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator('[name="staatsangehoerigkeit.1.staat"]')).to_be_focused()
    page.locator('button[name="remove_item"]').last.click()
    expect(page.get_by_role("group", name="Staatsangehörigkeit 1")).to_be_focused()


def test_a_file_announces_itself_before_and_after(amira, tmp_path):
    """Report: choosing a file sent the page without a word before (WCAG 3.2.2), and the new file was not announced."""
    page = amira.page
    begin(amira)
    for answers in ({"antrag.art": "neu"}, AMIRA, HOME):
        amira.fill(answers)
        amira.go_on()
    amira.fill(CAR)
    control = page.locator('input[type="file"]')
    expect(control).to_have_accessible_description(re.compile("wird sie sofort hochgeladen"))
    fill(page, "fahrzeug.zb1", photo(tmp_path, "Schein.jpg"))
    expect(page.locator('body > [role="status"]')).to_contain_text("Schein.jpg")
    expect(control).to_have_accessible_description(re.compile(r"Schein\.jpg"))
    expect(control).to_be_focused()


def test_back_from_the_page_after_an_error_shows_the_page_again(amira):
    """Report: the way back ended at the browser's "Confirm form resubmission"."""
    page = amira.page
    begin(amira)
    amira.press("go", "on")
    expect(page.locator("#error-summary")).to_be_focused()
    amira.fill({"antrag.art": "neu"})
    amira.go_on()
    expect(page.locator('[name="person.vorname"]')).to_be_visible()
    page.go_back()
    expect(page.locator('[name="antrag.art"][value="neu"]')).to_be_checked()
    assert not page.title().startswith("Fehler")


def test_a_question_without_an_answer_is_an_invalid_group_of_radio_buttons(amira):
    begin(amira)
    amira.press("go", "on")
    group = amira.page.locator('[role="radiogroup"]').first
    expect(group).to_have_attribute("aria-invalid", "true")
    expect(group).to_have_accessible_name(re.compile("."))
