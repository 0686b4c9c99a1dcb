"""A municipality takes a package over: settings by the form generated from its schema, test, live."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.people import Colleague

pytestmark = pytest.mark.browser

TOWN = "aschaffenburg"


def test_adopt_configure_and_open_a_service(visitors, amira):
    kern = visitors(Colleague).sign_in(TOWN, "kern")
    kern.open(TOWN, "/desk/services/")
    kern.page.locator("main").get_by_role("link", name="Bewohnerparkausweis").first.click()
    kern.page.locator('main a[href$="/adopt"]').click()
    kern.page.locator('[name="p.gebuehr_ein_jahr_cents"]').fill("abc")
    kern.press("save")
    expect(kern.page.locator("#error-summary")).to_be_visible()
    kern.page.locator('[name="p.gebuehr_ein_jahr_cents"]').fill("120,00")
    kern.press("save")
    # More than the GebOSt allows: only with a fee schedule of the town's own.
    expect(kern.page.locator("#error-summary")).to_contain_text("GebOSt")
    kern.page.locator('[name="p.rechtsgrundlage_gebuehr"]').fill("§ 2 der Parkgebührenordnung vom 12.01.2026")
    kern.press("save")
    kern.page.wait_for_url(re.compile(r"/desk/services/[0-9a-f-]{36}/\?done=\w+$"))
    expect(kern.page.locator("main")).to_contain_text("120,00")

    amira.open(TOWN, "/leistungen/bewohnerparkausweis")
    expect(amira.page.locator("main")).not_to_contain_text("Antrag starten")
    assert "Bewohnerparkausweis" not in amira.page.locator("main").inner_text()

    kern.page.locator('main a[href$="/go-live"]').click()
    kern.page.locator("main form button[type=submit]").click()
    kern.page.wait_for_url(re.compile(r"/desk/services/[0-9a-f-]{36}/\?done=\w+$"))
    amira.open(TOWN)
    amira.page.get_by_role("link", name="Bewohnerparkausweis").first.click()
    amira.page.locator('main form[action$="/antrag"] button').first.click()
    amira.page.wait_for_url("**/seite/antrag")
