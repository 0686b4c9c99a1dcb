"""A lead's day: she gives a case to somebody, opens one that is protected, tells a person what is stored, and closes the till."""

import re
from collections.abc import Iterator

from tests.journeys.people import AMIRA
from tests.measuring.lines import Line
from tests.town_hall.acts import apply_for_parking
from tests.town_hall.play import Colleague, Play, main_of, read, seen

TOWN, PLATE = "weissenburg", "WUG-LT 5"
WHY = "Frau Brandl ruft an und nennt ihre Nummer."


def play_leads(play: Play) -> Iterator[Line]:
    """Frau Adler leads the team of residents' parking."""
    number = apply_for_parking(play.somebody(), TOWN, play.house.today, AMIRA, PLATE, pays=False)
    olsen, adler = play.colleague(TOWN, "olsen"), play.colleague(TOWN, "adler")
    yield from _take_cash(play, olsen, number)
    adler.open_case(TOWN, number)
    adler.page.locator('main a[href$="/assign"]').click()
    play.show(adler, "verteilen", "Frau Adler gives the case to somebody")
    adler.page.locator('[name="assignee_id"]').select_option(label="Herr Olsen")
    adler.page.locator("main form button[type=submit]").first.click()
    adler.page.wait_for_url("**?done=**")
    yield read("the case says whose it is", "Herr Olsen", main_of(adler))
    yield from _open_protected(play, adler)
    yield from _inform(play, adler, number)
    yield from _close(play, adler)


def _take_cash(play: Play, olsen: Colleague, number: str) -> Iterator[Line]:
    """Amira pays at the counter instead of online."""
    olsen.open_case(TOWN, number)
    olsen.page.locator('#fee a[href$="/take"]').click()
    olsen.page.locator('[name="method"]').first.check()
    play.show(olsen, "gebuehr", "The fee is taken at the counter")
    olsen.page.locator("main form button[type=submit]").first.click()
    olsen.page.wait_for_url("**/desk/cases/**")
    yield read("the fee is there, with a receipt", "Quittung", main_of(olsen))


def _open_protected(play: Play, adler: Colleague) -> Iterator[Line]:
    """Nobody sees the name before she says why."""
    adler.open(TOWN, "/desk/cases/?scope=unit")
    adler.page.locator("tr", has_text="Geschützte Person").locator("a").first.click()
    adler.page.wait_for_url(re.compile(r"/desk/cases/[0-9a-f-]{36}"))
    yield seen("the mask shows no name", False, "Brandl" in main_of(adler))
    adler.fill({"reason": WHY})
    play.show(adler, "schutz", "What is seen before somebody says why")
    adler.page.locator('form[action$="/open"] button').click()
    adler.page.wait_for_url("**?done=protected_opened")
    yield read("then she sees it, and who opened it", "Brandl", main_of(adler))


def _inform(play: Play, adler: Colleague, number: str) -> Iterator[Line]:
    adler.open(TOWN, "/desk/person")
    adler.fill({"name": "Amira Yılmaz", "born": AMIRA["person.geburtsdatum"]})
    adler.page.locator('form[action$="/desk/person"] button').first.click()
    adler.page.locator("#f-chosen").wait_for()
    play.show(adler, "auskunft", "What is stored about a person")
    yield read("what she sent is found", number, main_of(adler))


def _close(play: Play, adler: Colleague) -> Iterator[Line]:
    adler.open(TOWN, "/desk/finance/days/")
    adler.page.locator("main table a").first.click()
    adler.page.wait_for_url(re.compile(r"/desk/finance/days/\d"))
    said = adler.page.locator("form", has_text="Gebucht sind").first.inner_text()
    cash = re.search(r"Gebucht sind ([\d.]+,\d\d)", said)
    adler.fill({"counted": cash[1] if cash else "0,00"})
    play.show(adler, "tagesabschluss", "Frau Adler counts what is in the till")
    adler.press("act", "close")
    adler.page.wait_for_url("**?done=close")
    yield read("the day is closed", "Abgeschlossen von Frau Adler", main_of(adler))
