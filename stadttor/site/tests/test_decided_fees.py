"""A fee that is paid after the decision: owed with the decision, named in the letter, changed with a reason, gone with it."""

import os
from datetime import date, timedelta
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case
from stadttor.cases.queries import decision_of
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.catalog.rules.examples import filled
from stadttor.core.refused import Refused
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.identity import services as staff
from stadttor.notices.letters import data
from stadttor.payments.models import Booking
from stadttor.payments.queries.finance import claim_number_of
from stadttor.payments.services.finance import Books, set_rules
from stadttor.portal import access
from stadttor.portal.journey import applicant_name
from stadttor.portal.services import accept, fee_rows
from stadttor.records.services import open_file
from stadttor.site import delivery, letters, wiring
from stadttor.tenancy.services import set_coverage
from tests.shelf import publish

pytestmark = pytest.mark.db
ACCOUNT = {"email": "adler@weissenburg.example", "password": "ein langes Kennwort"}
SLUG = "sondernutzung"
CONTAINER = 3700
"""8 m² for three days at 50 cents, and the permit itself."""


class Town:
    """A town that lets a container stand in the street for a fee, and the application for one."""

    def __init__(self, authority_id: UUID, slug: str) -> None:
        self.authority_id, self.slug = authority_id, slug
        publish(SLUG, now=now())
        (version,) = (one for one in catalog.versions() if one.slug == SLUG)
        self.adoption_id = adopting.adopt(
            authority_id=authority_id, version_id=version.id, parameters={}, actor=SYSTEM, now=now()
        )
        adopting.go_live(authority_id=authority_id, adoption_id=self.adoption_id, actor=SYSTEM, now=now())
        unit = staff.save_unit(
            authority_id=authority_id, unit_id=None, name="Bauamt", services=[SLUG], actor=SYSTEM, now=now()
        )
        staff.create_member(
            authority_id=authority_id, name="Frau Adler", roles=["clerk", "lead"], unit_ids=[unit], actor=SYSTEM,
            now=now(), **ACCOUNT,
        )  # fmt: skip
        self.token = staff.sign_in(authority_id=authority_id, address="::1", now=now(), **ACCOUNT)
        self.adler = identity.staff_of(self.token, authority_id, now())
        self.submission_id = self._applied()
        self.case_id = cases.open_case(authority_id=authority_id, submission_id=self.submission_id, now=now())
        open_file(authority_id=authority_id, case_id=self.case_id, number="1", title="Container", now=now())

    def _applied(self) -> UUID:
        form = catalog.adopted_form(self.authority_id, SLUG)
        [example] = [one for one in form.content.examples if one.file.endswith("container-drei-tage.yaml")]
        said = filled(example, form.content, form.parameters)
        answers = {**said.answers, "ort": {key: value for key, value in said.answers["ort"].items() if key != "plan"}}
        given = Filled(form.form, answers, form.parameters, german_day(now()))
        sent = accept(
            form=form,
            application=Application(
                service=SLUG, adoption_id=form.adoption_id, revision_id=form.revision_id, answers=given.clean(),
                fees=fee_rows(form, given), language="de", email="", applicant=applicant_name(given),
            ),
            key="once", token=access.new_token(), randomness=os.urandom(16), now=now(),
        )  # fmt: skip
        return sent.submission_id

    def decide(self, outcome: str = "granted", **more: str) -> UUID:
        with work(self.authority_id):
            version = Case.objects.get(authority_id=self.authority_id, id=self.case_id).version
        today = german_day(now())
        return cases.decide(
            staff=self.adler, case_id=self.case_id, version=version, outcome=outcome, now=now(), valid_from=today,
            valid_until=today + timedelta(days=2), cautions_seen=["letzter_tag", "verkehrsanordnung"],
            free_reason="Wie besprochen." if outcome != "granted" else "", **more,
        )  # fmt: skip

    def send(self, decision_id: UUID) -> None:
        for _time in range(2):  # every job may run twice
            delivery.send_decision_letter(authority_id=self.authority_id, case_id=self.case_id, decision_id=decision_id)

    def lines(self) -> list[Booking]:
        with work(self.authority_id):
            return list(Booking.objects.filter(authority_id=self.authority_id).order_by("at", "due"))


