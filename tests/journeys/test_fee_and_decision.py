"""A permit that costs a fee is granted when the fee is settled; a refusal may go out without it."""

import os

import pytest

from stadttor.cases import services as cases
from stadttor.cases.queries import case_for
from stadttor.cases.services.deciding import decide
from stadttor.core.refused import Refused
from stadttor.forms.rules.filled import Filled
from stadttor.forms.services.submitting import Application
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.identity.queries import Staff
from stadttor.payments import services as payments
from stadttor.payments.queries import payment_of
from stadttor.portal.services import accept
from stadttor.site.demo_cast import APPLICATIONS

pytestmark = pytest.mark.db


@pytest.fixture
def olsen(authority):
    return Staff(SYSTEM.id or authority.id, "Herr Olsen", "", authority.id, frozenset({"clerk", "lead"}), frozenset())


@pytest.fixture
def case(authority, permit, now):
    """Amira's application for a replacement, opened as a case: (case id, submission id)."""
    answers = APPLICATIONS[0]["answers"]
    filled = Filled(permit.form, answers, permit.parameters, german_day(now))
    fees = [{"id": line.id, "cents": line.cents, "text": "Ersatz"} for line in filled.fees(permit.fees).lines]
    accepted = accept(
        form=permit,
        application=Application(
            service=permit.slug,
            adoption_id=permit.adoption_id,
            revision_id=permit.revision_id,
            answers=filled.clean(),
            fees=fees,
            language="de",
            email="",
            applicant="Amira Yılmaz",
        ),
        key="test:amira",
        token="t" * 43,
        randomness=os.urandom(16),
        now=now,
    )
    case_id = cases.open_case(authority_id=authority.id, submission_id=accepted.submission_id, now=now)
    return case_id, accepted.submission_id


def settle(olsen, case_id, outcome, now, **reasons):
    version = case_for(olsen, case_id, now).version
    return decide(staff=olsen, case_id=case_id, version=version, outcome=outcome, now=now, **reasons)


def test_an_open_fee_keeps_the_permit_from_being_granted(case, olsen, now):
    with pytest.raises(Refused) as refusal:
        settle(olsen, case[0], "granted", now)
    assert refusal.value.code == "fee_open"


def test_a_waived_fee_lets_it_go(case, olsen, authority, now):
    payments.waive(authority_id=authority.id, subject_id=case[1], actor=SYSTEM, now=now)
    assert settle(olsen, case[0], "granted", now)


def test_a_refusal_needs_no_fee(case, olsen, authority, now):
    assert settle(olsen, case[0], "refused", now, free_reason="Sie wohnen nicht im Gebiet.")
    assert payment_of(authority.id, case[1]).state == "open"
