"""What a case and its fee have to do with each other: before the decision, when it ends with nothing, when it goes on."""

import re
from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from stadttor.cases.ports import CaseRef, Caution
from stadttor.cases.queries import case_row, is_noted, status_of, submission_of_case
from stadttor.cases.services import ends_with_case, note, note_from_outside, typed_reason
from stadttor.catalog.queries import adopted_revision
from stadttor.core.ids import new_id
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.forms import queries as forms
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.jobs import enqueue, job
from stadttor.ground.web.formats import money
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.payments import services as payments
from stadttor.payments.queries import OPEN, PAID, REFUNDED, WAIVED, LeftOver, PaymentRow, left_over, payment_of
from stadttor.site import telling
from stadttor.site.applications import submitted

GIVES = frozenset({"granted", "partly"})
# What a clerk does with a fee: the line in the case's history, and whether she must say why.
ACTS = {
    "waive": ("payment_waived", N_("Fee waived")),
    "refund": ("payment_refunded", N_("Fee paid back")),
    "keep": ("payment_kept", N_("Fee stays paid")),
    "ask": ("payment_asked_anew", ""),
}
VERBS = {"waive": payments.waive, "keep": payments.keep, "ask": payments.ask_anew}
AMOUNT = re.compile(r"(\d{1,7})(?:[.,](\d{1,2}))?")


def fee_must_be_settled(case: CaseRef, outcome: str) -> None:
    """What costs a fee is granted when the fee came in or was waived; a refusal may go out without it.

    Implements `stadttor.cases.ports.BeforeDecision`.
    """
    payment = _payment(case)
    if payment is None or outcome not in GIVES:
        return
    if payment.state == OPEN:
        raise Refused(
            "fee_open",
            "The fee is still open. Wait until it is paid, or waive it on the case page; then decide.",
            field="outcome",
        )
    if payment.state == REFUNDED:
        raise Refused(
            "fee_went_back",
            "The fee was paid back. Ask for it anew or waive it on the case page; then decide.",
            field="outcome",
        )


def fee_must_not_be_left(case: CaseRef) -> None:
    """A case ends when it is said what becomes of a fee that was paid for nothing.

    Implements `stadttor.cases.ports.BeforeClosing`.
    """
    payment = _payment(case)
    if payment and what_is_left(case, payment) in ("refund", "check"):
        raise Refused(
            "fee_is_left",
            "The fee was paid, but the application ended with nothing. Settle the fee on the case page; then close the case.",
            status=409,
        )


