"""What a case and its fee have to do with each other: before the decision, and when it ends with nothing."""

from uuid import UUID

from stadttor.cases.ports import CaseRef
from stadttor.cases.queries import status_of, submission_of_case
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.jobs import job
from stadttor.ground.work import work
from stadttor.payments.queries import PaymentRow, payment_of
from stadttor.payments.rules import OPEN, PAID
from stadttor.payments.services import waive

GIVES = frozenset({"granted", "partly"})


def fee_must_be_settled(case: CaseRef, outcome: str) -> None:
    """What costs a fee is granted when the fee came in or was waived; a refusal may go out without it.

    Implements `stadttor.cases.ports.BeforeDecision`.
    """
    payment = payment_of(case.authority_id, case.submission_id) if case.submission_id else None
    if payment and payment.state == OPEN and outcome in GIVES:
        raise Refused(
            "fee_open",
            "The fee is still open. Wait until it is paid, or waive it on the case page; then decide.",
            field="outcome",
        )


@job("site.let_fee_go")
def let_fee_go(*, authority_id: UUID, case_id: UUID) -> None:
    """Waive the open fee of an application that ended with nothing. One that was paid is the clerk's to check."""
    submission_id = submission_of_case(authority_id, case_id)
    if submission_id is None:
        return
    with work(authority_id):
        payment = payment_of(authority_id, submission_id)
        if payment and payment.state == OPEN and _got_nothing(authority_id, submission_id):
            waive(authority_id=authority_id, subject_id=submission_id, actor=SYSTEM, now=now())


def must_be_checked(case: CaseRef, payment: PaymentRow) -> bool:
    """Whether somebody paid for an application that ended with nothing, so that a clerk must pay back or say why not."""
    return payment.state == PAID and _got_nothing(case.authority_id, payment.subject_id)


def _got_nothing(authority_id: UUID, submission_id: UUID) -> bool:
    status = status_of(authority_id, submission_id)
    return status is not None and status.got_nothing
