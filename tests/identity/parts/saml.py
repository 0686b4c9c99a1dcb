"""An account service in the shape of BundID (samlify) against our endpoints: the cases of its README, encrypted and not.

Accepted: the value waits for the person's word. Refused: nothing waits, and what was forged is on no page, in no log and in
no table.
"""

import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qs

import psycopg

from stadttor.ground.launcher.ports import free_port
from tests.identity.browser import Browser
from tests.identity.in_browser import chromium, citizen, sends, somebody
from tests.identity.plan import case, note
from tests.identity.product import TOWN
from tests.identity.stand import HOST, Stand
from tests.measuring.circumstances import ROOT
from tests.measuring.lines import Line

PERSONS = {
    "erika": "MUSTERMANN",
    "temporary": "BRANDT",
    "partial": "SUHARTO",
    "bernd": "Krämer-Łukasik",
    "nils": "Đặng",
}
FORGED = "ATTACKER"
COOKIE = "__Host-anmeldung"
ELSEWHERE = "https://konto.example"
Choice = Mapping[str, Any]


@dataclass(frozen=True)
class Ended:
    """How a sign-in ended: accepted, refused with a reason, or not even asked by the service.

    `problem`: what the address she was led to says of the reason.
    """

    what: str
    why: str
    page: str = ""
    problem: str = ""


@dataclass
class World:
    """The running service and the town it knows."""

    stand: Stand

    @cached_property
    def port(self) -> int:
        return free_port()

    @cached_property
    def service(self) -> dict[str, str]:
        """Set up in the product from the metadata the service gives of itself."""
        metadata = self.stand.folder / "account-service.xml"
        first = self._serve("https://unknown.example", "https://unknown.example/acs", self.stand.pki / "saml_sp.crt")
        metadata.write_bytes(urllib.request.urlopen(f"http://localhost:{self.port}/metadata").read())  # noqa: S310
        first.process.terminate()
        first.process.wait(10)
        return self.inside("set_up", TOWN, str(metadata))

    def inside(self, *words: str) -> dict[str, Any]:
        """Let the product do something (tests/identity/account.py)."""
        command = [sys.executable, "-m", "tests.identity.account", *words]
        done = subprocess.run(
            command, env=self.stand.product.environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True
        )
        found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return found

    def know_each_other(self) -> None:
        """The service learns of us what our metadata say."""
        found = self.browser.get(f"/anmelden/{self.service['service']}").text
        encoded = re.findall(r"X509Certificate>([^<]+)<", found)[-1]
        certificate = self.stand.folder / "town.crt"
        certificate.write_text(f"-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n")
        self._serve(self.entity_id, f"{self.entity_id}/antwort", certificate)

    @property
    def origin(self) -> str:
        return f"https://{HOST}:{self.stand.product.port}"

    @property
    def entity_id(self) -> str:
        return f"{self.origin}/anmelden/{self.service['service']}"

    def _serve(self, entity_id: str, acs: str, certificate: Any) -> Any:
        talk = self.stand.node(
            "saml-idp.mjs", "serve", "--pki", str(self.stand.pki), "--port", str(self.port), "--sp-entity-id", entity_id,
            "--sp-acs", acs, "--sp-cert", str(certificate),
        )  # fmt: skip
        talk.heard()
        return talk

    @cached_property
    def browser(self) -> Browser:
        return Browser(HOST, self.stand.product.port, self.stand.tls)

    @cached_property
    def draft(self) -> str:
        """The way of a draft of a service that must know who applies."""
        page = self.browser.get(f"/leistungen/{self.service['slug']}")
        token = page.hidden()["csrfmiddlewaretoken"]
        begun = self.browser.post(f"/leistungen/{self.service['slug']}/antrag", {"csrfmiddlewaretoken": token})
        return begun.place.removesuffix("/ausweisen")

    def leave(self) -> dict[str, str]:
        """Press the button that leads to the service; gives what it would carry there."""
        page = self.browser.get(f"{self.draft}/ausweisen")
        fields = {"csrfmiddlewaretoken": page.hidden()["csrfmiddlewaretoken"], "way": self.service["service"]}
        return self.browser.post(f"{self.draft}/ausweisen", fields).hidden()

    def answer(self, asked: Mapping[str, str], choice: Choice) -> dict[str, Any]:
        """What the service answers; `refused` when it does not take the question."""
        body = json.dumps({"SAMLRequest": asked["SAMLRequest"], "RelayState": asked["RelayState"], **choice})
        request = urllib.request.Request(  # noqa: S310  # on this machine
            f"http://localhost:{self.port}/api/answer", body.encode(), {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request) as response:  # noqa: S310
                found: dict[str, Any] = json.load(response)
                return found
        except urllib.error.HTTPError as error:
            return {"refused": error.read().decode()[:400]}

    def bring(self, answered: Mapping[str, Any]) -> Ended:
        """Post it as the service's page does, and look what is there afterwards."""
        fields = {"SAMLResponse": answered["SAMLResponse"], "RelayState": answered["RelayState"]}
        back = self.browser.post(f"/anmelden/{self.service['service']}/antwort", fields, origin=ELSEWHERE)
        waiting = self.browser.get(f"{self.draft}/angemeldet")
        if waiting.status == 200:
            return Ended("accepted", f"{back.status}", waiting.text)
        told = parse_qs(back.query).get("problem", [""])[0]
        return Ended("refused", f"{back.status} {back.place}?{back.query}", back.text + waiting.text, told)

    def sign_in(self, choice: Choice) -> Ended:
        asked = self.leave()
        answered = self.answer(asked, choice)
        return Ended("unasked", answered["refused"]) if "refused" in answered else self.bring(answered)

    def attacks(self) -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"http://localhost:{self.port}/api/cases") as response:  # noqa: S310
            found: list[dict[str, Any]] = json.load(response)["attacks"]
            return found


