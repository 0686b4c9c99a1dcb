"""Amira applies for the parking permit with her wallet, takes the permit into it, and shows it in the renewal a year later; the
revoked one is refused. Played in a real browser against the running product, by the outside wallet; pictures in `var/story/wallet`.

Each act gives what was seen, as lines of a report: what it expects is written beside it.
"""

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser

from stadttor.ground.clock import german_day, now
from stadttor.ground.launcher.postgres import end
from tests.identity.plan import case
from tests.identity.product import TOWN
from tests.identity.stand import Stand, Talk
from tests.identity.town import Town
from tests.identity.town_seed import REGISTERED, SERVICE
from tests.journeys.people import CAR, HOME, WIDE, Colleague, Visitor, photo, until
from tests.journeys.story import Album
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line

CARD, PERMIT = "card", "permit"
"""What she has in her wallet, by the names of the wallet's file."""
LATER = 350
"""Days until she renews: the permit lasts a year, and she comes two weeks before its end."""
KNOWN = LATER + 8
"""By then the revocation is known, on whichever way it went (§ 41 VwVfG); the permit would still be valid."""
NARROW = 320
PROVEN = {
    "person.vorname": "AMIRA",
    "person.nachname": "YILMAZ",
    "person.geburtsdatum.day": "24",
    "person.geburtsdatum.month": "5",
    "person.geburtsdatum.year": "1988",
    "person.anschrift.street": "BAHNHOFSTRAẞE",
    "person.anschrift.house_number": "12",
    "person.anschrift.postal_code": "91781",
    "person.anschrift.city": "WEISSENBURG I. BAY.",
}
ADDRESS = "BAHNHOFSTRAẞE 12, 91781 WEISSENBURG I. BAY."
ORIGIN = re.compile(r"aus der Wallet, Vertrauensniveau (\w+)")
WAIT_S = 180


