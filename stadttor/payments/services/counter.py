"""The fee at the counter: taken in cash or by card, undone on the same day, each with a numbered receipt."""

from datetime import datetime
from uuid import UUID

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground.actor import Actor
from stadttor.ground.rows import first
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.payments.models import Attempt, Payment, Receipt
from stadttor.payments.queries.finance import rules_on
from stadttor.payments.rules import ASK_AFTER, OPEN, PAID, must_be_open
from stadttor.payments.rules.finance import must_be_method, must_be_mistake, receipt_number
from stadttor.payments.services import changed, noted, of_subject
from stadttor.payments.services.booking import book, day_of, next_number

RECEIPTS = "receipts"


@step
def take(
    *, authority_id: UUID, subject_id: UUID, method: str, key: str, seen: int, actor: Actor, now: datetime
) -> tuple[UUID, bool]:
    """Take the fee of a subject at the counter; gives its receipt, and False when the same `key` took it already.

    Refused when it is not open any more, other than the `seen` cents, or somebody pays it online at this moment.
    """
    must_be_method(method)
    with work(authority_id):
        payment = of_subject(authority_id, subject_id)
        if again := _again(payment, key):
            return again.id, False
        must_be_open(payment.state)
        _must_be_seen(payment, seen)
        _must_not_be_paid_online(payment, now)
        receipt = _written(payment, key, method, actor, now)
        payment.taken = method
        payment.save(update_fields=["taken"])
        changed(payment, PAID, actor, now)
        book(payment, cents=payment.cents, method=method, actor=actor, now=now, receipt=receipt)
        noted(payment, "payment.taken", actor, now, receipt_id=str(receipt.id), method=method)
        return receipt.id, True


@step
def undo(
    *, authority_id: UUID, receipt_id: UUID, key: str, mistake: str, actor: Actor, now: datetime
) -> tuple[UUID, bool]:
    """Undo what was taken at the counter, on the same day; gives the receipt that says so, as `take` does.

    The fee is open again. Refused on a later day, after the day was closed, and when money went back already.
    """
    must_be_mistake(mistake)
    with work(authority_id):
        taken = first(Receipt, authority_id=authority_id, id=receipt_id)
        if taken is None or taken.undoes_id:
            raise not_found()
        payment = Payment.objects.select_for_update().get(authority_id=authority_id, id=taken.payment_id)
        if again := _again(payment, key):
            return again.id, False
        _must_be_undoable(payment, taken, now)
        receipt = _written(payment, key, taken.method, actor, now, undoes=taken, mistake=mistake)
        book(payment, cents=-taken.cents, method=taken.method, actor=actor, now=now, receipt=receipt)
        payment.taken = ""
        payment.save(update_fields=["taken"])
        changed(payment, OPEN, actor, now)
        noted(payment, "payment.undone", actor, now, receipt_id=str(receipt.id), undoes=str(taken.id), mistake=mistake)
        return receipt.id, True


@step
def note_printed(*, authority_id: UUID, receipt_id: UUID, actor: Actor, now: datetime) -> int:
    """Note that a receipt is printed; gives how often it was before: whatever is not the first is a copy."""
    with work(authority_id):
        receipt = Receipt.objects.select_for_update().filter(authority_id=authority_id, id=receipt_id).first()
        if receipt is None:
            raise not_found()
        before = receipt.printed
        receipt.printed = before + 1
        receipt.save(update_fields=["printed"])
        payment = Payment.objects.get(authority_id=authority_id, id=receipt.payment_id)
        noted(payment, "payment.receipt_printed", actor, now, receipt_id=str(receipt.id), before=before)
        return before


def _again(payment: Payment, key: str) -> Receipt | None:
    """What this very post made before, under the lock of the payment; a key of another payment is nobody's."""
    found = first(Receipt, authority_id=payment.authority_id, key=key)
    if found is not None and found.payment_id != payment.id:
        raise not_found()
    return found


def _must_be_seen(payment: Payment, seen: int) -> None:
    if payment.cents != seen:
        raise Refused(
            "fee_changed", "The fee is another one now. Nothing was taken. Please look at the fee again.", status=409
        )


def _must_not_be_paid_online(payment: Payment, now: datetime) -> None:
    """An attempt that began a moment ago may end well: money would come twice. A later end goes back by itself."""
    mine = Attempt.objects.filter(authority_id=payment.authority_id, payment_id=payment.id, state="started")
    if mine.filter(started__gt=now - ASK_AFTER).exists():
        raise Refused(
            "paid_online_now",
            "The fee is being paid online at this moment. Please look again in ten minutes.",
            status=409,
        )


def _must_be_undoable(payment: Payment, taken: Receipt, now: datetime) -> None:
    if first(Receipt, authority_id=taken.authority_id, undoes_id=taken.id):
        raise Refused("undone_already", "This was undone already.", status=409)
    if payment.state != PAID or payment.refunded_cents:
        raise Refused("not_undoable", "Money of this fee went back already. It cannot be undone any more.", status=409)
    if day_of(payment.authority_id, now) != taken.day:
        raise Refused(
            "another_day",
            "It can be undone on the same day only, before the day is closed. Please pay the fee back instead.",
            status=409,
        )


def _written(
    payment: Payment,
    key: str,
    method: str,
    actor: Actor,
    now: datetime,
    *,
    undoes: Receipt | None = None,
    mistake: str = "",
) -> Receipt:
    """A receipt with the next number of its year. Refused while no organiser said how the books are kept."""
    authority_id, day = payment.authority_id, day_of(payment.authority_id, now)
    rules = rules_on(authority_id, day)
    if rules is None:
        raise Refused(
            "no_finance_rules",
            "Nothing can be taken at the counter yet: an organiser must first say how the books are kept.",
            status=409,
        )
    if payment.is_test:
        raise Refused("fee_of_test", "This application only tries the service out. No money is taken.", status=409)
    serial = next_number(authority_id, f"{RECEIPTS}:{day.year}")
    return Receipt.objects.create(
        id=new_id(),
        authority_id=authority_id,
        payment_id=payment.id,
        key=key,
        year=day.year,
        serial=serial,
        number=receipt_number(rules.receipt_prefix, day.year, serial),
        method=method,
        cents=payment.cents,
        day=day,
        at=now,
        by_id=actor.id,
        by_name=actor.name,
        undoes_id=undoes.id if undoes else None,
        mistake=mistake,
    )
