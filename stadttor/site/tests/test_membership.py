"""Dog tax in an association: assessed by the statute of the municipality where the dog is kept."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from stadttor.cases.ports import CaseRef
from stadttor.cases.queries import decision_of
from stadttor.catalog import queries as catalog
from stadttor.catalog.tests.test_pages import signed_in
from stadttor.core.refused import Refused
from stadttor.forms.queries import DraftRow
from stadttor.ground import authorities
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.models import Authority
from stadttor.ground.web.language import speaking
from stadttor.ground.work import common
from stadttor.notices.letters import data
from stadttor.notices.tests.test_letters import running, text_of
from stadttor.payments.queries.finance import BankAccount, all_rules
from stadttor.payments.services.finance import Books, set_rules
from stadttor.portal.journey import Journey
from stadttor.portal.whose_rules import after_the_address, on_the_summary
from stadttor.site import letter_facts, letters, wiring
from stadttor.site.applications import submitted
from stadttor.site.assessing import assessment_of, what_it_comes_to
from stadttor.site.letters import decision_letters
from stadttor.site.membership import whose_settings_count
from stadttor.site.tests.test_assessing import ANSWERS, Town
from stadttor.tenancy import demo
from stadttor.tenancy.queries import member
from stadttor.tenancy.services import describe_member, set_coverage

pytestmark = pytest.mark.db
ETTENSTATT = {"095775534127": {"satz_erster_cents": 3000, "satzung": "Hundesteuersatzung der Gemeinde Ettenstatt"}}


@pytest.fixture
def association(authority) -> UUID:
    """The town as if it were the association of Ellingen, Ettenstatt and Höttingen."""
    wiring.connect()
    demo.load(now=now())
    set_coverage(authority.id, ["095775534"], actor=SYSTEM, now=now())
    found: UUID = authority.id
    return found


def assessed(town: Town) -> int:
    """Cents a year for the first dog, by the decision."""
    made = assessment_of(submitted(town.authority_id, town.submission_id), "assessed", now().date())
    assert made
    return made.elements[0].cents


@pytest.mark.parametrize(("place", "cents"), [("Ettenstatt", 3000), ("Höttingen", 5000), ("Pleinfeld", 5000)])
def test_the_tax_is_that_of_the_municipality(association: UUID, place: str, cents: int) -> None:
    town = Town(association, place=place, members=ETTENSTATT)
    assert assessed(town) == cents
    town.decide()
    assert sum(town.owed().values()) == cents + 7500 + 2 * 300


@pytest.mark.parametrize(
    ("place", "kind", "title"),
    [
        ("Ettenstatt", "info", "The settings of this municipality count: Gemeinde Ettenstatt"),
        ("Pleinfeld", "warning", "The address names none of your member municipalities"),
    ],
)
def test_the_clerk_is_told_which_member_the_address_names(association: UUID, place: str, kind: str, title: str) -> None:
    with speaking("en"):
        (told,) = whose_settings_count(case_of(Town(association, place=place, members=ETTENSTATT)))
    assert (told.kind, told.title) == (kind, title)


def test_a_town_alone_has_nothing_to_pick(authority) -> None:
    wiring.connect()
    demo.load(now=now())
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Town(authority.id, place="Pleinfeld")
    assert whose_settings_count(case_of(town)) == ()
    assert submitted(town.authority_id, town.submission_id).form.in_name_of is None


def test_the_form_follows_the_address_while_it_is_filled_in(association: UUID) -> None:
    """Its questions and sentences are those of the place that was typed last."""
    town = Town(association, place="Ettenstatt", members={"095775534127": {"zahlungsarten": ["ueberweisung"]}})
    form = catalog.adopted_form(association, town.slug)
    journey = Journey(draft_of(form), form, "de", now())
    assert journey.form is form
    there = journey.with_answers(lives_in("Ettenstatt"))
    assert there.filled.parameters["zahlungsarten"] == ["ueberweisung"]
    assert there.with_answers(lives_in("Ellingen")).form.parameters["zahlungsarten"] != ["ueberweisung"]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("Ettenstatt", "By your address the rules of this municipality apply: Gemeinde Ettenstatt"),
        ("Pleinfeld", "Your address does not tell us your municipality."),
    ],
)
def test_the_citizen_is_told_whose_rules_apply_and_what_they_make(association: UUID, place: str, said: str) -> None:
    town = Town(association, place=place, members=ETTENSTATT)
    found = submitted(association, town.submission_id)
    journey = Journey(draft_of(found.form), found.form, "en", now()).with_answers(found.filled.answers)
    follows = [one for one in journey.steps if after_the_address(journey, one)]
    with speaking("en"):
        (told, amount) = on_the_summary(journey)
        assert after_the_address(journey, follows[0])[0].startswith(said)
    assert told.startswith(said)
    full = 3000 if place == "Ettenstatt" else 5000
    assert f"{(full + 7500) / 100:.2f}" in amount
    assert len(follows) == 1, "only on the page that follows the address"


def test_the_clerk_reads_what_a_decision_comes_to_before_she_writes_it(association: UUID) -> None:
    town = Town(association, place="Ettenstatt", members=ETTENSTATT)
    with speaking("de"):
        (told,) = what_it_comes_to(case_of(town))
    assert "105,00\u00a0€" in told.text
    town.decide()
    with speaking("de"):
        assert what_it_comes_to(case_of(town)) == ()


def case_of(town: Town) -> CaseRef:
    return CaseRef(town.authority_id, town.case_id, town.submission_id, town.case_id, 0, "1", "de")


def lives_in(place: str) -> dict[str, Any]:
    return {"person": {**ANSWERS["person"], "anschrift": {**ANSWERS["person"]["anschrift"], "city": place}}}


def draft_of(form: catalog.AdoptedForm) -> DraftRow:
    return DraftRow(
        form.adoption_id, form.slug, form.adoption_id, form.revision_id, "de", {}, "", 0, now(), now(), None
    )


ACCOUNT = BankAccount("Gemeinde Ettenstatt", "DE02300209000106531065", "CMCIDEDD")
OWN = "DE02120300000000202051"


def with_books(authority_id: UUID) -> None:
    books = Books("577", 6, "mod97", "Q-", {"*/": "4311.01"}, "Kasse", OWN, "BYLADEM1001")
    set_rules(
        authority_id=authority_id, valid_from=date(2026, 1, 1), actor=SYSTEM, now=now(),
        books=replace(books, members={"095775534127": ACCOUNT}),
    )  # fmt: skip


def facts_of(town: Town, monkeypatch: pytest.MonkeyPatch) -> data.LetterFacts:
    """What the letter of a decision was made of; the letter itself is set."""
    made: list[data.LetterFacts] = []
    monkeypatch.setattr(letters, "letter_data", lambda facts: made.append(facts) or data.letter_data(facts))
    decision_id = town.decide()
    found = submitted(town.authority_id, town.submission_id)
    pdf = decision_letters(found, decision_of(town.authority_id, decision_id), now())
    assert pdf["de"].startswith(b"%PDF")
    return made[0]


def test_the_letter_decides_in_the_name_of_the_municipality(association: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    with_books(association)
    describe_member(association, "095775534127", actor=SYSTEM, now=now(), lines=["Am Hof 1", "91796 Ettenstatt"])
    facts = facts_of(Town(association, place="Ettenstatt", members=ETTENSTATT), monkeypatch)
    assert facts.authority.in_name_of == "im Namen der Gemeinde Ettenstatt"
    assert list(facts.authority.lines) == ["Am Hof 1", "91796 Ettenstatt"]
    assert (facts.demand.holder, facts.demand.iban) == (ACCOUNT.holder, ACCOUNT.iban)
    assert "Gemeinde Ettenstatt, Am Hof 1, 91796 Ettenstatt" in facts.remedy
    assert facts.parameters["satzung"] == "Hundesteuersatzung der Gemeinde Ettenstatt"


def test_where_no_municipality_is_picked_the_association_decides_itself(
    association: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_books(association)
    facts = facts_of(Town(association, place="Pleinfeld", members=ETTENSTATT), monkeypatch)
    assert facts.authority.in_name_of == ""
    assert facts.demand.iban == OWN
    assert "Ettenstatt" not in facts.remedy


def test_an_account_of_a_municipality_must_be_one(association: UUID) -> None:
    books = Books("577", 6, "mod97", "Q-", {"*/": "4311.01"}, members={"095775534127": replace(ACCOUNT, iban="DE00")})
    with pytest.raises(Refused, match="account_iban") as refused:
        set_rules(authority_id=association, valid_from=date(2026, 1, 1), actor=SYSTEM, now=now(), books=books)
    assert refused.value.field == "member.095775534127.iban"


def test_the_organiser_sets_the_account_of_a_municipality_with_the_books(association: UUID, client: Client) -> None:
    with common(write=True):
        authority = Authority.objects.get(id=association)
        authority.kind = "verband"
        authority.save()
    authorities.forget()
    desk = signed_in(client, authority, "organiser")
    page = desk.get("/desk/finance/books").content.decode()
    assert "Gemeinde Höttingen" in page
    said = {
        "prefix": "577", "digits": "6", "check": "mod97", "days": "3", "close_days": "3", "accounts": "4311.01",
        "valid_from.day": "1", "valid_from.month": "1", "valid_from.year": "2026",
        "member.095775534127.holder": ACCOUNT.holder, "member.095775534127.iban": "DE02 3002 0900 0106 5310 65",
    }  # fmt: skip
    fields = dict(re.findall(r'name="(account[^"]*)"[^>]*value="([^"]*)"', page))
    said |= dict.fromkeys(list(fields)[:1], "4311.01")
    wrong = desk.post("/desk/finance/books", said | {"member.095775534127.iban": "DE00"})
    assert wrong.status_code == 422
    assert 'id="f-member-095775534127-iban"' in wrong.content.decode()
    assert desk.post("/desk/finance/books", said).status_code == 302
    (rules,) = all_rules(association)
    assert rules.account_for("095775534127") == replace(ACCOUNT, bic="")
    assert rules.account_for("095775534141") == BankAccount()


CREST = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="#0b4f8a"/></svg>'


def test_the_organiser_sets_the_letterhead_of_a_municipality(association: UUID, client: Client) -> None:
    with common(write=True):
        authority = Authority.objects.get(id=association)
        authority.kind = "verband"
        authority.save()
    authorities.forget()
    desk, page = signed_in(client, authority, "organiser"), "/desk/setup/members/095775534127"
    assert page in desk.get("/desk/setup/members").content.decode()
    assert "/desk/setup/members" in desk.get("/desk/setup").content.decode()
    said = {
        "lines": "Am Hof 1\n91796 Ettenstatt", "phone": "09148 1", "email": "rathaus@ettenstatt.example", "website": "",
        "remedy": "Widerspruch innerhalb eines Monats.",
    }  # fmt: skip
    for wrong, field in (
        ({"email": "keine"}, "email"),
        ({"crest": drawing("<svg><script/></svg>")}, "crest"),
        ({"crest": drawing(CREST.removesuffix("</svg>"))}, "crest"),
    ):
        refused = desk.post(page, said | wrong)
        assert (refused.status_code, f'href="#f-{field}"' in refused.content.decode()) == (422, True)
        assert "Am Hof 1" in refused.content.decode(), "what was typed is still there"
    assert desk.post(page, said | {"crest": drawing(CREST)}).status_code == 303
    facts = letter_facts.authority_facts(association, member(association, "095775534127"))
    assert list(facts.lines) == ["Am Hof 1", "91796 Ettenstatt"]
    assert (facts.phone, facts.email, facts.crest) == ("09148 1", "rathaus@ettenstatt.example", CREST)
    assert desk.post(page, said).status_code == 303
    assert member(association, "095775534127").crest == CREST, "no new file changes nothing"
    assert desk.post(page, said | {"no_crest": "yes"}).status_code == 303
    assert member(association, "095775534127").crest == ""
    assert desk.get("/desk/setup/members/091620000000").status_code == 404


def test_a_town_alone_has_no_letterheads_of_members(authority, client: Client) -> None:
    desk = signed_in(client, authority, "organiser")
    assert desk.get("/desk/setup/members").status_code == 404
    assert desk.get("/desk/setup/members/095775534127").status_code == 404


def drawing(svg: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("wappen.svg", svg.encode(), "image/svg+xml")


def test_the_notice_names_the_statute_of_the_municipality_and_keeps_account_and_code_together(
    association: UUID, tmp_path: Path
) -> None:
    with_books(association)
    town = Town(association, place="Ettenstatt", members=ETTENSTATT)
    found = submitted(association, town.submission_id)
    decision = decision_of(association, town.decide())
    pdf = decision_letters(found, decision, now())["de"]
    assert "nach der Satzung (Hundesteuersatzung der Gemeinde Ettenstatt)" in running(pdf, tmp_path)
    assert "unserer Satzung" not in running(pdf, tmp_path)
    whole = text_of(pdf, tmp_path)
    (sheet,) = [one for one in whole.split("\f") if "GiroCode" in one]
    assert ACCOUNT.iban in sheet
    assert "Für dieses Jahr zahlen Sie" in sheet
