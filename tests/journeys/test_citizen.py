"""The citizen's way in a real browser with JavaScript."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.people import AMIRA, CAR, HOME, JONAS, LOST, NARROW, photo

pytestmark = pytest.mark.browser

TOWN, SERVICE = "weissenburg", "/leistungen/bewohnerparkausweis"


def in_three_days() -> str:
    day = datetime.now(UTC).date() + timedelta(days=3)
    return f"{day.day}.{day.month}.{day.year}"


def begin(visitor):
    visitor.open(TOWN, SERVICE)
    visitor.page.locator('main form[action$="/antrag"] button').first.click()
    visitor.page.wait_for_url("**/seite/antrag")


def test_a_new_permit_in_german_with_upload_and_payment(amira, tmp_path):
    page = amira.page
    amira.open(TOWN)
    page.get_by_label("Suche nach einer Leistung").or_(page.locator("#q")).first.fill("anwohnerparken")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Bewohnerparkausweis").first.click()
    page.locator('main form[action$="/antrag"] button').first.click()
    amira.fill({"antrag.art": "neu"})
    amira.go_on()
    amira.fill(AMIRA)
    amira.go_on()
    assert page.locator('[name="wohnung.zone"][value="A"]').is_checked(), "the zone of Bahnhofstraße 12"
    amira.fill(HOME)
    amira.go_on()
    amira.fill({**CAR, "fahrzeug.gesamtmasse_kg": "1850", "fahrzeug.zb1": photo(tmp_path)})
    preview = page.locator(".st-uploads img")
    expect(preview).to_be_visible()
    assert preview.evaluate("image => image.decode().then(() => image.naturalWidth)") > 0
    amira.go_on()
    amira.fill({"mehrere.gewuenscht": "false"})
    amira.go_on()
    amira.fill({"laufzeit.gueltig_ab": in_three_days(), "laufzeit.dauer": "ein_jahr"})
    amira.go_on()

    expect(page.locator("main")).to_contain_text("30,70")
    amira.send()
    assert re.fullmatch(r"WEI-\d{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", amira.number)
    page.locator('form[action$="/zahlen"] button').click()
    expect(page.get_by_role("heading", name=re.compile("Simulation")).first).to_be_visible()
    amira.press("choice", "pay")
    page.wait_for_url("**/status/**")
    expect(page.locator("main")).to_contain_text("Bezahlt: 30,70")


def test_questions_appear_and_disappear_while_answering(amira):
    begin(amira)
    page = amira.page
    reason, number = (page.locator(f'[data-field="antrag.{name}"]') for name in ("verlust_grund", "ausweis_nummer"))
    expect(reason).to_be_hidden()
    amira.fill({"antrag.art": "verlust"})
    expect(reason).to_be_visible()
    expect(number).to_be_visible()
    amira.fill({"antrag.art": "neu"})
    expect(reason).to_be_hidden()
    expect(number).to_be_hidden()


def test_answers_are_saved_while_typing(amira):
    begin(amira)
    amira.fill({"antrag.art": "verlust"})
    with amira.page.expect_response(lambda answer: "2025-4711" in (answer.request.post_data or "")) as saved:
        amira.fill({"antrag.ausweis_nummer": "2025-4711"})
    assert saved.value.url.endswith("/speichern")
    expect(amira.page.get_by_text(re.compile("Gespeichert um"))).to_be_visible()
    amira.page.goto(amira.page.url)
    assert amira.page.locator('[name="antrag.ausweis_nummer"]').input_value() == "2025-4711"


def test_choosing_a_file_right_after_typing_loses_nothing(amira, tmp_path):
    """The autosave of what was just typed and the upload meet at the server."""
    begin(amira)
    amira.fill({"antrag.art": "neu"})
    amira.go_on()
    amira.fill(AMIRA)
    amira.go_on()
    amira.fill(HOME)
    amira.go_on()
    for number in range(3):
        amira.fill({**CAR, "fahrzeug.gesamtmasse_kg": f"185{number}"})
        amira.fill({"fahrzeug.zb1": photo(tmp_path, f"Seite-{number}.jpg")})
        expect(amira.page.get_by_role("link", name=f"Seite-{number}.jpg")).to_be_visible()
    amira.page.reload()
    assert amira.page.locator(".st-uploads li").count() == 3
    assert amira.page.locator('[name="fahrzeug.gesamtmasse_kg"]').input_value() == "1852"


def test_a_lost_permit_in_arabic_from_right_to_left(visitors):
    amira = visitors(language="ar", width=NARROW)
    page = amira.page
    begin(amira)
    pages = [LOST, AMIRA, HOME, CAR]
    for answers in pages:
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        amira.fill(answers)
        amira.go_on()
    assert re.search("[\u0600-\u06ff]", page.locator("h1").inner_text())
    amira.send()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    assert re.search("[\u0600-\u06ff]", page.locator("h1").inner_text())
    assert page.locator(".st-number bdi").first.inner_text().startswith("WEI-"), "the number reads from left to right"
    amira.pay()
    assert page.locator('form[action$="/zahlen"]').count() == 0


def test_a_mistake_is_explained_at_the_field_and_mended(amira):
    begin(amira)
    amira.fill({"antrag.art": "verlust", "antrag.verlust_grund": "verloren"})
    amira.go_on()
    amira.fill(JONAS | {"person.geburtsdatum": "31.2.1975"})
    amira.press("go", "on")
    summary = amira.page.locator("#error-summary")
    expect(summary).to_be_focused()
    assert amira.page.title().startswith("Fehler")
    summary.get_by_role("link").first.click()
    expect(amira.page.locator('[name="person.geburtsdatum.day"]')).to_be_focused()
    amira.fill({"person.geburtsdatum": "11.2.1975"})
    amira.go_on()
    expect(amira.page.locator('[name="wohnung.art"]').first).to_be_visible()


def test_somebody_else_with_the_address_sees_nothing(amira, visitors):
    begin(amira)
    stranger = visitors()
    stranger.page.goto(amira.page.url)
    assert "antrag.art" not in stranger.page.content()
    stranger.page.goto(amira.page.url.replace("weissenburg", "muenchen"))
    assert "antrag.art" not in stranger.page.content()
