"""Each package at each level, for whoever comes by each way: what suffices is taken, what is too low is refused with the ways
that suffice. `python -m tests.identity.levels` prints a line of JSON for each combination.

The product runs in this process, on the day of the packages' examples. Account service and wallet speak their protocols; what
the town issued itself, a certificate of residence, went into the wallet from a granted application and is shown alone.
"""

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from html import unescape
from typing import Any
from uuid import UUID

import yaml
from django.test import Client

from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.tests.holder import Holder
from adapters.saml import simulated
from stadttor.core.trust import LEVELS, Trust, reaches
from stadttor.identity.ports import Claim, KeyPair, Source
from tests.identity.packages import PACKAGES, names, publish
from tests.identity.plan import case
from tests.measuring.lines import Line

NOW = maker.NOW
"""Also the day of the examples in the packages."""
TOWN = "weissenburg"
ENTITY = "https://konto.example/idp"
PERSON = {**maker.PERSON, "birth_name": "GABLER", "place_of_birth": {"locality": "BERLIN"}, "nationalities": ["DE"]}
"""In the wallet: everything that a form can ask for."""
CERTIFICATE, OWN = "meldebescheinigung", "own_meldebescheinigung"
"""The service whose credential the town issues, and how its question to wallets names that."""
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
    # Who took it held the link of an application and a number from her mail, no more (docs/decisions/0023-issuing-into-wallets.md).
    Way("own credential", "own", "normal"),
)


@dataclass
class Town:
    """A town that trusts one account service and the issuer of one wallet. `holder` has what the town issued."""

    authority_id: UUID
    keys: KeyPair
    service: UUID
    holder: Holder

    def offer(self, package: str, needed: Trust) -> str:
        """The package with this level, live under a name of its own; gives the name."""
        slug = f"{package}-{needed}"
        _open(self.authority_id, publish(package, NOW, slug=slug, trust=needed))
        return slug


