"""A fee on the way through its case: warned of before the decision, waived, asked for anew when the case goes on."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from stadttor.cases.models import Case, Event
from stadttor.cases.queries.detail import reference_of
from stadttor.core.ids import new_id
from stadttor.ground.models import Authority
from stadttor.ground.tests.queue import waiting
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments.queries import payment_of
from stadttor.payments.services import request_payment
from stadttor.site import fees

pytestmark = pytest.mark.db
SUBJECT = UUID(int=5)


@pytest.fixture
def case(authority: Authority, now: datetime) -> Case:
    """A case in review whose application owes 30,70 €."""
    with work(authority.id):
        case = Case.objects.create(
            authority_id=authority.id,
            number="WUG-2026-4F7K-92",
            submission_id=SUBJECT,
            adoption_id=new_id(),
            service="bewohnerparkausweis",
            title="Bewohnerparkausweis",
            applicant="Amira Yılmaz",
            applicant_key="yilmaz",
            state="in_review",
            received=now,
        )
        request_payment(authority_id=authority.id, subject_id=SUBJECT, reference="x", items=[], cents=3070, now=now)
    return case


def changed(act: str, case: Case) -> str:
    clerk = Staff(UUID(int=1), "Frau Adler", "adler@weissenburg.example", case.authority_id, frozenset(), frozenset())
    fees.change_fee(act, authority_id=case.authority_id, case_id=case.id, subject_id=SUBJECT, staff=clerk)
    payment = payment_of(case.authority_id, SUBJECT)
    assert payment is not None
    return payment.state


def test_an_open_fee_is_warned_of_until_it_is_settled(case: Case) -> None:
    (caution,) = fees.fee_is_open(reference_of(case))
    assert "30,70" in caution.title
    assert caution.href.endswith("#fee")
    assert changed("waive", case) == "waived"
    assert fees.fee_is_open(reference_of(case)) == ()


def test_a_waived_fee_is_asked_for_anew_only_when_its_case_was_opened_again(case: Case) -> None:
    changed("waive", case)
    payment = payment_of(case.authority_id, SUBJECT)
    assert payment is not None
    assert payment.settled is not None
    assert not fees.was_opened_again(reference_of(case), payment)
    with work(case.authority_id):
        Event.objects.create(
            authority_id=case.authority_id,
            case_id=case.id,
            at=payment.settled + timedelta(days=1),
            act="reopened",
            actor_kind="staff",
            public=True,
        )
    assert fees.was_opened_again(reference_of(case), payment)
    assert changed("ask", case) == "open"
    assert len(waiting("site.tell_of_fee")) == 1
    with work(case.authority_id):
        noted = Event.objects.filter(authority_id=case.authority_id, case_id=case.id, actor_name="Frau Adler")
        assert set(noted.values_list("act", flat=True)) == {"payment_waived", "payment_asked_anew"}
