"""The fee of a case at the counter: what is to be taken, taking it, undoing it, the receipt that is handed out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.cases.ports import CaseRef
from stadttor.cases.queries import CaseView, status_of
from stadttor.cases.services import note, note_from_outside
from stadttor.core.languages import OFFICIAL
from stadttor.core.refused import Refused, not_found
from stadttor.forms.queries import is_accepted
from stadttor.ground.clock import now
from stadttor.ground.web.formats import day, money
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AnswerGroup, AnswerRow, FeeItem, letter_data
from stadttor.payments import services as payments
from stadttor.payments.queries import OPEN, PaymentRow, payment_of
from stadttor.payments.queries.finance import CARD, CASH, ReceiptRow, claim_number_of, receipt_row
from stadttor.payments.services import counter
from stadttor.site.applications import Submitted, submitted
from stadttor.site.letters import sheet_facts
from stadttor.site.visits import goes_on

METHODS = {CASH: N_("Cash"), CARD: N_("Card")}
MISTAKES = {
    "method": N_("Paid another way than entered"),
    "amount": N_("Another amount is owed"),
    "case": N_("Taken for another application"),
    "other": N_("Something else"),
}
AT_COUNTER = "at_counter"


@dataclass(frozen=True)
class Owed:
    """What could be taken now: euro cents, and the lines they are made of."""

    cents: int
    items: Sequence[Mapping[str, Any]]


def owed(case: CaseRef) -> Owed | None:
    """What could be taken at the counter for a case now; none where nothing is owed (any more)."""
    if case.submission_id is None:
        return None
    payment = payment_of(case.authority_id, case.submission_id)
    if payment is not None:
        return Owed(payment.cents, payment.items) if _is_open(case, payment) else None
    if not is_accepted(case.authority_id, case.submission_id):
        return None
    found = submitted(case.authority_id, case.submission_id)
    cents = max(0, sum(int(fee["cents"]) for fee in found.fees))
    counts = found.form.manifest.payment == AT_COUNTER and not found.row.is_test and not _got_nothing(case)
    return Owed(cents, found.fees) if counts and cents else None


def _is_open(case: CaseRef, payment: PaymentRow) -> bool:
    return payment.state == OPEN and not payment.is_test and not _got_nothing(case)


def _got_nothing(case: CaseRef) -> bool:
    """Whether it ended with nothing; a visit that was prepared is still to come, and paid for then."""
    status = status_of(case.authority_id, case.submission_id) if case.submission_id else None
    if status is None or not status.got_nothing:
        return False
    return not (status.state == "decided" and goes_on(case, status.outcome))


def take_fee(*, case: CaseView, staff: Staff, method: str, key: str, seen: int) -> UUID:
    """Take the fee; gives the receipt. History and money are there together, and once for each `key`."""
    ref, moment = case.ref, now()
    if ref.submission_id is None:
        raise not_found()
    with work(ref.authority_id):
        if payment_of(ref.authority_id, ref.submission_id) is None:
            _ask_for(ref, ref.submission_id)
        receipt_id, new = counter.take(
            authority_id=ref.authority_id,
            subject_id=ref.submission_id,
            method=method,
            key=key,
            seen=seen,
            actor=staff.actor(),
            now=moment,
        )
        if new:
            _note(ref, staff, "fee_taken", receipt_id, moment)
    return receipt_id


def _ask_for(ref: CaseRef, submission_id: UUID) -> None:
    """The fee of a service that is paid at the counter only, asked for at the moment in which it is taken."""
    due, found = owed(ref), submitted(ref.authority_id, submission_id)
    if due is None:
        raise Refused("nothing_owed", N_("No fee is owed here any more."), status=409)
    payments.request_payment(
        authority_id=ref.authority_id,
        subject_id=submission_id,
        reference=found.row.number,
        items=due.items,
        cents=due.cents,
        now=now(),
        service=found.row.service,
        at_counter=True,
    )


def undo_fee(*, case: CaseView, staff: Staff, receipt_id: UUID, key: str, mistake: str, text: str) -> UUID:
    """Undo what was taken; gives the receipt that says so. What she typed besides is a note of the case."""
    ref, moment = case.ref, now()
    with work(ref.authority_id):
        undoing_id, new = counter.undo(
            authority_id=ref.authority_id,
            receipt_id=receipt_id,
            key=key,
            mistake=mistake,
            actor=staff.actor(),
            now=moment,
        )
        if new:
            _note(ref, staff, "fee_undone", undoing_id, moment)
            with speaking(OFFICIAL):
                why = ": ".join(filter(None, (_(MISTAKES[mistake]), text.replace("\0", "").strip()[:1000])))
            note(staff=staff, case_id=ref.case_id, text=why, now=moment)
    return undoing_id


def _note(ref: CaseRef, staff: Staff, act: str, receipt_id: UUID, at: datetime) -> None:
    receipt = receipt_row(ref.authority_id, receipt_id)
    if receipt is None:
        raise not_found()
    note_from_outside(
        authority_id=ref.authority_id,
        case_id=ref.case_id,
        act=act,
        actor=staff.actor(),
        details={"cents": receipt.cents, "method": receipt.method, "receipt": receipt.number},
        public=True,
        now=at,
    )


def receipt_pdf(authority_id: UUID, receipt: ReceiptRow, payment: PaymentRow, *, copy: bool) -> bytes:
    """The receipt in German: number, day, who paid what to whom. Every print after the first is marked as a copy."""
    found = submitted(authority_id, payment.subject_id)
    with speaking(OFFICIAL):
        number = receipt.number
        subject = _("Reversal {number}", number=number) if receipt.undoes else _("Receipt {number}", number=number)
        rows, said = _rows(authority_id, found, receipt, payment), _said(receipt, copy)
    facts = sheet_facts(found, subject, receipt.at)
    fee = tuple(FeeItem(str(one["text"]), int(one["cents"])) for one in payment.items)
    facts = replace(facts, kind="receipt", answers=(AnswerGroup("", "", rows),), fee=fee, body=said)
    return render_letter(builtin("receipt"), {}, letter_data(facts))


def _rows(authority_id: UUID, found: Submitted, receipt: ReceiptRow, payment: PaymentRow) -> tuple[AnswerRow, ...]:
    """In the current language."""
    texts = found.form.texts(OFFICIAL)
    said = (
        (_("Number"), receipt.number),
        (_("Reverses"), receipt.undoes),
        (_("Day"), day(receipt.day)),
        (_("Amount"), money(-receipt.cents if receipt.undoes else receipt.cents)),
        (_("How it was paid"), _(METHODS[receipt.method])),
        (_("Paid by"), found.applicant),
        (_("Paid for"), f"{texts.text('title')}, {found.row.number}"),
        (_("Payment reference (Kassenzeichen)"), claim_number_of(authority_id, payment.id)),
        (_("Reason"), _(MISTAKES[receipt.mistake]) if receipt.mistake else ""),
        (_("Taken by"), receipt.by_name),
    )
    return tuple(AnswerRow("", label, value) for label, value in said if value)


def _said(receipt: ReceiptRow, copy: bool) -> str:
    """What stands below the figures, in the current language."""
    parts = (
        [_("The amount was paid out again. The receipt it reverses does not count any more.")] if receipt.undoes else []
    )
    if copy:
        parts.insert(0, _("COPY: this receipt was printed before."))
    return "\n\n".join(parts)
