"""What a case and its fee have to do with each other: before the decision, and when it ends with nothing."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from stadttor.cases.ports import CaseRef, Caution
from stadttor.cases.queries import status_of, submission_of_case
from stadttor.cases.services import note_from_outside
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.jobs import enqueue, job
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import _
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments.queries import OPEN, PAID, WAIVED, PaymentRow, payment_of
from stadttor.payments.services import ask_anew, refund, waive
from stadttor.site import delivery

GIVES = frozenset({"granted", "partly"})
VERBS = {"waive": waive, "refund": refund, "ask": ask_anew}
# What goes back is noted by the event it publishes.
NOTED = {"waive": "payment_waived", "ask": "payment_asked_anew"}


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


def fee_is_open(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision what an open fee means for it. Implements `stadttor.cases.ports.Cautions`."""
    payment = payment_of(case.authority_id, case.submission_id) if case.submission_id else None
    if payment is None or payment.state != OPEN or not _is_undecided(case.authority_id, payment.subject_id):
        return ()
    return (
        Caution(
            _("The fee of {amount} is still open", amount=money(payment.cents)),
            _(
                "You can grant the application once the fee is paid or waived. If you refuse, it is not asked for any more."
            ),
            f"{reverse('cases:case', args=[case.case_id])}#fee",
            _("Go to the fee"),
        ),
    )


def was_opened_again(case: CaseRef, payment: PaymentRow) -> bool:
    """Whether the case goes on although its fee was waived before, so that the fee may be asked for anew."""
    status = status_of(case.authority_id, payment.subject_id)
    if payment.state != WAIVED or payment.settled is None or status is None or status.got_nothing:
        return False
    return any(event.act == "reopened" and event.at > payment.settled for event in status.events)


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


def change_fee(act: str, *, authority_id: UUID, case_id: UUID, subject_id: UUID, staff: Staff) -> None:
    """Waive a fee, pay it back or ask for it anew; the case's history says so, and who must pay again is told."""
    actor, moment = staff.actor(), now()
    with work(authority_id):
        VERBS[act](authority_id=authority_id, subject_id=subject_id, actor=actor, now=moment)
        if act in NOTED:
            note_from_outside(
                authority_id=authority_id,
                case_id=case_id,
                act=NOTED[act],
                actor=actor,
                details={},
                public=False,
                now=moment,
            )
        if act == "ask":
            enqueue(tell_of_fee, authority_id=authority_id, case_id=case_id, fee_key=f"fee:{new_id()}")


@job("site.tell_of_fee")
def tell_of_fee(*, authority_id: UUID, case_id: UUID, fee_key: str) -> None:
    """Say by mail that a fee is to be paid; the status page asks for it."""
    delivery.tell_of_payment(authority_id, case_id, fee_key)


def _is_undecided(authority_id: UUID, submission_id: UUID) -> bool:
    status = status_of(authority_id, submission_id)
    return status is not None and status.state not in ("decided", "closed", "withdrawn")


def _got_nothing(authority_id: UUID, submission_id: UUID) -> bool:
    status = status_of(authority_id, submission_id)
    return status is not None and status.got_nothing
