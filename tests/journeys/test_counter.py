"""At the desk in a real browser: a dog is entered by phone, with what the form would not have accepted."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from stadttor.ground.clock import german_day, now
from tests.journeys.keyboard import Keyboard
from tests.journeys.people import JONAS, NARROW, Colleague, photo

pytestmark = pytest.mark.browser
TOWN = "weissenburg"
RECEIVED = german_day(now()) - timedelta(days=4)
DOG = {
    "hund.0.name": "Bello",
    "hund.0.rasse": "Mischling",
    "hund.0.gelistet": "false",
    "hund.0.geschlecht": "maennlich",
    "hund.0.geburtsdatum": "1.3.2024",
    "hund.0.gehalten_seit": "1.10.2026",
}
REASON = '[name="reason-for.person.geburtsdatum"]'
LEFT_OUT = ("person.email", "person.geburtsdatum")


@pytest.fixture
def olsen_at_desk(visitors):
    return visitors(Colleague).sign_in(TOWN, "olsen")


def test_a_dog_is_entered_by_phone_without_an_e_mail_address(olsen_at_desk, tmp_path):
    olsen, page = olsen_at_desk, olsen_at_desk.page
    olsen.open(TOWN, "/desk/cases/")
    page.get_by_role("link", name="Antrag aufnehmen").click()
    page.wait_for_url("**/desk/entries/**")
    olsen.begin_entry(TOWN, "hundesteuer", "phone", received=f"{RECEIVED.day}.{RECEIVED.month}.{RECEIVED.year}")
    expect(page.locator(".st-before-main")).to_contain_text("telefonisch")
    olsen.fill({name: value for name, value in JONAS.items() if name not in LEFT_OUT})
    olsen.press("go", "on")
    expect(page.locator('[name^="reason-for."]')).to_have_count(1)
    page.locator(REASON).fill("Nennt er nicht am Telefon.")
    olsen.go_on()
    for answers in (
        {"haushalt.hunde_bisher": "0", "haushalt.dauer": "dauerhaft", "haushalt.weitere_halter": "false"},
        DOG,
        {"herkunft.zugezogen": "false"},
        {"ermaessigung.gewuenscht": "false"},
        {"zahlung.art": "ueberweisung"},
    ):
        olsen.fill(answers)
        olsen.go_on()
    olsen.send_entry()
    number = re.search(r"WEI-\d{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page.locator("main").inner_text())[0]
    printed = olsen.download(page.get_by_role("link", name=re.compile("Unterschreiben")).get_attribute("href"))
    assert printed.startswith(b"%PDF")

    olsen.open_case(TOWN, number)
    told = page.locator("main")
    expect(told).to_contain_text("Eingegangen telefonisch")
    expect(told).to_contain_text("Nennt er nicht am Telefon.")
    page.get_by_role("link", name="Scans oder Fotos hinzufügen").click()
    page.locator('[name="title"]').fill("Unterschriebene Zusammenfassung")
    page.locator('[name="photos"]').set_input_files(photo(tmp_path))
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**?done=**")
    expect(page.locator("#documents")).to_contain_text("Unterschriebene Zusammenfassung")


def test_by_keyboard_on_a_narrow_screen(visitors):
    """Report: some twenty entries of the menu stood before the first word of each page."""
    olsen = visitors(Colleague, width=NARROW).sign_in(TOWN, "olsen")
    page = olsen.page
    page.set_viewport_size({"width": 320, "height": 700})
    olsen.open(TOWN, "/desk/cases/")
    menu = page.locator(".st-nav__list")
    expect(menu).to_be_hidden()
    page.get_by_role("link", name="Menü").click()
    expect(menu.get_by_role("link", name="Termine")).to_be_visible()
    page.get_by_role("link", name="Menü schließen").click()
    expect(menu).to_be_hidden()
    olsen.begin_entry(TOWN, "hundesteuer", "counter")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    Keyboard(page).write("person.vorname", "Jonas")
    expect(page.locator('[name="person.vorname"]')).to_have_value("Jonas")