@pytest.fixture
def town(authority) -> Town:
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    set_rules(
        authority_id=authority.id, valid_from=date(2026, 1, 1), actor=SYSTEM, now=now(),
        books=Books(
            "577", 6, "mod97", "Q-", {"*/": "4311.01", "sondernutzung/": "0544.01"}, "Stadtkasse",
            "DE02120300000000202051", "BYLADEM1001",
        ),
    )  # fmt: skip
    return Town(authority.id, authority.slug)


@pytest.fixture
def written(monkeypatch) -> list[data.LetterFacts]:
    """What the letters said that were set."""
    kept: list[data.LetterFacts] = []

    def keep(facts: data.LetterFacts) -> dict[str, object]:
        kept.append(facts)
        return data.letter_data(facts)

    monkeypatch.setattr(letters, "letter_data", keep)
    return kept


def test_the_decision_makes_the_claim_and_its_letter_says_how_to_pay(town, written):
    """Report: the letter named a fee of 37 euros, no account and no number; the books knew nothing of it."""
    decision_id = town.decide()
    town.send(decision_id)
    [line] = town.lines()
    today = german_day(now())
    assert (line.method, line.cents, line.account, line.due) == (
        "claimed",
        CONTAINER,
        "0544.01",
        today + timedelta(days=30),
    )
    [bescheid] = [one for one in written if one.kind == "bescheid"]
    said = data.letter_data(bescheid)
    assert said["demand"]["number"] == claim_number_of(town.authority_id, decision_id) != ""
    assert (said["demand"]["iban"], "<svg" in said["demand"]["giro"]) == ("DE02120300000000202051", True)
    assert (bescheid.fee_due, sum(one.cents for one in bescheid.fee)) == (line.due, CONTAINER)


def test_another_fee_needs_a_reason_and_stands_in_letter_books_and_on_the_page(town, written, client):
    for typed, field in (({"fee": "20"}, "fee_reason"), ({"fee": "viel"}, "fee")):
        with pytest.raises(Refused) as refused:
            town.decide("partly", **typed)
        assert refused.value.field == field
    decision_id = town.decide("partly", fee="20,50", fee_reason="Nur ein Tag.")
    decision = decision_of(town.authority_id, decision_id)
    assert (decision.fee_cents, decision.fee_reason) == (2050, "Nur ein Tag.")
    town.send(decision_id)
    assert [line.cents for line in town.lines()] == [2050]
    [bescheid] = [one for one in written if one.kind == "bescheid"]
    assert [(one.text, one.cents) for one in bescheid.fee] == [("Festgesetzte Gebühr", 2050)]
    client.cookies[identity.STAFF_COOKIE] = town.token
    host = {"host": f"{town.slug}.localhost"}
    page = client.get(f"/desk/cases/{town.case_id}", headers=host).content.decode()
    assert "20,50" in page
    assert "Nur ein Tag." in page


def test_a_refusal_costs_what_the_clerk_sets_and_nothing_by_itself(town):
    assert decision_of(town.authority_id, town.decide("refused")).fee_cents == 0
    assert town.lines() == []
    cases.undo(staff=town.adler, case_id=town.case_id, version=_version(town), now=now())
    town.decide("refused", fee="12", fee_reason="Aufwand der Prüfung.")
    assert [line.cents for line in town.lines()] == [1200]


def test_what_is_taken_back_is_not_owed(town):
    town.decide()
    cases.undo(staff=town.adler, case_id=town.case_id, version=_version(town), now=now())
    assert sum(line.cents for line in town.lines()) == 0
    town.decide("forwarded")
    assert sum(line.cents for line in town.lines()) == 0


def _version(town: Town) -> int:
    with work(town.authority_id):
        return Case.objects.get(authority_id=town.authority_id, id=town.case_id).version
