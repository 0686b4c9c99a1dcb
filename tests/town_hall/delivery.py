"""The day a decision counts as made known, over a holiday in Bavaria and in Hesse, and of a letter that came back.

The days are reckoned by hand here. Posted on 2 December, known four days later (§ 41 Abs. 2 VwVfG), a month (§ 57 VwGO, § 188 BGB)
ends on 6 January: in Bavaria that is Epiphany, so it ends on the 7th (§ 193 BGB); in Hesse it is a day like another.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.journeys.people import AMIRA, JONAS
from tests.measuring.lines import Line
from tests.town_hall.acts import apply_for_parking, decide, print_and_post
from tests.town_hall.play import Colleague, Play, main_of, read, seen, text_of
from tests.town_hall.seed import HESSE

BAVARIA = "weissenburg"
IN_HESSE = AMIRA | {"person.anschrift.postal_code": "60311", "person.anschrift.city": "Frankfurt am Main"}


def play_holiday(play: Play) -> Iterator[Line]:
    """Two towns, one day, two last days of the remedy."""
    year = play.house.begins.year
    yield seen("the story begins on 2 December", date(year, 12, 2), play.house.today)
    for town, person, last, remedy in (
        (BAVARIA, AMIRA, f"7. Januar {year + 1}", "Klage beim Bayerischen Verwaltungsgericht Ansbach"),
        (HESSE, IN_HESSE, f"6. Januar {year + 1}", "Widerspruch erhoben werden"),
    ):
        number = apply_for_parking(play.somebody(), town, play.house.today, person)
        olsen = play.colleague(town, "olsen")
        case = olsen.open_case(town, number)
        decide(play, olsen, town, case, "granted", reason=True)
        play.picture(olsen, f"{town}-waits", "Decided: the letter waits for the post room")
        letter = text_of(print_and_post(play, town, pictures=town == BAVARIA))
        yield read(f"{town}: the letter bears its date", f"2. Dezember {year}", letter)
        yield read(f"{town}: and says what can be done against it", remedy, letter)
        olsen.open(town, case)
        says = "When it counts as known, until when the remedy is open, and by which law"
        if town == BAVARIA:
            play.show(olsen, "bekanntgabe", says, start=olsen.page.locator("#delivery"))
        else:
            play.picture(olsen, f"{town}-known", says)
        told = f"Bekanntgabe am 6. Dezember {year}, Rechtsbehelf bis {last}"
        yield read(f"{town}: the desk says until when", told, main_of(olsen))


def play_returned(play: Play) -> Iterator[Line]:
    """The letter comes back a week later: it counts as not delivered, the case cannot end, and the next try has days of its own."""
    year = play.house.begins.year
    number = apply_for_parking(play.somebody(), BAVARIA, play.house.today, JONAS, "WUG-JW 7")
    olsen = play.colleague(BAVARIA, "olsen")
    case = olsen.open_case(BAVARIA, number)
    olsen.take()
    decide(play, olsen, BAVARIA, case, "granted", reason=True)
    print_and_post(play, BAVARIA)
    play.house.be_on(date(year, 12, 9))
    back = play.colleague(BAVARIA, "olsen")
    back.open(BAVARIA, case)
    back.page.locator('main a[href$="/delivery/returned"]').click()
    back.fill({"reason": "Empfänger unter der Anschrift nicht zu ermitteln."})
    play.picture(back, "came-back", "Herr Olsen notes what stands on the envelope")
    _confirm(back)
    yield read("the case says that the letter came back", "Brief kam zurück", main_of(back))
    back.page.locator('form[action$="/close"] button').first.click()
    told = "Der Brief kam zurück. Bitte geben Sie den Bescheid erneut bekannt"
    yield read("it cannot be closed so", told, back.page.locator("body").inner_text())
    play.picture(back, "not-closed", "The case cannot end before the decision reached somebody")
    back.open(BAVARIA, "/desk/cases/?scope=unit")
    row = back.page.locator("tr", has_text=number)
    yield read("the list marks it", "Brief kam zurück", row.first.inner_text() if row.count() else "")
    play.picture(back, "list", "It is in the list again, and marked")

    back.open(BAVARIA, case)
    back.page.locator('main a[href$="/delivery/again"]').click()
    again = {
        "channel": "post",
        "name": "Jonas Weber",
        "lines": "Marktplatz 3\n91781 Weißenburg i. Bay.",
        "reason": "Neue Anschrift.",
    }
    back.fill(again)
    play.picture(back, "again", "Delivered anew, to another address")
    _confirm(back)
    play.house.be_on(date(year, 12, 9) + timedelta(days=1))
    letter = text_of(print_and_post(play, BAVARIA))
    yield read("a sheet with the new address is before it", "Jonas Weber Marktplatz 3 91781 Weißenburg i. Bay.", letter)
    later = play.colleague(BAVARIA, "olsen")
    later.open(BAVARIA, case)
    days = f"Bekanntgabe am 14. Dezember {year}, Rechtsbehelf bis 14. Januar {year + 1}"
    yield read("the new try has days of its own", days, main_of(later))
    play.picture(later, "known", "Its days are those of the second letter")
    later.page.locator('form[action$="/close"] button').first.click()
    later.page.wait_for_url("**?done=**")
    yield read("now the case can end", "Abgeschlossen", main_of(later))


def _confirm(colleague: Colleague) -> None:
    colleague.page.locator("main form button[type=submit]").first.click()
    colleague.page.wait_for_url("**?done=**")
