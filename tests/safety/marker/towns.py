"""Two towns by the product's own verbs, and in each the names, settings and opinions of one set of words."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from tests.safety.live.seed import PASSWORD, email, seed
from tests.safety.live.service import SLUG

ENOUGH_ANSWERS = 6
YEARS = (-9_000, 9_000)
CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><title>{}</title><rect width="9" height="9"/></svg>'
SCOPES = ["cases:read", "cases:write", "services:read"]


@dataclass(frozen=True)
class Words:
    """What people of one town write; `prefix` finds it without naming it."""

    name: str
    email: str
    text: str
    place: str
    prefix: str


@dataclass(frozen=True)
class Town:
    """`token` is that of another system with all scopes of reading and writing; `account_service` knows citizens."""

    slug: str
    id: UUID
    token: str
    account_service: UUID
    words: Words


def make(folder: Path, words: dict[str, Words]) -> dict[str, Town]:
    """By their names in addresses; Herr Olsen leads the clerks of each, Frau Kern organises."""
    return {slug: _town(slug, town, words[slug]) for slug, town in seed(folder).items()}


def _town(slug: str, town: UUID, words: Words) -> Town:
    from django.conf import settings

    from stadttor.catalog import demo, queries
    from stadttor.catalog import services as adopting
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import german_day, now
    from stadttor.identity import services as staff
    from stadttor.identity.account_services import services
    from stadttor.insights.rules.spans import told_until
    from stadttor.insights.services import add_comment, give_score, right_to_answer
    from stadttor.inventory import services as stock
    from stadttor.inventory.rules.stock import Process
    from stadttor.papers.services import report_barrier
    from stadttor.site import simulated_account
    from stadttor.tenancy.services import describe
    from tests.isolation.steering import make_body

    known = {"authority_id": town, "actor": SYSTEM, "now": now()}
    staff.create_member(
        email=f"kern@{slug}.example",
        name="Frau Kern",
        roles=["organiser", "warden"],
        unit_ids=[],
        password=PASSWORD,
        **known,
    )
    staff.create_member(
        email=words.email, name=words.name, roles=["clerk"], unit_ids=[], password=PASSWORD, **known
    )  # fmt: skip
    staff.save_unit(unit_id=None, name=words.place, services=[], **known)
    token = staff.create_token(name=words.name, scopes=SCOPES, lasts=timedelta(days=1), **known)
    demo.load_packages(settings.STADTTOR_PACKAGES, keys=settings.STADTTOR_KEYS, now=now())
    make_body(slug=slug, town_id=town, email=f"sommer@{slug}.example", password=PASSWORD)
    describe(town, crest=CREST.format(words.place), actor=SYSTEM, now=now())
    version = next(one for one in queries.versions() if one.slug == "bewohnerparkausweis")
    parameters = {"zonen": [words.place], "strassen": []}
    adoption = adopting.adopt(version_id=version.id, parameters=parameters, **known)
    adopting.go_live(adoption_id=adoption, **known)
    _apply(town, words)
    # Three weeks after its end a month is told.
    day = told_until(german_day(now()))
    for _ in range(ENOUGH_ANSWERS):
        right = right_to_answer(authority_id=town, service=SLUG, way="online_sent", ballot=uuid4())
        said = {"authority_id": town, "right": right, "service": SLUG, "way": "online_sent", "today": day}
        give_score(**said, score=2)
        add_comment(**said, text=words.text, is_pleased=False)
    stock.save_process(process_id=None, seen=0, process=Process(f"Fundsachen {words.place}"), **known)
    report = {"text": words.text, "place": words.place, "email": words.email, "language": "de"}
    report_barrier(authority_id=town, key=uuid4(), now=now(), **report)
    simulated_account.set_up(town, slug, now())
    let_issue(town)
    return Town(slug, town, token, services(town)[0].id, words)


def let_issue(town: UUID) -> None:
    """Permits go into wallets: with a key and a certificate that nobody else has."""
    from adapters.eudi_wallet.tests import maker
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now
    from stadttor.identity.issuing.signing import put_signer

    signer = maker.below(maker.root("Town CA", days=YEARS), "Town", days=YEARS)
    put_signer(authority_id=town, key=signer.pkcs8(), chain=signer.pem(), actor=SYSTEM, now=now())


def _apply(town: UUID, words: Words) -> None:
    """An application whose form asks for first and last name: so the lists name the applicant."""
    from stadttor.catalog.queries import adopted_form
    from stadttor.forms.services.submitting import Application
    from stadttor.ground.clock import now
    from stadttor.portal.access import new_token
    from stadttor.portal.services import accept

    form, (first, last) = adopted_form(town, "bewohnerparkausweis"), words.name.split()
    accept(
        form=form,
        application=Application(
            service=form.slug, adoption_id=form.adoption_id, revision_id=form.revision_id,
            answers={"person": {"vorname": first, "nachname": last, "email": words.email}}, fees=[], language="de",
            email=words.email, applicant=words.name,
        ),
        key="by hand", token=new_token(), randomness=os.urandom(16), now=now(),
    )  # fmt: skip


__all__ = ["Town", "Words", "email", "make"]
