"""The plate of a permit changes, and a warden in the street is told the difference; then the permit is revoked by letter."""

from collections.abc import Iterator

from tests.journeys.people import AMIRA, CAR
from tests.measuring.lines import Line
from tests.town_hall.acts import apply_for_parking, decide, print_and_post, typed
from tests.town_hall.play import WAIT_S, Colleague, Play, Visitor, main_of, photo, read, seen, text_of, until

TOWN = "weissenburg"
OLD, NEW = "WUG-PL 1", "WUG-PL 2"
WHY = "Sie wohnen nicht mehr in der Zone A."


def play_plate(play: Play) -> Iterator[Line]:
    """Amira's permit for the old car, then for the new one; Herr Brandt asks each time."""
    olsen, brandt = play.colleague(TOWN, "olsen"), play.colleague(TOWN, "brandt")
    amira = play.somebody(width=390)
    number = apply_for_parking(amira, TOWN, play.house.today, AMIRA, OLD)
    _grant(play, amira, olsen, number)
    yield read("the warden: the old plate is valid", "wugpl1: heute gültig", _asked(brandt, "wugpl1"))
    yield read("the new one is not", "heute nicht gültig", _asked(brandt, NEW))
    play.picture(brandt, "before", "Herr Brandt asks for the new plate before it was told")

    amira.page.get_by_role("link", name="Ausweis zeigen").click()
    play.picture(amira, "permit", "Amira's permit")
    amira.page.get_by_role("button", name="Neues Kennzeichen mitteilen").click()
    amira.page.wait_for_url("**/seite/antrag")
    yield seen("the form knows the old plate", OLD, amira.page.locator('[name="antrag.kennzeichen_alt"]').input_value())
    for _page in range(3):
        amira.go_on()
    car = {
        **CAR,
        "fahrzeug.kennzeichen": NEW,
        "fahrzeug.gesamtmasse_kg": "1850",
        "fahrzeug.zb1": photo(play.house.folder),
    }
    for answers in (car, {"mehrere.gewuenscht": "false"}, {"laufzeit.gueltig_ab": typed(play.house.today)}):
        amira.fill(answers)
        amira.go_on()
    play.picture(amira, "change", "The change, before she sends it")
    amira.send()
    number = amira.number
    amira.pay()
    case = _grant(play, amira, olsen, number)
    yield read("now the new plate is valid", f"{NEW}: heute gültig", _asked(brandt, NEW))
    play.picture(brandt, "after", "Herr Brandt asks for the new plate after it was granted")
    yield read("and the old one is not any more", "heute nicht gültig", _asked(brandt, OLD))
    yield from _revoke(play, amira, olsen, case)
    yield read("the warden: until the letter counts as known it is valid", f"{NEW}: heute gültig", _asked(brandt, NEW))


def _revoke(play: Play, amira: Visitor, olsen: Colleague, case: str) -> Iterator[Line]:
    """A Bescheid: with its reason, what can be done against it, by post, and she reads it on her page."""
    print_and_post(play, TOWN)  # what was granted is on its way
    olsen.open(TOWN, case)
    olsen.page.locator('#permit a[href$="/permit/revoked"]').click()
    olsen.fill({"reason": WHY})
    play.show(olsen, "widerrufen", "Revoking: from which day on (proposed: when the letter counts as known), and why")
    olsen.page.locator("main form button[type=submit]").first.click()
    olsen.page.wait_for_url("**?done=permit_revoked")
    letter = text_of(print_and_post(play, TOWN))
    yield read("the Bescheid says what is revoked", "Wir widerrufen: Bewohnerparkausweis", letter)
    yield read("why", WHY, letter)
    yield read("and what can be done against it", "Klage beim Bayerischen Verwaltungsgericht Ansbach", letter)
    olsen.open(TOWN, case)
    play.picture(olsen, "revoked", "The case: the permit is revoked, its Bescheid posted")
    amira.page.reload()
    play.picture(amira, "told", "She reads it on her page, too")
    yield read("her page says so", "Ihr Ausweis wurde widerrufen", main_of(amira))


def _grant(play: Play, amira: Visitor, olsen: Colleague, number: str) -> str:
    status = amira.page.url
    case = olsen.open_case(TOWN, number)
    decide(play, olsen, TOWN, case, "granted", reason=True)
    until(lambda: (olsen.open(TOWN, case), olsen.page.locator("#permit").count())[1], WAIT_S, "the permit")
    amira.page.goto(status)
    return case


def _asked(warden: Colleague, plate: str) -> str:
    """What the warden's page answers."""
    warden.open(TOWN, "/desk/check")
    warden.fill({"plate": plate})
    warden.page.locator("main form button[type=submit]").click()
    warden.page.locator("main .st-alert").wait_for()
    return warden.page.locator("main .st-alert").inner_text()
