"""A neighbour handles the dog tax for the town: what its clerk sees at home and in the town's desk, and what the letter says."""

import re
from html import unescape
from uuid import UUID

import pytest
from django.test import Client

from stadttor.cases.queries import case_for
from stadttor.cases.services import note
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.models import AuditEntry
from stadttor.ground.web.language import speaking
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity import services as staff
from stadttor.site import wiring
from stadttor.site.tests.test_assessing import Town
from stadttor.site.tests.test_membership import facts_of
from stadttor.tenancy.services import accept_agreement, end_agreement, offer_agreement

pytestmark = pytest.mark.db
BERG = {"email": "berg@muenchen.example", "password": "ein langes Kennwort"}


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    return Town(authority.id)


@pytest.fixture
def agreement(town, neighbour) -> UUID:
    """Munich handles the dog tax; Frau Berg does."""
    (unit,) = identity.units(town.authority_id)
    made = offer_agreement(
        authority_id=town.authority_id, helper_slug="muenchen", service=town.slug, title="Hundesteuer", unit_id=unit.id,
        legal_basis="Zweckvereinbarung", starts=german_day(now()), ends=None, actor=SYSTEM, now=now(),
    )  # fmt: skip
    accept_agreement(authority_id=neighbour.id, agreement_id=made, actor=SYSTEM, now=now())
    staff.create_member(
        authority_id=neighbour.id, name="Frau Berg", roles=["clerk"], unit_ids=[], actor=SYSTEM, now=now(), **BERG
    )
    (berg,) = identity.members(neighbour.id)
    staff.name_helper(authority_id=neighbour.id, agreement_id=made, account_id=berg.account_id, actor=SYSTEM, now=now())
    return made


def signed_in(slug: str) -> Client:
    browser = Client(headers={"host": f"{slug}.localhost", "accept-language": "en"})
    assert browser.post("/desk/sign-in", BERG).status_code == 302
    return browser


def read(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return unescape(re.sub(r"<[^>]+>|\s+", " ", answer.content.decode()))


def test_at_home_she_sees_how_much_waits_and_the_way_there(town, agreement, neighbour):
    page = signed_in("muenchen").get("/desk/helping").content.decode()
    assert "one open case" in page
    assert "Große Kreisstadt Weißenburg i. Bay." in page
    assert 'href="http://weissenburg.localhost/desk/cases/?scope=unit"' in page
    assert "Luna" not in page  # nothing of a case
    end_agreement(authority_id=neighbour.id, agreement_id=agreement, day=german_day(now()), actor=SYSTEM, now=now())
    assert "You work for no other authority" in read(signed_in("muenchen"), "/desk/helping")


def test_in_the_towns_desk_she_has_the_case_with_every_act_that_is_hers(town, agreement):
    berg = signed_in("weissenburg")
    assert "Hundesteuer" in read(berg, "/desk/cases/?scope=unit")
    page = read(berg, f"/desk/cases/{town.case_id}")
    for word in ("Frau Berg (Landeshauptstadt München)", "Take this case", "Decide"):
        assert word in page
    assert "Give to somebody else" not in page
    for act in ("decide", "ask", "protect", "file.pdf"):
        assert berg.get(f"/desk/cases/{town.case_id}/{act}").status_code == 200, act
    assert berg.get(f"/desk/cases/{town.case_id}/assign").status_code == 403


def test_what_she_does_stands_in_the_towns_audit_with_the_agreement(town, agreement):
    token = staff.sign_in(authority_id=town.authority_id, address="::1", now=now(), **BERG)
    berg = identity.staff_of(token, town.authority_id, now())
    note(staff=berg, case_id=town.case_id, text="Rückruf", now=now())
    assert case_for(berg, town.case_id, now()).notes[0].author_name == "Frau Berg (Landeshauptstadt München)"
    with work(town.authority_id):
        entry = AuditEntry.objects.get(authority_id=town.authority_id, act="case.noted")
    assert entry.details["agreements"] == [str(agreement)]


def test_the_letter_comes_from_the_town_and_says_who_handled_it(town, agreement, monkeypatch):
    facts = facts_of(town, monkeypatch)
    assert facts.authority.name == "Große Kreisstadt Weißenburg i. Bay."
    assert facts.authority.in_name_of == "bearbeitet von: Landeshauptstadt München"


def test_without_an_agreement_the_letter_says_nothing_of_it(town, monkeypatch):
    with speaking("de"):
        assert facts_of(town, monkeypatch).authority.in_name_of == ""
