"""A colleague with a passkey, in a browser: registers it, signs in with it, cancels, is told."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.passkeys import add_device
from tests.journeys.people import Colleague

pytestmark = pytest.mark.browser
TOWN = "weissenburg"


@pytest.fixture
def weber(chromium, product):
    colleague = Colleague(chromium, product.at)
    yield colleague.sign_in(TOWN, "adler")
    colleague.close()


def test_registered_and_used_to_sign_in_without_password(weber):
    page = weber.page
    device = add_device(page)
    weber.open(TOWN, "/desk/passkeys")
    page.locator('form[data-passkey=create] [name="name"]').fill("Dienst-Notebook")
    page.locator("form[data-passkey=create] button").click()
    page.wait_for_url("**/desk/passkeys?done=added")
    expect(page.locator("h2", has_text="Dienst-Notebook")).to_be_visible()

    page.locator(".st-who button").click()
    page.wait_for_url("**/desk/sign-in")
    device.knows_owner(False)
    page.locator("form[data-passkey=get] button").click()
    expect(page.locator("form[data-passkey=get] [role=status]")).to_contain_text("Passkey wurde nicht verwendet")
    expect(page.locator("form[data-passkey=get] button")).to_be_focused()

    device.knows_owner(True)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/cases"))

    weber.open(TOWN, "/desk/passkeys")
    page.get_by_role("button", name="Entfernen: Dienst-Notebook").click()
    page.wait_for_url("**/desk/passkeys?done=removed")
    assert weber.complaints == []


def test_without_javascript_the_page_says_so_and_the_password_works(chromium, product):
    context = chromium.new_context(java_script_enabled=False, locale="de")
    page = context.new_page()
    page.goto(product.at(TOWN, "/desk/sign-in?lang=de"))
    expect(page.locator("[data-passkey-none]")).to_contain_text("braucht JavaScript")
    expect(page.locator("form[data-passkey]")).to_be_hidden()
    context.close()
