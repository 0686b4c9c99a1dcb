"""The whole way of a citizen and the whole way of a clerk without a mouse (WCAG 2.2, 2.1.1)."""

import pytest
from playwright.sync_api import expect

from stadttor.site.demo_cast import PASSWORD
from tests.journeys.keyboard import Keyboard
from tests.journeys.people import CAR, JONAS, VALID_UNTIL, photo
from tests.journeys.test_citizen import begin, in_three_days

pytestmark = pytest.mark.browser

NEXT = 'main button[name="go"][value="on"]:not([tabindex="-1"])'


def test_a_citizen_applies_uploads_and_pays_by_keyboard(amira, tmp_path):
    page, keys = amira.page, Keyboard(amira.page)
    amira.open("weissenburg")
    keys.tab_to(".st-skip")
    page.keyboard.press("Enter")
    keys.enter('main a[href$="/leistungen/bewohnerparkausweis"]')
    keys.enter('main form[action$="/antrag"] button')
    keys.choose("antrag.art", "neu")
    keys.enter(NEXT)
    keys.answer(JONAS)
    keys.enter(NEXT)
    keys.choose("wohnung.art", "hauptwohnung")
    keys.enter(NEXT)
    keys.answer(CAR | {"fahrzeug.gesamtmasse_kg": "1850"})
    keys.choose_file("fahrzeug.zb1", photo(tmp_path))
    expect(page.locator(".st-uploads")).to_be_visible()
    keys.enter(NEXT)
    keys.choose("mehrere.gewuenscht", "false")
    keys.enter(NEXT)
    keys.answer({"laufzeit.gueltig_ab": in_three_days(), "laufzeit.dauer": "halbes_jahr"})
    keys.enter(NEXT)
    keys.tick('[name="declared"]')
    keys.enter("main form button[type=submit]")
    page.wait_for_url("**/status/**")
    keys.enter('form[action$="/zahlen"] button')
    keys.enter('main button[name="choice"][value="pay"]')
    expect(page.locator("main")).to_contain_text("Bezahlt")


def test_a_clerk_takes_asks_notes_and_decides_by_keyboard(amira, olsen):
    begin(amira)
    amira.fill({"antrag.art": "verlust", "antrag.verlust_grund": "unleserlich"})
    amira.go_on()
    amira.fill(JONAS)
    amira.go_on()
    amira.fill({"wohnung.art": "hauptwohnung", "wohnung.zone": "A"})
    amira.go_on()
    amira.fill(CAR)
    amira.go_on()
    amira.send()
    amira.pay()

    page, keys = olsen.page, Keyboard(olsen.page)
    olsen.open("weissenburg", "/desk/sign-in")
    keys.write("email", "olsen@weissenburg.example")
    keys.write("password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/cases/**")
    olsen.open_case("weissenburg", amira.number)
    olsen.open("weissenburg", "/desk/cases/?scope=unit")
    for _ in range(page.locator("tr[data-row]").count()):
        page.keyboard.press("j")
        if page.evaluate("document.activeElement.textContent.trim()") == amira.number:
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    keys.enter('form[action$="/take"] button')
    keys.write("text", "Ausweis 2025 war vier Jahre alt.")
    keys.enter('form[action$="/note"] button')
    keys.enter('main a[href$="/decide"]')
    keys.choose("outcome", "granted")
    for part, text in VALID_UNTIL.items():
        keys.write(f"valid_until.{part}", text)
    keys.enter("#decision button[type=submit]:not([formaction])")
    keys.enter('form[action$="/undo"] button')
    expect(page.locator('form[action$="/undo"]')).to_have_count(0)
    keys.enter('main a[href$="/ask"]')
    keys.write("question", "Seit wann ist der Ausweis unleserlich?")
    keys.enter("main form button[type=submit]")
    keys.enter('form[action$="/sign-out"] button')
    page.wait_for_url("**/desk/sign-in")
