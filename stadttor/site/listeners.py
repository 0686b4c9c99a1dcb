"""Who acts on which fact. Each listener only enqueues: the work is a job of `stadttor.site.delivery`, safe to repeat."""

from typing import Any

from stadttor.cases import events as cases
from stadttor.cases.jobs import open_case
from stadttor.cases.queries import sent_decisions, units_alone
from stadttor.forms.events import ProofInfected, ProofReleased, Submitted
from stadttor.forms.queries import is_accepted
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.events import listen
from stadttor.ground.jobs import enqueue
from stadttor.ground.live import announce
from stadttor.notices.services import drop_plain, hold_back
from stadttor.payments.events import DayClosed, Paid, Refunded
from stadttor.payments.services import note_stray
from stadttor.site import (
    assessing,
    closing,
    decided_fees,
    delivery,
    fees,
    handing_over,
    lowering,
    revoking,
    sheets,
    tags,
    telling,
    yearly,
)

_LIVE = (
    cases.CaseOpened,
    cases.QuestionAsked,
    cases.QuestionAnswered,
    cases.QuestionTakenBack,
    cases.Decided,
    cases.DecisionTakenBack,
    cases.DecisionSent,
    cases.Withdrawn,
    cases.Closed,
    cases.Reopened,
    cases.Assigned,
)


def connect() -> None:
    """Listen to what cases publish; forms and payments are listened to below, by jobs of their own."""
    cases.listen(cases.CaseOpened, _opened)
    cases.listen(cases.QuestionAsked, _asked)
    cases.listen(cases.QuestionOverdue, _overdue)
    cases.listen(cases.QuestionAnswered, _answered)
    # No jobs: what a decision asks for stands in the books with the decision.
    # First what locks another case, then what locks the days of the books: whoever decides that case takes them so as well.
    cases.listen(cases.Decided, tags.end_decided)
    cases.listen(cases.DecisionTakenBack, tags.restore_taken_back)
    cases.listen(cases.Decided, assessing.claim_assessed)
    cases.listen(cases.Decided, decided_fees.claim_fee)
    cases.listen(cases.DecisionTakenBack, assessing.let_taken_back_go)
    cases.listen(cases.DecisionTakenBack, lowering.raise_taken_back)
    cases.listen(cases.DecisionSent, assessing.let_replaced_go)
    cases.listen(cases.DecisionSent, yearly.ask_for_listed)
    cases.listen(cases.DecisionDue, _due)
    cases.listen(cases.DecisionSent, _ended)
    cases.listen(cases.DecisionSent, _sent)
    cases.listen(cases.PermitRevoked, _revoked)
    cases.listen(cases.Withdrawn, _ended)
    cases.listen(cases.Closed, _closed)
    cases.listen(cases.Withdrawn, _withdrawn)
    cases.listen(cases.Withdrawn, _drop_letters)
    cases.listen(cases.Reopened, _hold_back)
    cases.listen(cases.Reopened, _reopened)
    for kind in _LIVE:
        cases.listen(kind, _live)


@listen(Submitted, "site.submitted")
def _submitted(event: Submitted) -> None:
    """An accepted application becomes a case."""
    open_case(authority_id=event.authority_id, submission_id=event.submission_id)


@listen(ProofReleased, "site.proof_released")
def _released(event: ProofReleased) -> None:
    """A proof that waited for the virus scanner while the case was opened comes into the file late."""
    delivery.file_late_proofs(event.authority_id, event.draft_id)


@listen(ProofInfected, "site.proof_infected")
def _infected(event: ProofInfected) -> None:
    """The clerk sees that a proof is gone, and can ask for it again."""
    delivery.note_infected_proof(event.authority_id, event.draft_id, event.attachment_id)


@listen(Paid, "site.paid")
def _paid(event: Paid) -> None:
    """The clerk sees that the fee came in; who paid gets a receipt. Without an application an organiser sees it."""
    telling.note_payment(event.authority_id, event.subject_id, "paid")
    telling.send_receipt_of_payment(event.authority_id, event.subject_id)
    if not is_accepted(event.authority_id, event.subject_id):
        note_stray(authority_id=event.authority_id, subject_id=event.subject_id, now=now())


