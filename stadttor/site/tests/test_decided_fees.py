"""A fee that is paid after the decision: owed with the decision, named in the letter, changed with a reason, gone with it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from stadttor.cases import services as cases
from stadttor.cases.models import Case
from stadttor.cases.queries import decision_of
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.identity import queries as identity
from stadttor.notices.letters import data
from stadttor.payments.models import Booking
from stadttor.payments.queries.finance import claim_number_of
from stadttor.payments.services.finance import Books, set_rules
from stadttor.site import letters, wiring
from stadttor.site.api.tests.builders import post, token
from stadttor.tenancy.services import set_coverage
from tests.one_service import Town

pytestmark = pytest.mark.db
ACCOUNT = {"email": "adler@weissenburg.example", "password": "ein langes Kennwort"}
SLUG = "sondernutzung"
CONTAINER = 3700
"""8 m² for three days at 50 cents, and the permit itself."""


def decide(town: Town, outcome: str = "granted", **more: str) -> UUID:
    today = german_day(now())
    days = {"valid_from": today, "valid_until": today + timedelta(days=2)}
    why = "Wie besprochen." if outcome != "granted" else ""
    seen = ["letzter_tag", "verkehrsanordnung"]
    return town.decide(outcome, free_reason=why, cautions_seen=seen, **days, **more)


def lines(town: Town) -> list[Booking]:
    with work(town.authority_id):
        return list(Booking.objects.filter(authority_id=town.authority_id).order_by("at", "due"))


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
    return Town(authority.id, authority.slug, SLUG, "container-drei-tage")


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
    decision_id = decide(town)
    town.send(decision_id)
    [line] = lines(town)
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
            decide(town, "partly", **typed)
        assert refused.value.field == field
    decision_id = decide(town, "partly", fee="20,50", fee_reason="Nur ein Tag.")
    decision = decision_of(town.authority_id, decision_id)
    assert (decision.fee_cents, decision.fee_reason) == (2050, "Nur ein Tag.")
    town.send(decision_id)
    assert [line.cents for line in lines(town)] == [2050]
    [bescheid] = [one for one in written if one.kind == "bescheid"]
    assert [(one.text, one.cents) for one in bescheid.fee] == [("Festgesetzte Gebühr", 2050)]
    client.cookies[identity.STAFF_COOKIE] = town.token
    host = {"host": f"{town.slug}.localhost"}
    page = client.get(f"/desk/cases/{town.case_id}", headers=host).content.decode()
    assert "20,50" in page
    assert "Nur ein Tag." in page


def test_a_refusal_costs_what_the_clerk_sets_and_nothing_by_itself(town):
    assert decision_of(town.authority_id, decide(town, "refused")).fee_cents == 0
    assert lines(town) == []
    cases.undo(staff=town.adler, case_id=town.case_id, version=town.version(), now=now())
    decide(town, "refused", fee="12", fee_reason="Aufwand der Prüfung.")
    assert [line.cents for line in lines(town)] == [1200]


def test_what_is_taken_back_is_not_owed(town):
    decide(town)
    cases.undo(staff=town.adler, case_id=town.case_id, version=town.version(), now=now())
    assert sum(line.cents for line in lines(town)) == 0
    decide(town, "forwarded")
    assert sum(line.cents for line in lines(town)) == 0


def _version(town: Town) -> int:
    with work(town.authority_id):
        return Case.objects.get(authority_id=town.authority_id, id=town.case_id).version


def test_another_system_decides_with_a_fee_under_the_same_checks(town, client):
    """Report: the interface knew no fee, so that whoever decided there could ask for nothing but what the fees come to."""
    system = token(town.authority_id, "cases:read", "cases:write") | {"host": f"{town.slug}.localhost"}
    at = f"/api/v1/cases/{town.case_id}"
    assert client.get(at, headers=system).json()["choices"]["fees"] == {
        "granted": CONTAINER,
        "partly": CONTAINER,
        "refused": 0,
    }
    said = {"version": town.version(), "outcome": "refused", "free_reason": "Die Straße ist zu schmal."}

    def decided(**more: object) -> dict[str, Any]:
        return post(client, f"{at}/decisions", said | more, **system).json()

    assert decided(fee_cents=1250)["field"] == "fee_reason"
    assert decided(fee_cents=-1)["status"] == 422
    none_asked = decided(outcome="closed", fee_cents=1250, fee_reason="Aufwand.")
    assert (none_asked["status"], none_asked["field"]) == (422, "fee_cents")
    assert lines(town) == []
    assert "decision_id" in decided(fee_cents=1250, fee_reason="Aufwand der Prüfung.")
    assert [line.cents for line in lines(town)] == [1250]
    [decision] = client.get(at, headers=system).json()["decisions"]
    assert (decision["fee_cents"], decision["fee_reason"]) == (1250, "Aufwand der Prüfung.")
