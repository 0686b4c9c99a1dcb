"""A plate is changed, and a warden who asks for the old one and the new one learns the difference, in real browsers."""

import pytest
from playwright.sync_api import expect

from stadttor.ground.clock import german_day, now
from tests.journeys.people import AMIRA, CAR, HOME, Colleague, Visitor, photo, until
from tests.journeys.product import Product

pytestmark = pytest.mark.browser
TOWN, SERVICE = "weissenburg", "/leistungen/bewohnerparkausweis"
OLD, NEW = "WUG-PL 1", "WUG-PL 2"


def typed_today() -> str:
    """Asked for where it is typed: the day may change while the others play."""
    return german_day(now()).strftime("%-d.%-m.%Y")


def check(warden: Colleague, plate: str) -> str:
    warden.open(TOWN, "/desk/check")
    warden.fill({"plate": plate})
    warden.page.locator("main form button[type=submit]").click()
    told = warden.page.locator("main .st-alert")
    told.wait_for()
    return told.inner_text()


def sent_and_granted(product: Product, amira: Visitor, olsen: Colleague) -> None:
    """The application is sent and paid, the clerk grants it, and the letter with the permit leaves."""
    amira.send()
    number, status = amira.number, amira.page.url
    amira.pay()
    case = olsen.open_case(TOWN, number)
    olsen.begin_decision("granted")
    olsen.page.locator('[name="reasons"]:enabled').first.check()
    olsen.decide()
    product.let_a_minute_pass()
    until(lambda: (olsen.open(TOWN, case), olsen.page.locator("#permit").count())[1] > 0, 180, "the permit")
    amira.page.goto(status)


def test_a_changed_plate_and_a_warden(product, visitors, tmp_path):
    amira, olsen = visitors(), visitors(Colleague).sign_in(TOWN, "olsen")
    warden = visitors(Colleague).sign_in(TOWN, "brandt")
    amira.open(TOWN, SERVICE)
    amira.page.locator('main form[action$="/antrag"] button').first.click()
    car = {**CAR, "fahrzeug.kennzeichen": OLD, "fahrzeug.gesamtmasse_kg": "1850", "fahrzeug.zb1": photo(tmp_path)}
    days = {"laufzeit.gueltig_ab": typed_today(), "laufzeit.dauer": "ein_jahr"}
    for answers in ({"antrag.art": "neu"}, AMIRA, HOME, car, {"mehrere.gewuenscht": "false"}, days):
        amira.fill(answers)
        amira.go_on()
    sent_and_granted(product, amira, olsen)
    assert "heute gültig" in check(warden, OLD.replace(" ", "").lower())
    assert "nicht gültig" in check(warden, NEW)

    amira.page.get_by_role("link", name="Ausweis zeigen").click()
    expect(amira.page.locator("main")).to_contain_text(OLD)
    amira.page.get_by_role("button", name="Neues Kennzeichen mitteilen").click()
    amira.page.wait_for_url("**/seite/antrag")
    expect(amira.page.locator('[name="antrag.kennzeichen_alt"]')).to_have_value(OLD)
    amira.go_on()
    expect(amira.page.locator('[name="person.nachname"]')).to_have_value("Yılmaz")
    amira.go_on()
    amira.go_on()
    car["fahrzeug.kennzeichen"] = NEW
    for answers in (car, {"mehrere.gewuenscht": "false"}, {"laufzeit.gueltig_ab": typed_today()}):
        amira.fill(answers)
        amira.go_on()
    sent_and_granted(product, amira, olsen)
    assert "heute gültig" in check(warden, NEW)
    assert "nicht gültig" in check(warden, OLD)
