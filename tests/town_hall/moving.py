"""A couple moves in after the wedding, with their child: one form for three, one of them shown by the online identity card."""

from collections.abc import Iterator
from datetime import timedelta

from tests.journeys.people import Visitor
from tests.measuring.lines import Line
from tests.town_hall.acts import MOVING, begin, go_through, typed
from tests.town_hall.play import WAIT_S, Colleague, Play, main_of, read, seen, text_of, until

TOWN = "weissenburg"
NEW_HOME = {
    "person.anschrift.street": "Rosenstraße",
    "person.anschrift.house_number": "12",
    "person.anschrift.postal_code": "91781",
    "person.anschrift.city": "Weißenburg i. Bay.",
    "person.email": "amira.yilmaz@example.org",
}
FORMER = {
    "bisher.anschrift.street": "Bahnhofstraße",
    "bisher.anschrift.house_number": "12",
    "bisher.anschrift.postal_code": "91781",
    "bisher.anschrift.city": "Weißenburg i. Bay.",
    "bisher.behalten": "false",
}
ABOUT_HER = {
    "angaben.geburtsort": "Nürnberg",
    "angaben.geschlecht": "weiblich",
    "angaben.staatsangehoerigkeit": "DE",
    "angaben.familienstand": "verheiratet",
}
HUSBAND = {
    "familie.0.verhaeltnis": "ehe",
    "familie.0.vorname": "Jonas",
    "familie.0.nachname": "Weber",
    "familie.0.geburtsdatum": "11.2.1975",
    "familie.0.geburtsort": "Weißenburg",
    "familie.0.geschlecht": "maennlich",
    "familie.0.staatsangehoerigkeit": "DE",
}
CHILD = {
    "familie.1.verhaeltnis": "kind",
    "familie.1.vorname": "Elif",
    "familie.1.nachname": "Yılmaz",
    "familie.1.geburtsdatum": "8.11.2019",
    "familie.1.geburtsort": "Nürnberg",
    "familie.1.geschlecht": "weiblich",
    "familie.1.staatsangehoerigkeit": "DE",
}


ORIGIN = "aus dem simulierten Konto"
BRING_CARD = "Bitte bringen Sie auch den Ausweis Ihrer Ehefrau oder Ihres Ehemanns mit."
BRING_CERTIFICATES = "Bitte bringen Sie die Geburtsurkunden der Kinder mit."