def a_town(authority_id: UUID) -> Town:
    """Set up by the product's own verbs."""
    from adapters.eudi_wallet.status_lists import StatusLists
    from adapters.eudi_wallet.verifier import EudiWallets
    from adapters.saml.keys import new_keys
    from stadttor.ground.actor import SYSTEM
    from stadttor.identity import account_services, ports, wallet_access
    from stadttor.site.issuing import own_list

    keys = new_keys("Konto", NOW)
    service = account_services.set_up(
        authority_id=authority_id, source="bundid", metadata=simulated.own_metadata(ENTITY, ENTITY, keys),
        name="Weißenburg", online_service="BMI-0", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    account_services.agree(
        authority_id=authority_id, service_id=service, signed="assertion", encrypted=True, older_signatures=False,
        active=True, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    speaker = EudiWallets(maker.anchors(), StatusLists(lambda uri: maker.status_token(), own_list))
    ports.use_wallets(lambda: speaker)
    access = maker.below(maker.root("Access root"), "Weißenburg", dns=f"{TOWN}.localhost")
    wallet_access.put_access(
        authority_id=authority_id, key=access.pkcs8(), chain=access.pem(), registrations={}, prefix="x509_hash", across=[],
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    return Town(authority_id, keys, service, _certified(authority_id))


def _open(authority_id: UUID, version_id: UUID) -> None:
    from stadttor.catalog import services as catalog
    from stadttor.ground.actor import SYSTEM

    adoption_id = catalog.adopt(authority_id=authority_id, version_id=version_id, parameters={}, actor=SYSTEM, now=NOW)
    catalog.go_live(authority_id=authority_id, adoption_id=adoption_id, actor=SYSTEM, now=NOW)


def _certified(authority_id: UUID) -> Holder:
    """A wallet that fetched what the town issues for a granted application. Raises RuntimeError when it got nothing."""
    from stadttor.ground.actor import SYSTEM
    from stadttor.identity.issuing.signing import put_signer
    from tests.identity import granter

    _open(authority_id, publish(CERTIFICATE, NOW))
    signer = maker.below(maker.town_root(), "Weißenburg")
    put_signer(authority_id=authority_id, key=signer.pkcs8(), chain=signer.pem(), actor=SYSTEM, now=NOW)
    case_id = granter._certify(authority_id)["case"]
    offered = granter._offer(authority_id, case_id, f"http://{TOWN}.localhost", CERTIFICATE)
    client = Client(headers={"host": f"{TOWN}.localhost"})

    def ask(path: str, body: bytes | None = None, kind: str = "", token: str = "") -> tuple[int, str]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        answer = client.get(path) if body is None else client.post(path, body, content_type=kind, headers=headers)
        return answer.status_code, answer.content.decode()

    holder = Holder(ask, clock=lambda: maker.SECONDS)
    status = holder.receive(offered["uri"], offered["tx_code"], OWN)
    if status != 200:
        raise RuntimeError(f"the wallet got no certificate: {status}")
    return holder


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

    def type_again(self) -> None:
        """What the form asks for once more since she signed in: her e-mail address."""
        from stadttor.forms.models import Draft
        from stadttor.forms.services.drafting import save_answers
        from stadttor.ground.work import work

        with work(self.town.authority_id):
            draft = Draft.objects.get(authority_id=self.town.authority_id, id=self.draft_id)
        save_answers(
            authority_id=self.town.authority_id, draft_id=self.draft_id, revision=draft.revision,
            answers=_completed(draft.answers, _answers(self.slug)), language="de", now=NOW,
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
        if self.way.kind == "own":
            return self._by_own()
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

    def question(self) -> str:
        """The link that asks her wallet."""
        self.client.post(f"{self.begun}/wallet", {"way": "here"})
        link = re.search(r'href="(openid4vp:[^"]+)"', self.text("/wallet"))
        return unescape(link[1] if link else "")

    def _by_wallet(self) -> bool:
        state = self.question().rpartition("%2F")[2].partition("&")[0]
        jwt = self.client.get(f"/wallet/request/{state}").text
        request = read_jws(jwt, typ="oauth-authz-req+jwt").claims()
        shown = maker.bound(maker.sd_jwt_vc(person=PERSON), audience=request["client_id"], nonce=request["nonce"])
        answer = maker.encrypted({"vp_token": {"pid": [shown]}}, request["client_metadata"]["jwks"]["keys"][0])
        form = "application/x-www-form-urlencoded"
        told = self.client.post(f"/wallet/answer/{state}", f"response={answer}", content_type=form)
        return self._taken_over(told.text)

    def _by_own(self) -> bool:
        """A wallet that shows it whether it is asked for it or not, and nothing else."""
        status, told = self.town.holder.show(self.question(), OWN)
        return status == 200 and self._taken_over(told)

    def _taken_over(self, told: str) -> bool:
        self.client.get(json.loads(told)["redirect_uri"].partition("localhost")[2])
        return self.client.post(f"{self.begun}/wallet", {"choice": "take"}).status_code == 303


def tried(town: Town, slug: str, needed: Trust, way: Way) -> Line:
    """One combination."""
    visit = Visit(town, slug, needed, way)
    expected = "sent" if reaches(way.reached, needed) else "refused"
    visit.fill_in()
    if expected == "sent":
        visit.must(visit.come(), "was not let in")
        visit.type_again()
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
    if visit.way.kind == "own":
        name = said.claims.get("family_name") if said and said.source == "wallet_eaa" else None
        kept = name is not None and (name.value, name.trust) == ("Yılmaz", "normal")
        visit.must(kept, "what the town issued counts as something else")


def _must_be_refused(visit: Visit) -> None:
    """At each of the doors, whatever happened at the one before."""
    if visit.way.kind == "account":
        visit.must(not visit.come(), "an honest service let her in")
        visit.must(not visit.come(honest=False), "a lower level than asked was taken")
        _put_in_too_low(visit, "bundid")
    if visit.way.kind == "own":
        asked = visit.town.holder.question(visit.question())["dcql_query"]["credentials"]
        visit.must(OWN not in {one["id"] for one in asked}, "the wallet is asked for what the town issued")
        visit.must(not visit.come(), "what the town issued was taken in place of the identity card")
        _put_in_too_low(visit, "wallet_eaa")
    visit.must(visit.send() == f"{visit.begun}/ausweisen", "the summary did not lead to the ways of signing in")
    visit.must(_refusal(visit) == "trust_low", "sending it was not refused for the level")
    for words in _ways_that_suffice(visit):
        visit.must(words in visit.text("/ausweisen"), f"the page does not say: {words}")
    visit.must('value="none"' not in visit.text("/ausweisen"), "going on without signing in is offered")


def _put_in_too_low(visit: Visit, source: Source) -> None:
    """As if the level had been lower when she signed in."""
    from stadttor.identity.assertions import keep
    from stadttor.identity.vocabulary import IdentityAssertion

    said = IdentityAssertion(source, visit.way.reached, NOW)
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
    from stadttor.catalog.rules.examples import with_files

    package = slug.rpartition("-")[0]
    examples = (yaml.safe_load(path.read_text()) for path in sorted((PACKAGES / package / "examples").glob("*.yaml")))
    whole = [one for one in examples if one["expect"]["valid"] and not one.keys() & {"parameters", "applicant"}]
    nearest = min(whole, key=lambda one: abs(date.fromisoformat(one["today"]) - NOW.date()))
    found: dict[str, Any] = with_files(nearest["answers"])
    return found


def _completed(answers: Any, whole: Any) -> Any:
    """The answers with what is missing of the whole ones."""
    if isinstance(answers, dict) and isinstance(whole, dict):
        return {**whole, **{key: _completed(value, whole.get(key)) for key, value in answers.items()}}
    if isinstance(answers, list) and isinstance(whole, list) and len(answers) == len(whole):
        return [_completed(one, other) for one, other in zip(answers, whole, strict=True)]
    return answers


@contextmanager
def the_day() -> Iterator[None]:
    """It is the day of the examples wherever the product looks at its clock."""
    from stadttor.ground import clock

    real = clock.now

    def then() -> datetime:
        return NOW

    def turn(before: Callable[[], datetime], after: Callable[[], datetime]) -> None:
        for module in list(sys.modules.values()):
            if getattr(module, "__dict__", {}).get("now") is before:
                module.now = after  # type: ignore[attr-defined]

    turn(real, then)
    try:
        yield
    finally:
        turn(then, real)  # what was loaded meanwhile, too


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