def run(stand: Stand) -> Iterator[Line]:
    """Every case once; the agreement about encryption is changed in between."""
    world = World(stand)
    world.know_each_other()
    yield from _by_hand(world)
    yield from _accepted(world)
    yield from _said_no(world)
    yield from _attacks(world, encrypted=True)
    world.inside("agree", TOWN, world.service["service"], "no")
    yield _taken("unencrypted where agreed", world.sign_in({"person": "erika", "encrypted": False}), "MUSTERMANN")
    yield from _attacks(world, encrypted=False)
    yield from _left(world)


BY_HAND = {
    "erika": "taken over: MUSTERMANN, sent", "temporary": "taken over: BRANDT, sent", "bernd": "taken over: Krämer-Łukasik",
    "nils": "taken over: Đặng", "anna": "level", "bare": "level", "": "cancelled",
}  # fmt: skip
"""What each person of the service's page reads in the end, where level substantiell is needed; nobody: she cancels."""
APPLY = ("erika", "temporary")
"""They go on to the receipt: known by bPK2, and without one."""


def _by_hand(world: World) -> Iterator[Line]:
    """A person presses the buttons of the service's own page: each level, without bPK2, cancelled."""
    tries = [(world.service["slug"], person, expected) for person, expected in BY_HAND.items()]
    with chromium() as browser:
        for slug, person, expected in [*tries, ("hundesteuer", "anna", "taken over: ")]:
            with somebody(browser, world.origin) as page:
                got = citizen(page, slug, world.service["service"], person)
                if got.startswith("taken over") and person in APPLY:
                    got += f", {sends(page)}"
            right = got.startswith(expected) if expected.endswith(": ") else got == expected
            line = case(f"by hand: {person or 'cancel'} for {slug}", expected, got, right=right)
            yield {**line, "kind": "played"}


def _taken(name: str, ended: Ended, surname: str) -> Line:
    right = ended.what == "accepted" and surname in ended.page
    return case(name, "accepted", ended.what, right=right, why=ended.why)


def _accepted(world: World) -> Iterator[Line]:
    for person, surname in PERSONS.items():
        asked = world.leave()
        kept = dict(world.browser.kept)
        answered = world.answer(asked, {"person": person})
        ended = world.bring(answered) if "refused" not in answered else Ended("unasked", answered["refused"])
        yield _taken(person, ended, surname)
        if person == "erika":
            world.browser.kept[COOKIE] = kept[COOKIE]
            back = world.browser.post(
                f"/anmelden/{world.service['service']}/antwort", _carried(answered), origin=ELSEWHERE
            )
            yield case("the same answer twice", "refused", str(back.status), right=back.status == 403)
        if person == "temporary":
            yield _without_pseudonym(ended)
    for name, choice in {
        "RSA-SHA256": {"algorithm": "rsa-sha256"},
        "next signing key": {"key": "saml_idp_next"},
        "Response signed too": {"signed": "both"},
    }.items():
        yield _taken(name, world.sign_in({"person": "erika", **choice}), "MUSTERMANN")