@listen(Refunded, "site.refunded")
def _refunded(event: Refunded) -> None:
    """Who paid is told that money goes back; the case's history has it with the clerk's act."""
    telling.tell_of_refund(event.authority_id, event.subject_id, event.refund_id)


@listen(DayClosed, "site.day_closed")
def _day_closed(event: DayClosed) -> None:
    """The finance procedure gets the lines of a closed day."""
    closing.hand_over_day(event)


def _opened(fact: cases.CaseOpened) -> None:
    enqueue(delivery.file_application, authority_id=fact.authority_id, case_id=fact.case_id)


def _asked(fact: cases.QuestionAsked) -> None:
    _about_question(delivery.send_question, fact)


def _overdue(fact: cases.QuestionOverdue) -> None:
    _about_question(delivery.remind_of_question, fact)


def _answered(fact: cases.QuestionAnswered) -> None:
    _about_question(delivery.file_answer, fact)


def _about_question(function: Any, fact: Any) -> None:
    enqueue(function, authority_id=fact.authority_id, case_id=fact.case_id, question_id=fact.question_id)


def _due(fact: cases.DecisionDue) -> None:
    enqueue(
        delivery.send_decision_letter,
        authority_id=fact.authority_id,
        key=f"decision:{fact.decision_id}",
        case_id=fact.case_id,
        decision_id=fact.decision_id,
    )


def _ended(fact: cases.CaseFact) -> None:
    """Whether it ended with nothing, the job finds out."""
    enqueue(fees.let_fee_go, authority_id=fact.authority_id, key=f"case:{fact.case_id}", case_id=fact.case_id)


def _sent(fact: cases.DecisionSent) -> None:
    """What the procedure that works on gets of it; whether the package says so, the job finds out."""
    enqueue(
        handing_over.hand_over_decided,
        authority_id=fact.authority_id,
        key=f"decision:{fact.decision_id}",
        case_id=fact.case_id,
        decision_id=fact.decision_id,
    )


def _revoked(fact: cases.PermitRevoked) -> None:
    at = fact.at.isoformat()
    enqueue(
        revoking.send_revocation,
        authority_id=fact.authority_id,
        key=f"{fact.case_id}:{at}",
        case_id=fact.case_id,
        revoked_key=at,
    )


def _withdrawn(fact: cases.Withdrawn) -> None:
    enqueue(handing_over.drop_hand_overs, authority_id=fact.authority_id, case_id=fact.case_id)
    key = f"{fact.case_id}:{fact.at.isoformat()}"
    enqueue(telling.tell_of_withdrawal, authority_id=fact.authority_id, case_id=fact.case_id, withdrawal_key=key)


def _hold_back(fact: cases.Reopened) -> None:
    """No job: a letter that lies in a print run keeps the case from being opened."""
    decisions = sent_decisions(fact.authority_id, fact.case_id)
    hold_back(authority_id=fact.authority_id, case_id=fact.case_id, decisions=decisions, actor=SYSTEM, now=fact.at)


def _drop_letters(fact: cases.Withdrawn) -> None:
    """No job, so that no print run takes a question that nobody needs to answer any more."""
    drop_plain(authority_id=fact.authority_id, case_id=fact.case_id, actor=SYSTEM, now=fact.at)


def _reopened(fact: cases.Reopened) -> None:
    enqueue(handing_over.drop_hand_overs, authority_id=fact.authority_id, case_id=fact.case_id)
    key = f"{fact.case_id}:{fact.at.isoformat()}"
    enqueue(telling.tell_of_reopening, authority_id=fact.authority_id, case_id=fact.case_id, reopening_key=key)


def _closed(fact: cases.Closed) -> None:
    """What was written goes into the file as well."""
    enqueue(sheets.file_sheets, authority_id=fact.authority_id, case_id=fact.case_id)


def _live(fact: cases.CaseFact) -> None:
    announce(fact.authority_id, "cases", fact.case_id, only=units_alone(fact.authority_id, fact.case_id))
