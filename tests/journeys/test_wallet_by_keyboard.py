"""The ways to show who one is, the wallet, and a proof from a register, without a mouse (WCAG 2.2, 2.1.1, 2.1.2, 2.4.7)."""

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import Keyboard
from tests.journeys.people import CAR
from tests.journeys.test_citizen import begin

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NEXT = 'main button[name="go"][value="on"]:not([tabindex="-1"])'


def test_the_wallet_and_a_register_by_keyboard(amira):
    page, keys = amira.page, Keyboard(amira.page)
    begin(amira)
    draft = page.url.rpartition("/seite/")[0]
    page.goto(f"{draft}/ausweisen?lang=de")
    keys.enter('main a.kern-btn[href$="/wallet"]')
    keys.enter('main button[value="here"]')
    keys.enter("main a.kern-btn--primary")
    keys.choose("person", "amira")
    keys.enter("main form .kern-btn--primary")
    expect(page.locator("main")).to_contain_text("YILMAZ")
    keys.enter('main button[value="take"]')
    page.goto(f"{draft}/seite/fahrzeug?lang=de")
    keys.answer(CAR)
    keys.enter('main button[name="fetch"]')
    keys.enter('main button[value="fetch"]')
    expect(page.locator("#error-summary")).to_be_focused()
    assert page.title().startswith("Fehler:")
    keys.tick("#consent")
    keys.enter('main button[value="fetch"]')
    keys.enter('main button[value="add"]')
    expect(page.locator(".st-uploads")).to_be_visible()
    keys.tab_to(NEXT)
