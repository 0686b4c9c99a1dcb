from uuid import UUID

import pytest

from stadttor.forms.queries import SubmissionRow
from stadttor.payments.queries import PaymentRow
from stadttor.portal.steps import steps_of
from stadttor.portal.tests.builders import NOW, offered

ROW = SubmissionRow(
    id=UUID(int=1),
    number="ABCD-EFGH",
    draft_id=None,
    service="bewohnerparkausweis",
    adoption_id=UUID(int=2),
    revision_id=UUID(int=3),
    language="de",
    channel="online",
    trust="none",
    answers={},
    fees=[],
    email="",
    applicant="",
    received=NOW,
)


@pytest.mark.parametrize(
    ("state", "step", "text"),
    [
        ("open", "waiting", "Bitte zahlen Sie 30,70\xa0€."),
        ("paid", "done", "Bezahlt: 30,70\xa0€"),
        ("refunded", "done", "Zurückgezahlt: 30,70\xa0€"),
    ],
)
def test_the_fee_stays_a_step_after_it_is_paid(state, step, text):
    settled = None if state == "open" else NOW
    payment = PaymentRow(UUID(int=4), ROW.id, "R", 3070, (), state, NOW, settled)
    fee = steps_of(None, ROW, offered().texts("de"), payment)[1]
    assert (fee["title"], fee["state"], fee["text"]) == ("Gebühr", step, text)
    assert bool(fee["when"]) == (step == "done")


def test_a_fee_that_was_let_go_is_no_step():
    waived = PaymentRow(UUID(int=4), ROW.id, "R", 3070, (), "waived", NOW, NOW)
    assert [step["title"] for step in steps_of(None, ROW, offered().texts("de"), waived)][1] != "Gebühr"
