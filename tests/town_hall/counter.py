"""A dog is registered on the telephone or on paper: whoever has no e-mail address gets notices and questions by post."""

from collections.abc import Iterator
from datetime import timedelta

from tests.journeys.people import JONAS, Colleague
from tests.measuring.lines import Line
from tests.town_hall.acts import DOG_PAGES, DOG_TAX, NUMBER, decide, print_and_post, typed
from tests.town_hall.play import Play, main_of, read, text_of

TOWN = "weissenburg"
LEFT_OUT = ("person.email", "person.geburtsdatum")
REASON = "Nennt sein Geburtsdatum nicht am Telefon."
SHORT = 1_080
"""Further down a browser without a screen shows no PDF."""
QUESTION = "Seit welchem Tag halten Sie den Hund in Weißenburg?"


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
    olsen.open(TOWN, "/desk/cases/?scope=unit")
    play.show(olsen, "vorgaenge", "The work list of the team")
    olsen.open(TOWN, case)
    play.show(olsen, "vorgang", "The case: what was accepted although the form says otherwise, and why", height=SHORT)
    yield read("the case says how it came in", "Eingegangen telefonisch", main_of(olsen))
    yield read("and why there is no date of birth", REASON, main_of(olsen))
    olsen.take()
    olsen.begin_decision("assessed")
    play.show(olsen, "entscheiden", "Deciding: what the tax is")
    olsen.open(TOWN, case)
    decide(play, olsen, TOWN, case, "assessed")
    play.picture(olsen, "assessed", "Assessed: the notice goes by post")
    letter = text_of(print_and_post(play, TOWN, shows=True))
    yield read("the notice is addressed to him", "Jonas Weber Luitpoldstraße 7 91781 Weißenburg i. Bay.", letter)
    yield read("it says what the dog costs a year", "Bello, Mischling 1. November 2026 50,00 €", letter)
    yield read("and where to pay", "Stadtkasse, IBAN DE02120300000000202051", letter)
    olsen.open(TOWN, case)
    yield read("the case says that it was posted", "Zur Post gegeben", main_of(olsen))


def play_on_paper(play: Play) -> Iterator[Line]:
    """Jonas' form came by post, and one thing is unclear: the question goes to him by post, too."""
    olsen = play.colleague(TOWN, "olsen")
    olsen.begin_entry(TOWN, DOG_TAX, "paper", received=typed(play.house.today))
    yield read("the form says how it comes in", "auf Papier", olsen.page.locator(".st-before-main").inner_text())
    case = olsen.open_case(TOWN, enter_dog(play, olsen))
    olsen.take()
    olsen.page.locator('main a[href$="/ask"]').click()
    olsen.fill({"question": QUESTION})
    yield read("the page says how it will reach him", "Der Brief kommt in den nächsten Drucklauf", main_of(olsen))
    asked = olsen.page.locator('[name="question"]')
    play.show(olsen, "rueckfrage", "The question, and how it reaches somebody without e-mail", start=asked)
    olsen.page.locator("main form button[type=submit]").last.click()
    olsen.page.wait_for_url("**?done=**")
    letter = text_of(print_and_post(play, TOWN))
    yield read("the letter is addressed to him", "Jonas Weber Luitpoldstraße 7 91781 Weißenburg i. Bay.", letter)
    yield read("it asks what the clerk asked", QUESTION, letter)
    olsen.open(TOWN, case)
    play.picture(olsen, "asked", "The case waits for his answer")
    yield read("the case waits for the answer", "Rückfrage", main_of(olsen))


def enter_dog(play: Play, olsen: Colleague) -> str:
    """All pages, without an e-mail address, and the date of birth left out with a reason; gives the number."""
    olsen.fill({name: value for name, value in JONAS.items() if name not in LEFT_OUT})
    olsen.press("go", "on")
    reason = olsen.page.locator('[name="reason-for.person.geburtsdatum"]')
    reason.fill(REASON)
    if play.journey == "phone":
        city = olsen.page.locator('[name="person.anschrift.city"]')
        play.show(olsen, "aufnehmen", "No e-mail address, and a reason for another answer that is missing", start=city)
    olsen.go_on()
    for answers in DOG_PAGES:
        olsen.fill(answers)
        olsen.go_on()
    olsen.send_entry()
    found = NUMBER.search(main_of(olsen))
    return found[0] if found else ""
