"""Who applied for somebody else gets the letters, and the clerk knows whether that was shown."""

from dataclasses import replace
from uuid import UUID

import pytest

from stadttor.forms.rules.filled import Filled
from stadttor.ground.work import work
from stadttor.site import wiring
from stadttor.site.applications import Submitted, submitted
from stadttor.site.letters import recipient_of
from stadttor.site.representing import representative
from tests.isolation.world import in_work

pytestmark = pytest.mark.db
SABINE = {
    "wer": "vollmacht",
    "vorname": "Sabine",
    "nachname": "Weber",
    "anschrift": {"street": "Marktplatz", "house_number": "3", "postal_code": "91781", "city": "Weißenburg i. Bay."},
}


@pytest.fixture
def found(authority) -> Submitted:
    wiring.connect()
    town = in_work(authority)
    with work(town.authority_id):
        return submitted(town.authority_id, UUID(town.things["submission_id"]))


def with_answers(found: Submitted, said: object) -> Submitted:
    filled = found.filled
    answers = {**filled.answers, "fuer_wen": said}
    return replace(found, filled=Filled(filled.definition, answers, filled.parameters, filled.today))


def test_letters_go_to_whoever_applied_and_name_the_other(found):
    recipient = recipient_of(with_answers(found, SABINE))
    assert (recipient.name, recipient.lines[:2]) == ("Sabine Weber", ("für Amira Yılmaz", "Marktplatz 3"))


def test_who_speaks_for_herself_gets_her_letters_whatever_was_once_typed(found):
    for said in ({}, {"wer": "selbst", "vorname": "Sabine"}, "nonsense"):
        spoken = with_answers(found, said)
        assert representative(spoken) is None
        assert recipient_of(spoken).name == "Amira Yılmaz"


def test_a_missing_proof_is_known_and_a_given_one_too(found):
    assert not representative(with_answers(found, SABINE)).has_proof
    assert representative(with_answers(found, SABINE | {"nachweis": ["01"]})).has_proof
