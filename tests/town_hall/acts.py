"""What people do in several journeys: apply, decide, print and post. Each is a verb of somebody at a page."""

import re
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from tests.journeys.people import AMIRA, CAR, HOME
from tests.town_hall.play import WAIT_S, Colleague, Play, Visitor, photo, until

PARKING, DOG_TAX, MOVING = "bewohnerparkausweis", "hundesteuer", "wohnsitzanmeldung"
NUMBER = re.compile(r"[A-Z]{3}-\d{4}-[2-9A-Z]{4}-[2-9A-Z]{4}")
DOG = {
    "hund.0.name": "Bello",
    "hund.0.rasse": "Mischling",
    "hund.0.gelistet": "false",
    "hund.0.geschlecht": "maennlich",
    "hund.0.geburtsdatum": "1.3.2024",
    "hund.0.gehalten_seit": "1.10.2026",
}
DOG_PAGES: tuple[Mapping[str, str], ...] = (
    {"haushalt.hunde_bisher": "0", "haushalt.dauer": "dauerhaft", "haushalt.weitere_halter": "false"},
    DOG,
    {"herkunft.zugezogen": "false"},
    {"ermaessigung.gewuenscht": "false"},
    {"zahlung.art": "ueberweisung"},
)
"""The pages of the dog tax behind the person's."""


def typed(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def begin(visitor: Visitor, town: str, service: str) -> None:
    """Open the page of a service and begin its form."""
    visitor.open(town, f"/leistungen/{service}")
    visitor.page.locator('main form[action$="/antrag"] button').first.click()
    visitor.page.wait_for_url("**/seite/**")


def go_through(visitor: Visitor, *pages: Mapping[str, str]) -> None:
    """Answer page after page."""
    for answers in pages:
        visitor.fill(answers)
        visitor.go_on()


def apply_for_parking(
    visitor: Visitor,
    town: str,
    first: date,
    person: Mapping[str, str] = AMIRA,
    plate: str = "",
    *,
    pays: bool = True,
) -> str:
    """Apply for a year, send and pay (or not yet); gives the number."""
    begin(visitor, town, PARKING)
    zb1 = photo(Path(tempfile.mkdtemp()))
    car = {**CAR, "fahrzeug.gesamtmasse_kg": "1850", "fahrzeug.zb1": zb1}
    car |= {"fahrzeug.kennzeichen": plate} if plate else {}
    days = {"laufzeit.gueltig_ab": typed(first), "laufzeit.dauer": "ein_jahr"}
    go_through(visitor, {"antrag.art": "neu"}, person, HOME, car, {"mehrere.gewuenscht": "false"}, days)
    visitor.send()
    number = visitor.number
    if pays:
        visitor.pay()
    return number


def apply_for_a_dog(visitor: Visitor, town: str, person: Mapping[str, str]) -> str:
    """Register a dog and send; gives the number."""
    begin(visitor, town, DOG_TAX)
    go_through(visitor, person, *DOG_PAGES)
    visitor.send()
    return visitor.number


def decide(play: Play, clerk: Colleague, town: str, case: str, outcome: str, *, reason: bool = False) -> None:
    """Decide the case that is open, and let the letter leave."""
    clerk.begin_decision(outcome)
    if reason:
        clerk.page.locator('[name="reasons"]:enabled').first.check()
    clerk.decide()
    play.house.let_a_minute_pass()
    until(lambda: (clerk.open(town, case), clerk.page.locator("#delivery").count())[1], WAIT_S, "the letter has left")


def print_and_post(play: Play, town: str, *, pictures: bool = False, shows: bool = False) -> bytes:
    """Frau Adler of the post room prints all that waits and enters today as the day of posting; gives what was printed."""
    adler = play.colleague(town, "adler")
    adler.open(town, "/desk/post/")
    if pictures:
        play.picture(adler, "post-room", "Frau Adler sees what waits for the post")
    make = adler.page.locator('form[action$="/desk/post/make"] button')
    until(lambda: make.count() or (adler.open(town, "/desk/post/"), make.count())[1], WAIT_S, "a letter that waits")
    if shows:
        play.show(adler, "poststelle", "What waits for the next print run")
    make.click()
    adler.page.wait_for_url("**?done=made")
    link = adler.page.locator('main a[href$="/letters.pdf"]').first
    printed = adler.download(link.evaluate("link => link.href"))
    adler.page.locator('form[action$="/posted"] button').first.click()
    adler.page.wait_for_url("**?done=posted")
    if pictures:
        play.picture(adler, "posted", "The day of posting is entered")
    return printed