def _carried(answered: Mapping[str, Any]) -> dict[str, str]:
    return {name: answered[name] for name in ("SAMLResponse", "RelayState")}


def _without_pseudonym(ended: Ended) -> Line:
    """The page says that there is no account behind it."""
    right = ended.what == "accepted" and "ohne Konto" in ended.page
    return case("temporary login carries no bPK2", "said", "said" if right else "not said", right=right, why=ended.why)


def _said_no(world: World) -> Iterator[Line]:
    """What the service itself refuses, and what it refuses of ours."""
    for name, choice in (
        ("cancelled", {"person": "erika", "cancel": True}),
        ("level not reached", {"person": "anna"}),
    ):
        yield _explained(world, name, world.answer(world.leave(), choice))
    draft = world.draft.rpartition("/")[2]
    left = world.inside("begin", TOWN, world.service["service"], draft, world.origin)
    world.browser.kept[COOKIE] = left["browser"]
    missing = world.answer(left["fields"], {"person": "temporary"})
    yield _explained(world, "required attribute missing", missing)
    yield _older_request(world)


EXPLAINED = {
    "cancelled": ("cancelled", "Sie haben die Anmeldung abgebrochen"),
    "level not reached": ("level", "nicht sicher genug"),
    "required attribute missing": ("missing", "fehlt eine Angabe"),
}
"""By case: the reason her browser must be led back with, and the words that explain it there."""


def _explained(world: World, name: str, answered: dict[str, Any]) -> Line:
    ended = world.bring(answered)
    return explained(name, ended, world.browser.get(f"{world.draft}/ausweisen?problem={ended.problem}").text)


def explained(name: str, ended: Ended, page: str) -> Line:
    """The line of a refusal: she was led to its own reason, and reads the words of that."""
    problem, words = EXPLAINED[name]
    right = ended.what == "refused" and ended.problem == problem and words in page
    return case(name, f"refused: {problem}", f"{ended.what}: {ended.problem}", right=right, why=ended.why)


def _older_request(world: World) -> Line:
    """Our question with the name of another signature algorithm: the service must notice, so it really checks ours."""
    import base64

    asked = world.leave()
    xml = base64.b64decode(asked["SAMLRequest"]).replace(
        b"2007/05/xmldsig-more#sha256-rsa-MGF1", b"2001/04/xmldsig-more#rsa-sha256"
    )
    answered = world.answer(asked | {"SAMLRequest": base64.b64encode(xml).decode()}, {"person": "erika"})
    got = "refused" if "refused" in answered else "taken"
    name = "identity provider refuses a PKCS#1 v1.5 request"
    return case(name, "refused", got, right=got == "refused", why=str(answered.get("refused", "")))


def _attacks(world: World, *, encrypted: bool) -> Iterator[Line]:
    for attack in world.attacks():
        if attack["encrypted_only"] and not encrypted:
            continue
        name = f"{attack['name']}{', encrypted' if encrypted else ''}"
        ended = world.sign_in({"person": "erika", "attack": attack["name"], "encrypted": encrypted})
        whole = attack["expect"] == "refused-or-whole-value" and "MUSTERMANN" in ended.page
        right = (ended.what == "refused" or (ended.what == "accepted" and whole)) and FORGED not in ended.page
        yield case(name, attack["expect"], ended.what, right=right, why=ended.why)


def _left(world: World) -> Iterator[Line]:
    """What was forged is nowhere afterwards; said as a note, for it is no case of the README's."""
    log = (world.stand.folder / "web.log").read_text(errors="replace")
    with psycopg.connect(world.stand.product.database) as connection:
        tables = [row[0] for row in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        found = [name for name in tables if _holds(connection, name)]
    if FORGED in log or found:
        raise AssertionError(f"a forged value was kept: {found or 'web.log'}")
    yield note(f"no forged value in {len(tables)} tables or the log")


def _holds(connection: Any, table: str) -> bool:
    sql = psycopg.sql.SQL("SELECT EXISTS (SELECT FROM {} AS one WHERE position(%s in one::text) > 0)")
    found = connection.execute(sql.format(psycopg.sql.Identifier(table)), [FORGED]).fetchone()
    return bool(found and found[0])