@dataclass
class Story:
    """`language` is hers."""

    stand: Stand
    town: Town
    browser: Browser
    album: Album
    language: str = "de"
    people: list[Visitor] = field(default_factory=list)
    days: int = 0
    issuer: Talk | None = None

    @property
    def file(self) -> Path:
        """Her wallet."""
        return self.town.folder / "amira.wallet.json"

    def play(self) -> Iterator[Line]:
        """All of it; the town and everybody's clock are a year ahead from the second half on."""
        with self.town.open():
            self._issue_card()
            yield from self._applies()
            yield from self._is_granted()
            yield from self._receives()
        self.days = LATER
        del self.wallet, self.receiver
        with self.town.open(LATER):
            self._issue_card()
            yield from self._renews()
            yield from self._is_revoked()
        self.days = KNOWN
        del self.wallet, self.receiver
        with self.town.open(KNOWN):
            self._issue_card()
            yield from self._is_refused()
        # The live process is behind a reverse proxy elsewhere; without it pages are as they were when they came.
        complaints = [one for person in self.people for one in person.complaints if "/events/" not in one]
        yield _seen("no browser complains", [], complaints)

    # Who takes part

    @cached_property
    def wallet(self) -> Talk:
        return self._program("wallet.mjs", str(self.stand.pki / "access_root.crt"))

    @cached_property
    def receiver(self) -> Talk:
        roots = (str(self.stand.pki / f"{name}_root.crt") for name in ("municipal", "rogue"))
        return self._program("vci.mjs", *roots)

    def _program(self, name: str, *roots: str) -> Talk:
        program = ROOT / "tests" / "identity" / "peers" / name
        return self.stand.node(str(program), str(self.stand.peers), str(self.file), *roots, days=self.days)

    def _issue_card(self) -> None:
        """Her identity card comes anew every two weeks, from somebody outside of the product."""
        program, port = ROOT / "tests" / "identity" / "peers" / "card.mjs", str(self.town.status_port)
        command = (str(program), str(self.stand.peers), str(self.stand.pki), str(self.file), port)
        if self.issuer is not None:
            end(self.issuer.process, patience=5)
        self.issuer = self.stand.node(*command, days=self.days)
        self.issuer.heard()

    def visitor(self, kind: type[Visitor] = Visitor, language: str = "de") -> Any:
        self.people.append(kind(self.browser, self.town.address, language=language, any_certificate=True))
        return self.people[-1]

    def picture(self, visitor: Visitor, name: str, says: str) -> None:
        """On a large screen and on a small one."""
        for width in (NARROW, WIDE):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            self.album.picture(visitor, f"{name}-{width}", f"{says}, {width} px")

    # The acts

    def _applies(self) -> Iterator[Line]:
        self.amira = amira = self.visitor(language=self.language)
        self._begin(amira)
        amira.fill({"antrag.art": "neu"})
        amira.go_on()
        self.picture(amira, "begin", "The form asks who she is, and offers to be shown instead of told")
        amira.page.locator('main a[href$="/ausweisen"]').first.click()
        amira.page.wait_for_url("**/ausweisen")
        self.picture(amira, "ways", "The ways to show who she is, and what is asked on them")
        amira.page.go_back()
        self._to_wallet(amira)
        self.picture(amira, "asked", "What is asked of her wallet, value by value, and why")
        told = amira.page.locator("main ul.st-list").first.locator("li").all_inner_texts()
        yield _seen("each value is named with the question it is asked for", 6, len([one for one in told if one]))
        said = self._show(amira, CARD, photo_as="here")
        yield _seen("the outside wallet finds nothing wrong with the question", [], said["request"]["errors"])
        yield _seen("asked is what is registered, of her card alone", _registered(), _asked(said))
        amira.page.goto(said["redirect_uri"])
        self.picture(amira, "confirm", "What the wallet proved: it counts when she agrees")
        proven = amira.page.locator("main dd").all_inner_texts()
        yield _seen("she sees what was proven, as it is written on a letter", ADDRESS, proven[-1])
        yield _seen("nothing of it counts before she agrees", "", self._in_the_form(amira, "person.nachname"))
        amira.press("choice", "take")
        amira.go_on()
        yield _seen("what was proven stands in the form", PROVEN, _values(amira, PROVEN))
        self.picture(amira, "form", "The form: where each value comes from, and how sure it is")
        amira.fill({"person.email": "amira.yilmaz@example.org"})
        amira.go_on()
        area = amira.page.locator("[name='wohnung.zone']:checked")
        yield _seen("the area follows from the proven address", ["A"], [one.input_value() for one in area.all()])
        self._fill_rest(amira, german_day(now()).strftime("%-d.%-m.%Y"))
        self.picture(amira, "summary", "Everything once more, before she sends it")
        self._send(amira)

    def _begin(self, visitor: Visitor) -> None:
        visitor.open(TOWN, f"/leistungen/{SERVICE}")
        visitor.page.locator('main form[action$="/antrag"] button').first.click()
        visitor.page.wait_for_url("**/seite/**")

    def _to_wallet(self, visitor: Visitor) -> None:
        visitor.page.locator('main a[href$="/ausweisen"]').first.click()
        visitor.page.locator('main a.kern-btn[href$="/wallet"]').click()
        visitor.page.wait_for_url("**/wallet")

    def _show(self, visitor: Visitor, *held: str, way: str = "here", photo_as: str = "") -> dict[str, Any]:
        """She agrees on this page, and then in the wallet; gives what the wallet says."""
        visitor.press("way", way)
        link = visitor.page.locator("a[href^='openid4vp:']")
        link.wait_for()
        if photo_as:
            self.picture(visitor, photo_as, "The way into the wallet on this device")
        said: dict[str, Any] = self.wallet.ask(
            "answer", uri=link.get_attribute("href"), options={"credential": list(held)}
        )
        if "request" not in said:
            raise RuntimeError(f"the wallet: {json.dumps(said)[:500]}")
        return said

    def _in_the_form(self, visitor: Visitor, name: str) -> str:
        """The value of a field at this moment, in another tab of her browser."""
        tab = visitor.context.new_page()
        tab.goto(visitor.page.url.replace("/wallet", f"/seite/{name.partition('.')[0]}"))
        found = tab.locator(f"[name='{name}']").input_value()
        tab.close()
        return found

    def _fill_rest(self, visitor: Visitor, first_day: str) -> None:
        car = {**CAR, "fahrzeug.gesamtmasse_kg": "1850", "fahrzeug.zb1": photo(Path(tempfile.mkdtemp()))}
        days = {"laufzeit.gueltig_ab": first_day, "laufzeit.dauer": "ein_jahr"}
        for answers in (HOME, car, {"mehrere.gewuenscht": "false"}, days):
            visitor.fill(answers)
            visitor.go_on()

    def _send(self, visitor: Visitor) -> None:
        visitor.send()
        self.number, self.status = visitor.number, visitor.page.url
        visitor.pay()

    def _is_granted(self) -> Iterator[Line]:
        self.olsen = olsen = self.visitor(Colleague)
        self.case = olsen.sign_in(TOWN, "olsen").open_case(TOWN, self.number)
        self.picture(olsen, "clerk", "Herr Olsen sees of each value where it comes from and how sure it is")
        yield _seen("of each proven value the clerk sees origin and level", ["hoch"] * 4, _origins(olsen))
        olsen.begin_decision("granted")
        olsen.page.locator('[name="reasons"]:enabled').first.check()
        olsen.decide()
        self.town.let_a_minute_pass()
        until(lambda: (olsen.open(TOWN, self.case), olsen.page.locator("#permit").count())[1], WAIT_S, "the permit")

    def _receives(self) -> Iterator[Line]:
        page = self.amira.page
        page.goto(self.status)
        page.locator('main a[href$="/ausweis"]').first.click()
        self.picture(self.amira, "permit", "The permit, which she can take into her wallet")
        page.locator('main a[href$="/wallet"]').click()
        page.locator("main form button").first.click()
        link = page.locator("a[href^='openid-credential-offer:']")
        link.wait_for()
        self.picture(self.amira, "offer", "The way of the permit into the wallet, and the number that was mailed")
        until(self._mailed_number, WAIT_S, "the mail with the number")
        said = self.receiver.ask(
            "receive", uri=link.get_attribute("href"), name=PERMIT, options={"txCode": self._mailed_number()}
        )
        given = said.get("credentials") or [said]
        yield _seen("the permit is in her wallet", True, bool(given[0].get("valid")), json.dumps(said))
        page.locator("main form button").first.click()
        page.locator(".kern-alert--success").wait_for()
        self.picture(self.amira, "received", "It is in her wallet")

    def _mailed_number(self) -> str:
        found = [one for text in self.town.mails() for one in re.findall(r": (\d{6})$", text, re.MULTILINE)]
        return found[-1] if found else ""

    def _renews(self) -> Iterator[Line]:
        self.amira = amira = self.visitor(language=self.language)
        self._to_renewal(amira)
        self.picture(
            amira, "renewal", "A year later, in a browser that knows nothing of her: the permit is asked for too"
        )
        said = self._show(amira, CARD, PERMIT)
        yield _seen("the outside wallet finds nothing wrong with the renewal", [], said["request"]["errors"])
        number = "dc+sd-jwt urn:stadttor:bewohnerparkausweis:1 permit_number"
        yield _seen("of the permit its number alone is asked", sorted([*_registered(), number]), _asked(said))
        amira.page.goto(said["redirect_uri"])
        self.picture(amira, "renewal-confirm", "Card and permit, proven: it counts when she agrees")
        amira.press("choice", "take")
        known = {"antrag.ausweis_nummer": self.number}
        yield _seen("the number of the permit stands in the form", known, _values(amira, known))
        self.picture(amira, "renewal-form", "She need not know the number")
        amira.go_on()
        amira.fill({"person.email": "amira.yilmaz@example.org"})
        amira.go_on()
        first_day = german_day(now()) + timedelta(days=LATER + 20)
        self._fill_rest(amira, first_day.strftime("%-d.%-m.%Y"))
        self._send(amira)
        self.olsen = olsen = self.visitor(Colleague)
        olsen.sign_in(TOWN, "olsen").open_case(TOWN, self.number)
        self.picture(olsen, "clerk-renewal", "Herr Olsen sees that the number is from the permit itself")
        yield _seen(
            "of the number as well, which says nothing of who she is", ["normal", *["hoch"] * 4], _origins(olsen)
        )

    def _to_renewal(self, visitor: Visitor) -> None:
        """She does not know the number that is asked for; the page leads to her wallet."""
        self._begin(visitor)
        visitor.fill({"antrag.art": "verlaengerung"})
        visitor.go_on()
        self._to_wallet(visitor)

    def _is_revoked(self) -> Iterator[Line]:
        olsen = self.olsen
        olsen.open(TOWN, self.case)
        olsen.page.locator('main a[href$="/revoked"]').click()
        olsen.fill({"reason": "Frau Yılmaz ist aus dem Gebiet weggezogen."})
        self.picture(olsen, "revoke", "Herr Olsen revokes the permit")
        olsen.page.locator("main form button[type=submit]").first.click()
        olsen.page.wait_for_url("**?done=**")
        held = self.receiver.ask("verify", name=PERMIT)
        yield _seen("it counts until the revocation is known to her", True, held.get("valid"))

    def _is_refused(self) -> Iterator[Line]:
        held = self.receiver.ask("verify", name=PERMIT)
        yield _seen("then it counts no more in her wallet", False, held.get("valid"))
        amira = self.visitor(language=self.language)
        self._to_renewal(amira)
        here, said = amira.page.url, self._show(amira, CARD, PERMIT)
        yield _seen("the revoked permit is refused", [400, None], [said.get("http_status"), said.get("redirect_uri")])
        amira.page.goto(here)
        self.picture(amira, "refused", "The revoked permit is refused: why, and how she goes on")
        why = amira.page.locator("#problem .kern-alert__body").all_inner_texts()
        yield _seen("she reads why", [told_of("ended", self.language)], [" ".join(one.split()) for one in why])
        said = self._show(amira, CARD, way="plain")
        amira.page.goto(said["redirect_uri"])
        amira.press("choice", "take")
        empty = {"antrag.ausweis_nummer": ""}
        yield _seen("with her card alone she goes on, without a number", empty, _values(amira, empty))
        self.picture(amira, "without", "With her card alone: the number is hers to type")


