"""An editor types in the studio: it is saved by itself, shown beside, checked at once, and taken back by one press."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Colleague

pytestmark = pytest.mark.browser

PUBLISHER, PACKAGE = "steuerung", "de.stadttor.sperrmuell"  # one that no other test opens
FIELD, ASKED = "/form/part?part=field:adresse.stellplatz", "Wo stellen Sie alles hin?"
SAVED_BY_ITSELF_MS = 30_000


def test_what_is_typed_is_saved_shown_checked_and_taken_back(visitors):
    sommer = visitors(Colleague).sign_in(PUBLISHER, "sommer")
    page = sommer.open(PUBLISHER, "/desk/studio").page
    page.locator(f'main button[value="{PACKAGE}"]').click()
    page.wait_for_url(re.compile(r"/desk/studio/[0-9a-f-]{36}$"))
    copy = urlsplit(page.url).path

    sommer.open(PUBLISHER, f"{copy}{FIELD}")
    shown = page.frame_locator("iframe[data-shows-saved]").locator("main")
    expect(shown).to_contain_text("Wo genau stehen die Sachen?")
    page.locator('[name="label"]').fill(ASKED)
    expect(page.locator("[data-told]")).to_contain_text("Gespeichert am", timeout=SAVED_BY_ITSELF_MS)
    expect(shown).to_contain_text(ASKED, timeout=SAVED_BY_ITSELF_MS)

    sommer.open(PUBLISHER, copy)
    sommer.press("to")
    page.wait_for_url("**?done=back")
    sommer.open(PUBLISHER, f"{copy}{FIELD}")
    expect(page.locator('[name="label"]')).not_to_have_value(ASKED)

    page.locator('[name="show_if"]').fill("a.adresse.haushlt")
    expect(page.locator("main")).to_contain_text("Ist a.adresse.haushalt gemeint?")
