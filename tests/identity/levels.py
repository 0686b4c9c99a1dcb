"""Each package at each level, for whoever comes by each way: what suffices is taken, what is too low is refused with the ways
that suffice. `python -m tests.identity.levels` prints a line of JSON for each combination.

The product runs in this process, on the day of the packages' examples. Account service and wallet speak their protocols.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from html import unescape
from typing import Any
from uuid import UUID

import yaml
from django.test import Client

from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.tests import maker
from adapters.saml import simulated
from stadttor.core.trust import LEVELS, Trust, reaches
from stadttor.identity.ports import Claim, KeyPair
from tests.identity.packages import PACKAGES, names, publish
from tests.identity.plan import case
from tests.measuring.lines import Line

NOW = maker.NOW
"""Also the day of the examples in the packages."""
TOWN = "weissenburg"
ENTITY = "https://konto.example/idp"
PERSON = {**maker.PERSON, "birth_name": "GABLER", "place_of_birth": {"locality": "BERLIN"}, "nationalities": ["DE"]}
"""In the wallet: everything that a form can ask for."""
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


@dataclass(frozen=True)
class Way:
    """`stork`: the level an account service says it signed her in at; `account`: it gives a pseudonym (bPK2)."""

    name: str
    kind: str
    reached: Trust
    stork: int = 0
    account: bool = False


STORK: Mapping[int, Trust] = {1: "normal", 2: "normal", 3: "substantiell", 4: "hoch"}
WAYS = (
    Way("anonymous", "anonymous", "none"),
    *(Way(f"BundID STORK {stork}", "account", level, stork, account=True) for stork, level in STORK.items()),
    *(Way(f"BundID STORK {stork} without bPK2", "account", level, stork) for stork, level in STORK.items()),
    Way("EUDI wallet", "wallet", "hoch"),
)


@dataclass
class Town:
    """A town that trusts one account service and the issuer of one wallet."""

    authority_id: UUID
    keys: KeyPair
    service: UUID

    def offer(self, package: str, needed: Trust) -> str:
        """The package with this level, live under a name of its own; gives the name."""
        from stadttor.catalog import services as catalog
        from stadttor.ground.actor import SYSTEM

        slug = f"{package}-{needed}"
        version_id = publish(package, NOW, slug=slug, trust=needed)
        adoption_id = catalog.adopt(
            authority_id=self.authority_id, version_id=version_id, parameters={}, actor=SYSTEM, now=NOW
        )
        catalog.go_live(authority_id=self.authority_id, adoption_id=adoption_id, actor=SYSTEM, now=NOW)
        return slug


def a_town(authority_id: UUID) -> Town:
    """Set up by the product's own verbs."""
    from adapters.eudi_wallet.status_lists import StatusLists
    from adapters.eudi_wallet.verifier import EudiWallets
    from adapters.saml.keys import new_keys
    from stadttor.ground.actor import SYSTEM
    from stadttor.identity import account_services, ports, wallet_access

    keys = new_keys("Konto", NOW)
    service = account_services.set_up(
        authority_id=authority_id, source="bundid", metadata=simulated.own_metadata(ENTITY, ENTITY, keys),
        name="Weißenburg", online_service="BMI-0", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    account_services.agree(
        authority_id=authority_id, service_id=service, signed="assertion", encrypted=True, older_signatures=False,
        active=True, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    speaker = EudiWallets(maker.anchors(), StatusLists(lambda uri: maker.status_token()))
    ports.use_wallets(lambda: speaker)
    access = maker.below(maker.root("Access root"), "Weißenburg", dns=f"{TOWN}.localhost")
    wallet_access.put_access(
        authority_id=authority_id, key=access.pkcs8(), chain=access.pem(), registrations={}, prefix="x509_hash", across=[],
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    return Town(authority_id, keys, service)


@dataclass
class Visit:
    """Somebody applies: what was not as it should be is in `faults`."""

    town: Town
    slug: str
    needed: Trust
    way: Way
    faults: list[str] = field(default_factory=list)

    @cached_property
    def client(self) -> Client:
        return Client(headers={"host": f"{TOWN}.localhost"})

    @cached_property
    def begun(self) -> str:
        """Where the first step leads: to the ways of signing in exactly where one is needed."""
        first = self.client.post(f"/leistungen/{self.slug}/antrag").headers["Location"]
        self.must(first.endswith("/ausweisen") == (self.needed != "none"), f"begins at {first.rpartition('/')[2]}")
        found = re.match(r"/antrag/[0-9a-f-]+", first)
        return found[0] if found else ""

    @property
    def draft_id(self) -> UUID:
        return UUID(self.begun.rpartition("/")[2])

    def must(self, right: bool, what: str) -> None:
        if not right:
            self.faults.append(what)

    def text(self, path: str) -> str:
        return self.client.get(f"{self.begun}{path}").content.decode()

    def fill_in(self) -> None:
        from stadttor.forms.services.drafting import save_answers

        save_answers(
            authority_id=self.town.authority_id, draft_id=self.draft_id, revision=0, answers=_answers(self.slug),
            language="de", now=NOW,
        )  # fmt: skip

    def send(self) -> str:
        """Where sending leads: to the receipt, or to the ways of signing in."""
        page = self.text("/zusammenfassung")
        seen = re.search(r'name="seen" value="([^"]+)"', page)
        answer = {"seen": seen[1] if seen else "", "declared": "yes"}
        return self.client.post(f"{self.begun}/zusammenfassung", answer).headers.get("Location", "")

    def submission(self) -> Any:
        from stadttor.forms.models import Submission
        from stadttor.ground.work import work

        with work(self.town.authority_id):
            return Submission.objects.filter(authority_id=self.town.authority_id, draft_id=self.draft_id).first()

    def come(self, *, honest: bool = True) -> bool:
        """Come by the way; gives whether it let her in. A service that is not `honest` signs her in too low all the same."""
        if self.way.kind == "anonymous":
            return self.client.post(f"{self.begun}/ausweisen", {"way": "none"}).status_code == 302
        return self._by_wallet() if self.way.kind == "wallet" else self._by_account(honest)

    def _by_account(self, honest: bool) -> bool:
        place = f"{self.begun}/ausweisen"
        asked = dict(HIDDEN.findall(self.client.post(place, {"way": str(self.town.service)}).content.decode()))
        posted = self._answered(unescape(asked["SAMLRequest"]), honest)
        fields = {"SAMLResponse": posted, "RelayState": unescape(asked["RelayState"])}
        back = self.client.post(f"/anmelden/{self.town.service}/antwort", fields).headers["Location"]
        if back.endswith("/angemeldet"):
            self.client.post(back, {"choice": "take"})
            return True
        self.must(back == f"{place}?problem=level", f"the account's answer led to {back.rpartition('/')[2]}")
        return False

    def _answered(self, request: str, honest: bool) -> str:
        from stadttor.identity.account_services import service

        asked, level = simulated.asking(request), STORK[self.way.stork]
        claims = {"family_name": Claim("YILMAZ", level, "x"), "given_name": Claim("AMIRA", level, "x")}
        reference = f"STORK-QAA-Level-{self.way.stork}"
        person = simulated.Person(level, "eID", claims, "pseudonym" if self.way.account else "", reference)
        ours = service(self.town.authority_id, self.town.service).keys[0].certificate
        asked = asked if honest else replace(asked, level="none")
        return simulated.answered(asked, person, ENTITY, self.town.keys, ours, NOW)

    def _by_wallet(self) -> bool:
        self.client.post(f"{self.begun}/wallet", {"way": "here"})
        link = re.search(r'href="(openid4vp:[^"]+)"', self.text("/wallet"))
        state = unescape(link[1] if link else "").rpartition("%2F")[2].partition("&")[0]
        jwt = self.client.get(f"/wallet/request/{state}").text
        request = read_jws(jwt, typ="oauth-authz-req+jwt").claims()
        shown = maker.bound(maker.sd_jwt_vc(person=PERSON), audience=request["client_id"], nonce=request["nonce"])
        answer = maker.encrypted({"vp_token": {"pid": [shown]}}, request["client_metadata"]["jwks"]["keys"][0])
        form = "application/x-www-form-urlencoded"
        told = self.client.post(f"/wallet/answer/{state}", f"response={answer}", content_type=form)
        self.client.get(told.json()["redirect_uri"].partition("localhost")[2])
        return self.client.post(f"{self.begun}/wallet", {"choice": "take"}).status_code == 303


def tried(town: Town, slug: str, needed: Trust, way: Way) -> Line:
    """One combination."""
    visit = Visit(town, slug, needed, way)
    expected = "sent" if reaches(way.reached, needed) else "refused"
    visit.fill_in()
    if expected == "sent":
        visit.must(visit.come(), "was not let in")
        visit.must(visit.send().startswith("/status/"), "was not sent")
        _must_be_kept(visit)
    else:
        _must_be_refused(visit)
    got = "sent" if visit.submission() else "refused"
    package = slug.removesuffix(f"-{needed}")
    right = got == expected and not visit.faults
    return case(f"{package}, level {needed}, {way.name}", expected, got, right=right, why="; ".join(visit.faults))


def _must_be_kept(visit: Visit) -> None:
    """How sure it was, and who, as the clerk will see it."""
    from stadttor.identity.assertions import assertion_of

    said, sent = assertion_of(visit.town.authority_id, visit.draft_id), visit.submission()
    visit.must(sent is not None and sent.trust == visit.way.reached, "another level is kept")
    visit.must((said is not None) == (visit.way.kind != "anonymous"), "kept of a sign-in: too much or nothing")
    visit.must(bool(said and said.subject) == visit.way.account, "the pseudonym is not as it was given")


def _must_be_refused(visit: Visit) -> None:
    """At each of the doors, whatever happened at the one before."""
    if visit.way.kind == "account":
        visit.must(not visit.come(), "an honest service let her in")
        visit.must(not visit.come(honest=False), "a lower level than asked was taken")
        _put_in_too_low(visit)
    visit.must(visit.send() == f"{visit.begun}/ausweisen", "the summary did not lead to the ways of signing in")
    visit.must(_refusal(visit) == "trust_low", "sending it was not refused for the level")
    for words in _ways_that_suffice(visit):
        visit.must(words in visit.text("/ausweisen"), f"the page does not say: {words}")
    visit.must('value="none"' not in visit.text("/ausweisen"), "going on without signing in is offered")


def _put_in_too_low(visit: Visit) -> None:
    """As if the level had been lower when she signed in."""
    from stadttor.identity.assertions import keep
    from stadttor.identity.vocabulary import IdentityAssertion

    said = IdentityAssertion("bundid", visit.way.reached, NOW)
    keep(authority_id=visit.town.authority_id, draft_id=visit.draft_id, assertion=said, now=NOW)


def _refusal(visit: Visit) -> str:
    from stadttor.core.refused import Refused
    from stadttor.portal.access import cookie_name
    from stadttor.portal.journey import open_journey
    from stadttor.portal.services import send

    token = visit.client.cookies[cookie_name(visit.draft_id)].value
    journey = open_journey(visit.town.authority_id, visit.draft_id, token, "de", NOW)
    try:
        send(journey=journey, token=token, randomness=bytes(16))
    except Refused as refused:
        return refused.code
    return "sent"


def _ways_that_suffice(visit: Visit) -> Iterator[str]:
    """The level in words, what of the account suffices, and the wallet."""
    from stadttor.ground.web.language import _, speaking
    from stadttor.portal import ways

    with speaking("de"):
        yield from (_(ways.TRUST_NAMES[visit.needed]), _(ways.WAYS_THAT_SUFFICE[visit.needed]), _(ways.WALLET_SUFFICES))
    yield f'value="{visit.town.service}"'
    yield f'href="{visit.begun}/wallet"'


def _answers(slug: str) -> dict[str, Any]:
    """Of an accepted example of this day or the nearest; a file stands there by its name."""
    from stadttor.catalog.rules.examples import _with_files

    package = slug.rpartition("-")[0]
    examples = (yaml.safe_load(path.read_text()) for path in sorted((PACKAGES / package / "examples").glob("*.yaml")))
    whole = [one for one in examples if one["expect"]["valid"] and not one.keys() & {"parameters", "applicant"}]
    nearest = min(whole, key=lambda one: abs(date.fromisoformat(one["today"]) - NOW.date()))
    found: dict[str, Any] = _with_files(nearest["answers"])
    return found


@contextmanager
def the_day() -> Iterator[None]:
    """It is the day of the examples wherever the product looks at its clock."""
    from stadttor.ground import clock

    real = clock.now
    looking = [one for one in list(sys.modules.values()) if getattr(one, "__dict__", {}).get("now") is real]
    try:
        for module in looking:
            module.now = lambda: NOW
        yield
    finally:
        for module in looking:
            module.now = real


def every(town: Town) -> Iterator[Line]:
    """All of them, and each package at the level it has itself."""
    for package in names():
        for needed in LEVELS:
            slug = town.offer(package, needed)
            for way in WAYS:
                yield tried(town, slug, needed, way)


def main() -> int:
    """The database is new and the product's; the environment says where."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stadttor.site.settings")
    django.setup()
    from django.conf import settings
    from django.urls import get_resolver

    from stadttor.site.wiring import connect
    from tests.safety.stand import make_authority

    connect()
    settings.ALLOWED_HOSTS = ["*"]
    assert get_resolver().url_patterns, "the pages are loaded before the clock is set"
    with the_day():
        town = a_town(make_authority(TOWN, "Weißenburg i. Bay."))
        for line in every(town):
            print(json.dumps(line), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