def told_of(problem: str, language: str) -> str:
    """What the product says of a problem with what a wallet showed. This process has no database; only the words are read."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from stadttor.ground.web.language import _, speaking
    from stadttor.portal.pages.wallet import PROBLEMS

    with speaking(language):
        return _(PROBLEMS[problem])


def _seen(name: str, expected: Any, got: Any, why: str = "") -> Line:
    return case(name, str(expected), str(got), right=expected == got, why=why)


def _values(visitor: Visitor, wanted: Mapping[str, str]) -> dict[str, str]:
    return {name: visitor.page.locator(f"[name='{name}']").input_value() for name in wanted}


def _registered() -> list[str]:
    return sorted(
        f"{one} {'.'.join(path)}" for one, paths in REGISTERED.items() if "stadttor" not in one for path in paths
    )


def _asked(said: Mapping[str, Any]) -> list[str]:
    """Format, type and path of each value in the question as the outside wallet read it."""
    found = []
    for query in said["request"]["dcql_query"]["credentials"]:
        types = query["meta"].get("vct_values") or [query["meta"]["doctype_value"]]
        found += [f"{query['format']} {types[0]} {'.'.join(map(str, one['path']))}" for one in query["claims"]]
    return sorted(found)


def _origins(olsen: Visitor) -> list[str]:
    """The level of each answer of the case that came from a wallet, in their order."""
    texts = olsen.page.locator("#answers dd").all_inner_texts()
    return [found[1] for text in texts if (found := ORIGIN.search(text))]
