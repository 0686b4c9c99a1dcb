"""A town that nobody has set up: the operator's one command, then the guided set-up in the browser, up to its first case.

The time is that of the script and of typing: `PER_KEY_S` for each key, as somebody types who writes 40 words a minute. Reading and
thinking are not in it.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stadttor.site.demo_cast import PASSWORD
from tests.journeys.people import AMIRA, Colleague
from tests.measuring.lines import Line
from tests.town_hall.acts import DOG_PAGES, DOG_TAX, begin, go_through
from tests.town_hall.play import Play, main_of, read, seen

TOWN, NAME, AREA, POSTAL_CODE = "treuchtlingen", "Stadt Treuchtlingen", "095770173173", "91757"
NUMBER = "TRE-"
"""How the numbers of its cases begin."""
HERE = AMIRA | {"person.anschrift.postal_code": POSTAL_CODE, "person.anschrift.city": "Treuchtlingen"}
FIRST, OWN = "erstes Kennwort für Olsen", "vier Pappeln am Altmühlufer"
PER_KEY_S = 0.3
CONTACT = {
    "lines": f"{NAME}\nBeispielstraße 1\n{POSTAL_CODE} Treuchtlingen",
    "phone": "+49 89 99998-100",
    "email": f"rathaus@{TOWN}.example",
}
HOURS = {**{f"day{day}": "8:00–12:00" for day in range(5)}, "day3": "8:00–12:00, 13:30–17:30"}
LAW = {
    "imprint": f"Die {NAME} ist eine Körperschaft des öffentlichen Rechts. Sie wird vertreten durch die Erste Bürgermeisterin.",
    "officer": f"datenschutz@{TOWN}.example",
}
RATES = {
    "hundesteuer.satz_erster_cents": "60,00",
    "hundesteuer.satz_zweiter_cents": "90,00",
    "hundesteuer.satz_weitere_cents": "120,00",
}
STATUTE = {"p.satzung": "Satzung für die Erhebung der Hundesteuer vom 3. Februar 2025"}
TEN = 10
BOOKS = {
    "digits": "8",
    "account": "9.0000.4032",
    "holder": "Stadtkasse Treuchtlingen",
    "iban": "DE02120300000000202051",
}
ADOPTED = re.compile(r"/desk/services/[0-9a-f-]{36}/\?done=\w+$")


@dataclass
class Keys:
    """How many were pressed."""

    count: int = 0


class Typist(Colleague):
    """Somebody whose keys are counted; a choice is one."""

    keys: Keys

    def fill(self, answers: Mapping[str, str]) -> None:
        for name, value in answers.items():
            control = self.page.locator(f'[name="{name}"]:not([type="hidden"])')
            chosen = control.count() and control.first.evaluate("e => /radio|checkbox|select/.test(e.type)")
            self.keys.count += 1 if chosen else len(value)
        super().fill(answers)


def play_new_town(play: Play) -> Iterator[Line]:
    """Operator, organiser, first colleague, first citizen."""
    keys, begun = Keys(), time.monotonic()
    yield read("the operator reads who can go on", f"kern@{TOWN}.example can sign in", _found(play, keys))
    kern = _typist(play, keys)
    _sign_in(kern, "kern", PASSWORD)
    play.show(kern, "einrichtung", "Frau Kern is led through the set-up")
    yield read("the place is known already", "1 von", main_of(kern))
    _describe(play, kern)
    _found_unit(kern, "Steueramt")
    _employ(play, kern)
    yield from _adopt(play, kern)
    _keep_books(play, kern)
    olsen = _typist(play, keys)
    _begin_work(play, olsen)
    yield from _try(play, kern, olsen)
    yield from _open(play, kern)

    amira = _typist(play, keys)
    amira.open(TOWN)
    play.picture(amira, "open", "Citizens find the service")
    begin(amira, TOWN, DOG_TAX)
    go_through(amira, HERE, *DOG_PAGES)
    amira.send()
    olsen.open_case(TOWN, amira.number)
    play.picture(olsen, "first-case", "The first case of the town")
    yield read("the first case is a dog", "Bello", main_of(olsen))
    minutes = (time.monotonic() - begun + keys.count * PER_KEY_S) / 60
    yield {"kind": "figure", "name": "new_town_minutes", "value": round(minutes, 1)}
    yield {"kind": "note", "text": f"{keys.count} keys at {PER_KEY_S} s; reading and thinking are not in it."}


def _found(play: Play, keys: Keys) -> str:
    """The operator's command; the register of places is there."""
    words = (
        "new",
        TOWN,
        NAME,
        "--covers",
        AREA,
        "--organiser",
        f"kern@{TOWN}.example",
        "--organiser-name",
        "Frau Kern",
    )
    keys.count += len(" ".join(words)) + len(PASSWORD)
    return play.house.command("authority", *words, say=PASSWORD)


def _typist(play: Play, keys: Keys) -> Typist:
    one = play.somebody(Typist)
    one.keys = keys
    return one


def _sign_in(one: Typist, name: str, password: str) -> None:
    one.open(TOWN, "/desk/sign-in")
    one.fill({"email": f"{name}@{TOWN}.example", "password": password})
    one.page.locator("main form button[type=submit]").first.click()
    one.page.wait_for_url(re.compile("/desk/(cases|services|password|setup)"))


