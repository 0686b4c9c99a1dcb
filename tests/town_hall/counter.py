"""A dog is registered on the telephone: whoever has no e-mail address gets her notice on paper, with what she owes."""

from collections.abc import Iterator
from datetime import timedelta

from tests.journeys.people import JONAS, Colleague
from tests.measuring.lines import Line
from tests.town_hall.acts import DOG_PAGES, DOG_TAX, NUMBER, decide, print_and_post, typed
from tests.town_hall.play import Play, main_of, read, text_of

TOWN = "weissenburg"
REASON = "Hat keine E-Mail-Adresse."


def play_by_phone(play: Play) -> Iterator[Line]:
    """Herr Olsen enters what Jonas Weber says, assesses the tax, and the post room sends the notice."""
    olsen = play.colleague(TOWN, "olsen")
    received = play.house.today - timedelta(days=1)
    olsen.open(TOWN, "/desk/entries/")
    play.picture(olsen, "entries", "Herr Olsen takes an application on the telephone")
    olsen.begin_entry(TOWN, DOG_TAX, "phone", received=typed(received))
    yield read("the form says how it comes in", "telefonisch", olsen.page.locator(".st-before-main").inner_text())
    number = enter_dog(play, olsen)
    play.picture(olsen, "accepted", "Accepted, with the summary for the signature")
    case = olsen.open_case(TOWN, number)
    play.picture(olsen, "case", "The case: what was accepted although the form says otherwise, and why")
    yield read("the case says how it came in", "Eingegangen telefonisch", main_of(olsen))
    yield read("and why there is no e-mail address", REASON, main_of(olsen))
    olsen.take()
    decide(play, olsen, TOWN, case, "assessed")
    play.picture(olsen, "assessed", "Assessed: the notice goes by post")
    letter = text_of(print_and_post(play, TOWN))
    yield read("the notice is addressed to him", "Jonas Weber Luitpoldstraße 7 91781 Weißenburg i. Bay.", letter)
    yield read("it says what the dog costs a year", "Bello, Mischling 1. November 2026 50,00 €", letter)
    yield read("and where to pay", "Stadtkasse, IBAN DE02120300000000202051", letter)
    olsen.open(TOWN, case)
    yield read("the case says that it was posted", "Zur Post gegeben", main_of(olsen))


def enter_dog(play: Play, olsen: Colleague) -> str:
    """All pages, the e-mail address left out with a reason; gives the number."""
    olsen.fill({name: value for name, value in JONAS.items() if name != "person.email"})
    olsen.press("go", "on")
    reason = olsen.page.locator('[name="reason-for.person.email"]')
    reason.fill(REASON)
    play.picture(olsen, "passed", "The form asks why it is accepted without an e-mail address")
    olsen.go_on()
    for answers in DOG_PAGES:
        olsen.fill(answers)
        olsen.go_on()
    olsen.send_entry()
    found = NUMBER.search(main_of(olsen))
    return found[0] if found else ""