def fee_is_open(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision what an open fee means for it. Implements `stadttor.cases.ports.Cautions`."""
    payment = _payment(case)
    if payment is None or payment.state != OPEN or not _is_worked_on(case):
        return ()
    text = _(
        "You can grant the application once the fee is paid or waived. If you refuse, it is not asked for any more."
    )
    return (_caution(case, _("The fee of {amount} is still open", amount=money(payment.cents)), text),)


def fee_went_back(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision that nothing is paid any more. Implements `stadttor.cases.ports.Cautions`."""
    payment = _payment(case)
    if payment is None or payment.state != REFUNDED or not _is_worked_on(case):
        return ()
    text = _("You can grant the application once you have asked for the fee anew, or waived it and said why.")
    return (_caution(case, _("The fee of {amount} was paid back", amount=money(payment.cents)), text),)


def fee_is_left(case: CaseRef) -> Sequence[Caution]:
    """What is to be done about a fee that was paid for nothing. Implements `stadttor.cases.ports.Cautions`."""
    payment = _payment(case)
    left = what_is_left(case, payment) if payment else ""
    if payment is None or left not in ("refund", "check"):
        return ()
    if left == "refund":
        title = _("Pay back the fee of {amount}", amount=money(payment.left_cents))
        text = _("The letter says that the applicant gets it back. The case can be closed when it is done.")
    else:
        title = _("The application ended with nothing, but the fee was paid")
        text = _("Pay it back, or say why the town keeps it. The case can be closed when it is settled.")
    return (_caution(case, title, text),)


def what_is_left(case: CaseRef, payment: PaymentRow) -> LeftOver:
    """What becomes of a fee that was paid for nothing: one answer for letter, status page and desk."""
    status = status_of(case.authority_id, payment.subject_id)
    if payment.state != PAID or status is None or not status.got_nothing:
        return ""
    row = forms.submission(case.authority_id, payment.subject_id)
    answers = forms.answers_now(case.authority_id, row)
    setting = adopted_revision(case.authority_id, row.revision_id).for_answers(answers).refunds_refusals
    return left_over(
        payment.state, kept=payment.kept is not None, refused=status.state != "withdrawn", refunds_refusals=setting
    )


def fee_is_another_now(case: CaseRef) -> Sequence[Caution]:
    """Says before a decision that changed answers make another fee than was asked for. Implements `Cautions`."""
    payment = _payment(case)
    if payment is None or payment.state not in (OPEN, PAID) or not _is_worked_on(case):
        return ()
    found = submitted(case.authority_id, payment.subject_id)
    cents = max(0, sum(int(fee["cents"]) for fee in found.fees))
    if not found.amendments or cents == payment.cents:
        return ()
    text = N_("By the answers as they are now the fee is {now}. Asked for were {asked}. Please settle the difference.")
    told = _(text, now=money(cents), asked=money(payment.cents))
    return (_caution(case, _("The fee is another one now"), told),)


def was_opened_again(case: CaseRef, payment: PaymentRow) -> bool:
    """Whether the case goes on although its fee was waived or went back before, so that it may be asked for anew."""
    status = status_of(case.authority_id, payment.subject_id)
    if payment.state not in (WAIVED, REFUNDED) or payment.settled is None or status is None or status.got_nothing:
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
        status = status_of(authority_id, submission_id)
        if payment and payment.state == OPEN and status and status.got_nothing:
            payments.waive(authority_id=authority_id, subject_id=submission_id, actor=SYSTEM, now=now())


def change_fee(
    act: str,
    *,
    authority_id: UUID,
    case_id: UUID,
    subject_id: UUID,
    staff: Staff,
    reason: str = "",
    amount: str = "",
    seen: int | None = None,
) -> None:
    """Waive a fee, pay it back (or an amount of it), keep it or ask for it anew.

    The case's history says who did it and a note why; who must pay again, or gets money back, is told. Refused
    without a reason, for an amount that cannot go back, and when other cents are left to go back than were `seen`.
    """
    if act not in ACTS:
        raise not_found()
    done, title = ACTS[act]
    why = typed_reason(reason) if title else ""
    moment = now()
    with work(authority_id):
        cents = _change(act, authority_id, subject_id, staff, amount, seen)
        note_from_outside(
            authority_id=authority_id,
            case_id=case_id,
            act=done,
            actor=staff.actor(),
            details=_going(cents, _left(authority_id, subject_id)) if cents else {},
            public=act == "refund",
            now=moment,
        )
        if why:
            note(staff=staff, case_id=case_id, text=_why(title, why, cents), now=moment)
        if act == "ask":
            enqueue(tell_of_fee, authority_id=authority_id, case_id=case_id, fee_key=f"fee:{new_id()}")


def went_back_already(
    *, authority_id: UUID, case_id: UUID, subject_id: UUID, staff: Staff, amount: str, seen: int
) -> bool:
    """Whether she herself has paid this amount back, of what she has `seen`, and nothing since: she pressed twice."""
    cents, left = cents_of(amount) if amount.strip() else seen, _left(authority_id, subject_id)
    details, done = _going(cents, left), ACTS["refund"][0]
    return left == seen - cents and is_noted(authority_id, case_id, done, details, staff.actor().id)


def _going(cents: int, left: int) -> dict[str, int]:
    """What the history says of cents that go back: how many, and how many are left to go."""
    return {"cents": cents, "left": left}


def _left(authority_id: UUID, subject_id: UUID) -> int:
    payment = payment_of(authority_id, subject_id)
    return payment.left_cents if payment else 0


def _change(act: str, authority_id: UUID, subject_id: UUID, staff: Staff, amount: str, seen: int | None) -> int:
    """The payment's own part; gives the cents that go back."""
    if act == "keep":
        _must_not_be_promised(authority_id, subject_id)
    if act == "refund":
        cents = cents_of(amount) if amount.strip() else None
        return payments.refund(
            authority_id=authority_id, subject_id=subject_id, actor=staff.actor(), now=now(), cents=cents, seen=seen
        )
    VERBS[act](authority_id=authority_id, subject_id=subject_id, actor=staff.actor(), now=now())
    return 0


def _must_not_be_promised(authority_id: UUID, subject_id: UUID) -> None:
    payment = payment_of(authority_id, subject_id)
    status = status_of(authority_id, subject_id)
    if payment and status and what_is_left(status.ref, payment) == "refund":
        raise Refused(
            "fee_promised", "The letter says that the applicant gets the fee back. Please pay it back.", status=409
        )


def cents_of(amount: str) -> int:
    """Euro cents of what was typed, such as `15,35`. Refused for anything else."""
    found = AMOUNT.fullmatch(amount.replace("€", "").strip())
    if found is None:
        raise Refused("refund_amount", "Please enter an amount that was paid and has not gone back.", field="amount")
    return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))


def _why(title: str, reason: str, cents: int) -> str:
    """The note beside the act, in the language of the file."""
    with speaking(OFFICIAL):
        return f"{_(title)}{f' ({money(cents)})' if cents else ''}: {reason}"


@job("site.tell_of_fee")
@ends_with_case
def tell_of_fee(*, authority_id: UUID, case_id: UUID, fee_key: str) -> None:
    """Say by mail that a fee is to be paid; the status page asks for it."""
    telling.tell_of_payment(authority_id, case_id, fee_key)


def _payment(case: CaseRef) -> PaymentRow | None:
    return payment_of(case.authority_id, case.submission_id) if case.submission_id else None


def _is_worked_on(case: CaseRef) -> bool:
    """Whether a decision is still to be made."""
    return case_row(case.authority_id, case.case_id).state not in ("decided", "closed", "withdrawn")


def _caution(case: CaseRef, title: str, text: str) -> Caution:
    return Caution(title, text, f"{reverse('cases:case', args=[case.case_id])}#fee", _("Go to the fee"))