def _describe(play: Play, kern: Typist) -> None:
    """Letterhead, opening hours, what the law asks for: each is the next step that the page names."""
    for path, answers in (("contact", CONTACT), ("hours", HOURS), ("law", LAW)):
        kern.page.locator("main a.kern-btn--primary").first.click()
        kern.page.wait_for_url(f"**/desk/setup/{path}")
        kern.fill(answers)
        play.picture(kern, path, "A step of the set-up")
        kern.page.locator("main form button[type=submit]").first.click()
        kern.page.wait_for_url("**/desk/setup?done=saved")


def _found_unit(kern: Typist, name: str) -> None:
    kern.open(TOWN, "/desk/units")
    kern.fill({"name": name})
    kern.page.locator("main form button[type=submit]").last.click()
    kern.page.wait_for_url("**saved=1")


def _employ(play: Play, kern: Typist) -> None:
    """The first password is given in person."""
    kern.open(TOWN, "/desk/staff/new")
    kern.fill({"name": "Herr Olsen", "email": f"olsen@{TOWN}.example", "password": FIRST, "roles": "clerk"})
    kern.keys.count += 1
    kern.page.get_by_label("Steueramt").check()
    play.picture(kern, "colleague", "The first colleague")
    kern.page.locator("main form button[type=submit]").first.click()
    kern.page.wait_for_url("**saved=1")


def _adopt(play: Play, kern: Typist) -> Iterator[Line]:
    """Ten services in one go, for colleagues only as yet; their units and fees on one page; the statute where it is cited."""
    kern.open(TOWN, "/desk/services/choose")
    boxes = kern.page.locator('[name="versions"]')
    yield seen("ten services are on the shelf", TEN, boxes.count())
    for box in boxes.all():
        kern.keys.count += 0 if box.is_checked() else 1
        box.check()
    play.show(kern, "auswaehlen", "Ten services are chosen in one go")
    kern.page.locator("main form button[type=submit]").first.click()
    kern.page.wait_for_url("**/desk/services/first-settings")
    kern.fill({"postleitzahlen": POSTAL_CODE, **RATES})
    play.show(kern, "einstellungen", "Units and fees of all services on one page")
    kern.page.locator("main form button[type=submit]").last.click()
    kern.page.wait_for_url("**/desk/setup?done=saved")
    kern.open(TOWN, "/desk/services/")
    kern.page.locator("main").get_by_role("link", name="Hundesteuer").first.click()
    kern.page.locator('main a[href$="/settings"]').first.click()
    kern.fill(STATUTE)
    kern.press("save")
    kern.page.wait_for_url(ADOPTED)
    yield read("the town's rate stands in the settings", "60,00", main_of(kern))


def _keep_books(play: Play, kern: Typist) -> None:
    """Where the tax goes."""
    kern.open(TOWN, "/desk/finance/books")
    kern.fill({"digits": BOOKS["digits"], "holder": BOOKS["holder"], "iban": BOOKS["iban"]})
    kern.page.locator('[name^="account"]').first.fill(BOOKS["account"])
    kern.keys.count += len(BOOKS["account"])
    play.picture(kern, "books", "The bank account that stands on notices")
    kern.page.locator("main form button[type=submit]").last.click()
    kern.page.wait_for_url("**?done=**")


def _try(play: Play, kern: Typist, olsen: Typist) -> Iterator[Line]:
    """An invented dog, which Herr Olsen assesses, before any citizen sees the service."""
    stranger = play.somebody()
    stranger.open(TOWN, f"/leistungen/{DOG_TAX}")
    yield seen("nobody else can begin it yet", 0, stranger.page.locator('main form[action$="/antrag"]').count())
    kern.open(TOWN, "/desk/setup/trying")
    kern.page.locator(f'main form:has([name="service"][value="{DOG_TAX}"]) button').click()
    kern.page.wait_for_url(f"**/desk/setup/trying?made={DOG_TAX}")
    play.picture(kern, "trying", "A test case for each service, made with one button")
    olsen.open_case(TOWN, NUMBER)
    yield read("the case is marked as a test", "Test", main_of(olsen))
    yield read("its person cannot be mistaken", "Testfall", main_of(olsen))
    play.picture(olsen, "test-case", "The invented application in the work list")
    olsen.begin_decision("assessed")
    olsen.decide()


def _open(play: Play, kern: Typist) -> Iterator[Line]:
    """What is ready, at once; what is not says why."""
    kern.open(TOWN, "/desk/setup/opening")
    play.show(kern, "oeffnen", "What is missing, and what is ready")
    kern.page.locator('main form:has([name="services"]) button[type=submit]').click()
    kern.page.wait_for_url("**/desk/setup/opening?opened=1")
    play.picture(kern, "opened", "One service is open, the others say why not")
    yield read("one service was opened", "Geöffnete Leistungen: 1", main_of(kern))
    yield read("the others are not yet", "Noch kein Testfall wurde bis zum Bescheid bearbeitet", main_of(kern))


def _begin_work(play: Play, olsen: Typist) -> None:
    """Herr Olsen's first day: a password of his own, then the work list."""
    _sign_in(olsen, "olsen", FIRST)
    olsen.page.wait_for_url("**/desk/password*")
    play.picture(olsen, "own-password", "Herr Olsen chooses a password of his own first")
    olsen.fill({"old": FIRST, "new": OWN, "again": OWN})
    olsen.page.locator("main form button[type=submit]").first.click()
    olsen.page.get_by_text("Ihr Kennwort ist geändert").first.wait_for()