def play_wedding(play: Play) -> Iterator[Line]:
    """Amira shows her card, Jonas has none: the desk sees of whom something is proved, and both come to sign."""
    amira = play.somebody()
    begin(amira, TOWN, MOVING)
    moved_in = play.house.today - timedelta(days=3)
    go_through(amira, {"einzug.art": "innerhalb", "einzug.einzugsdatum": typed(moved_in), "einzug.nutzung": "einzige"})
    _show_card(play, amira)
    name = amira.page.locator('[name="person.nachname"]').input_value()
    yield seen("her name stands in the form, from the card", "YILMAZ", name)
    play.picture(amira, "person", "Who moves: the card's values, and the new home that no card knows")
    go_through(
        amira, NEW_HOME, FORMER, ABOUT_HER, {"religion.zugehoerigkeit": "am_schalter"}, {"haushalt.mit_familie": "true"}
    )
    amira.fill(HUSBAND)
    amira.page.locator('button[name="add_item"], button[value="familie"]').first.click()
    amira.page.locator('[name="familie.1.vorname"]').wait_for()
    amira.fill(CHILD)
    play.picture(amira, "family", "Husband and child in the same form")
    amira.go_on()
    go_through(
        amira,
        {
            "nachweis.art": "zuordnungsmerkmal",
            "nachweis.zuordnungsmerkmal": "WG-4711",
            "nachweis.name": "Hausverwaltung Seiler",
        },
        {"widerspruch.gegen": "parteien"},
        {"besuch.ausweise": "personalausweis"},
    )
    play.picture(amira, "summary", "Everything once more")
    amira.send()
    number, status = amira.number, amira.page.url

    olsen = play.colleague(TOWN, "olsen")
    case = olsen.open_case(TOWN, number)
    play.picture(olsen, "case", "The desk sees what the card proved and what was typed")
    said = main_of(olsen)
    yield read("the desk sees how surely it knows her", "hoch", said)
    family = said.partition("Wer zieht mit Ihnen ein?")[2].partition("Bestätigung des Wohnungsgebers")[0]
    yield seen("and that nobody proved who her husband is", [True, False], ["Jonas" in family, ORIGIN in family])
    proved = olsen.page.locator("#answers").get_by_text(f"{ORIGIN}, Vertrauensniveau hoch").count()
    yield seen("only her three values of the card are proved", 3, proved)
    olsen.take()
    olsen.begin_decision("handed_over")
    blocks = olsen.page.locator("#decision details:visible", has_text=BRING_CARD).first
    blocks.locator("summary").click()
    for text in (BRING_CARD, BRING_CERTIFICATES):
        blocks.locator("label", has_text=text).first.click()
    play.picture(olsen, "prepared", "Herr Olsen prepares the visit: what both have to bring")
    olsen.decide()
    play.house.let_a_minute_pass()
    amira.page.goto(status)
    letters = amira.page.locator('main a[href*="/dokument/"]')
    until(lambda: (amira.page.reload(), letters.count())[1] >= 2, WAIT_S, "the letter")
    play.picture(amira, "letter", "The letter has come: not registered yet, what to bring")
    letter = _letter(amira)
    yield read("the letter says that both have to come", BRING_CARD, letter)
    yield read("and to bring the child's certificate", BRING_CERTIFICATES, letter)
    yield read("it names the husband", "Jonas", letter)
    yield read("and the child", "Elif", letter)
    yield read("she is told that nobody is registered yet", "noch nicht angemeldet", main_of(amira))
    yield from _come(play, amira, olsen, case)


def _come(play: Play, amira: Visitor, olsen: Colleague, case: str) -> Iterator[Line]:
    """Both come and sign: the same case goes on, and she gets the confirmation of the registration."""
    letters = amira.page.locator('main a[href*="/dokument/"]')
    before = letters.count()
    olsen.open(TOWN, case)
    goes_on = olsen.page.get_by_role("link", name="Eintragen, was daraus wurde")
    yield seen("the case goes on without being opened again", 1, goes_on.count())
    olsen.begin_decision("registered")
    play.show(olsen, "besuch", "The visit took place: what became of it", start=olsen.page.locator("#decision"))
    olsen.decide()
    play.house.let_a_minute_pass()
    until(lambda: (amira.page.reload(), letters.count())[1] > before, WAIT_S, "the confirmation")
    play.picture(amira, "registered", "She is registered, and has the confirmation")
    letter = _letter(amira)
    yield read("the letter confirms the registration", "Hiermit bestätigen wir Ihre Anmeldung", letter)
    yield seen("nothing was set aside for it", False, "ersetzt" in letter)


def _show_card(play: Play, amira: Visitor) -> None:
    """In the simulated account, with the online identity card."""
    amira.page.locator('main a[href$="/ausweisen"]').first.click()
    amira.page.wait_for_url("**/ausweisen")
    play.picture(amira, "ways", "The ways to show who one is; none is needed")
    for _step in range(2):
        amira.page.locator("main form .kern-btn--primary").first.click()
    amira.page.wait_for_url("**/simuliertes-konto")
    amira.fill({"person": "amira"})
    for _step in range(2):
        amira.page.locator("main form .kern-btn--primary").first.click()
    amira.page.wait_for_url("**/angemeldet")
    play.picture(amira, "shown", "What the card says: it counts when she agrees")
    amira.press("choice", "take")
    amira.page.wait_for_url("**/seite/**")
    amira.page.goto(f"{amira.page.url.split('/seite/')[0]}/seite/person")


def _letter(amira: Visitor) -> str:
    """All German letters of the status page."""
    links = amira.page.locator('main a[href*="/dokument/"]')
    return " ".join(text_of(amira.download(link.evaluate("link => link.href"))) for link in links.all())
