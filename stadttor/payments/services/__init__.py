"""Verbs of payments: request, try, settle, waive, refund, forget."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db.models import QuerySet

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import CITIZEN, SYSTEM, Actor
from stadttor.ground.clock import BERLIN, german_day
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.events import publish
from stadttor.ground.jobs import enqueue
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work
from stadttor.payments.events import Paid, Refunded
from stadttor.payments.models import Attempt, Booking, Claim, Payment, Receipt, SimulatedOrder
from stadttor.payments.ports import Order, Outcome, ProviderAway, provider
from stadttor.payments.rules import (
    ATTEMPT_LASTS,
    OPEN,
    PAID,
    REFUNDED,
    WAIVED,
    may_follow,
    must_be_left,
    must_be_online,
    must_be_open,
    must_be_payable_back,
    must_follow,
    oldest_year_kept,
)
from stadttor.payments.rules.finance import OFFICE, ONLINE
from stadttor.payments.services.booking import book
from stadttor.payments.services.claiming import forget_claims

AT_ONCE = 500


@step
def request_payment(
    *,
    authority_id: UUID,
    subject_id: UUID,
    reference: str,
    items: Sequence[Mapping[str, Any]],
    cents: int,
    now: datetime,
    service: str = "",
    at_counter: bool = False,
    is_test: bool = False,
) -> UUID:
    """Note what is owed for a subject, once; gives the payment's id. `at_counter`: it is never paid online."""
    with work(authority_id):
        payment, made = Payment.objects.get_or_create(
            authority_id=authority_id,
            subject_id=subject_id,
            defaults={
                "reference": reference,
                "items": [dict(item) for item in items],
                "cents": cents,
                "requested": now,
                "service": service,
                "at_counter": at_counter,
                "is_test": is_test,
            },
        )
        if made:
            noted(payment, "payment.requested", SYSTEM, now)
    return payment.id


@step
def try_to_pay(*, authority_id: UUID, subject_id: UUID, key: str, return_to: str, now: datetime) -> str:
    """Begin an attempt under our `key`; gives the address of the provider's page.

    Refused when nothing is open, or while the provider does not answer.
    """
    with work(authority_id):
        payment = of_subject(authority_id, subject_id)
        must_be_open(payment.state)
        must_be_online(payment.at_counter)
        attempt, made = Attempt.objects.get_or_create(
            authority_id=authority_id,
            provider_key=key,
            defaults={"payment_id": payment.id, "provider": provider().name, "started": now},
        )
        if attempt.payment_id != payment.id:
            raise not_found()
        if made:
            noted(payment, "payment.attempt_started", CITIZEN, now, attempt_id=str(attempt.id))
        order = Order(authority_id, key, payment.reference, payment.cents, return_to)
    try:
        return provider().start(order)
    except ProviderAway as away:
        raise _pay_later() from away


def _pay_later() -> Refused:
    text = N_(
        "The payment service does not answer at the moment. Your application is safe and your fee is still open. Please pay"
        " on this page later."
    )
    return Refused("payment_away", text, status=503)


@step
def settle(*, authority_id: UUID, key: str, now: datetime) -> str:
    """Ask the provider what came of an attempt and note it; gives the payment's state. Safe to repeat, in any order."""
    outcome = provider().ask(authority_id, key)
    with work(authority_id):
        attempt = Attempt.objects.select_for_update().filter(authority_id=authority_id, provider_key=key).first()
        if attempt is None:
            raise not_found()
        payment = Payment.objects.select_for_update().get(authority_id=authority_id, id=attempt.payment_id)
        came_in = outcome == "paid" and attempt.state not in ("paid", "returned")
        _end(payment, attempt, outcome, now)
        if came_in:
            _receive(payment, attempt, now)
    return payment.state


def _end(payment: Payment, attempt: Attempt, outcome: Outcome, now: datetime) -> None:
    """Note the end of an attempt. Only a success may follow another end: a late one is money that came in."""
    if outcome == "open" and attempt.state == "started" and now - attempt.started > ATTEMPT_LASTS:
        _note_end(payment, attempt, "expired", now)
    elif outcome == "failed" and attempt.state == "started":
        _note_end(payment, attempt, "failed", now)
    elif outcome == "paid" and attempt.state not in ("paid", "returned"):
        _note_end(payment, attempt, "paid", now)


def _note_end(payment: Payment, attempt: Attempt, state: str, now: datetime) -> None:
    attempt.state, attempt.ended = state, now
    attempt.save(update_fields=["state", "ended"])
    noted(payment, f"payment.attempt_{state}", SYSTEM, now, attempt_id=str(attempt.id))


def _receive(payment: Payment, attempt: Attempt, now: datetime) -> None:
    """Money came in by this attempt: it pays the fee, or goes back when another attempt had paid it already."""
    if may_follow(payment.state, PAID):
        payment.refunded_cents = 0  # what went back was money of an earlier payment
        changed(payment, PAID, SYSTEM, now)
        book(payment, cents=payment.cents, method=ONLINE, actor=SYSTEM, now=now)
        publish(Paid(payment.authority_id, payment.subject_id))
    else:
        noted(payment, "payment.twice", SYSTEM, now)
        _return(attempt)


def _return_paid(payment: Payment) -> None:
    """What was paid goes back: all of it, or the part from the attempt that pays the fee now.

    Money that came in before that, for a fee that was let go, is on its way back whole.
    """
    paid = Attempt.objects.filter(authority_id=payment.authority_id, payment_id=payment.id, state="paid")
    in_part = payment.state == PAID
    if in_part:
        paid = paid.filter(ended__gte=payment.settled)
    for attempt in paid.order_by("ended", "id")[: 1 if in_part else None]:
        attempt.refund_cents = payment.refunded_cents if in_part else 0
        attempt.save(update_fields=["refund_cents"])
        _return(attempt)


def _return(attempt: Attempt) -> None:
    from stadttor.payments.jobs import pay_back

    enqueue(pay_back, authority_id=attempt.authority_id, attempt_id=attempt.id)


@step
def change_amount(
    *, authority_id: UUID, subject_id: UUID, items: Sequence[Mapping[str, Any]], cents: int, actor: Actor, now: datetime
) -> bool:
    """Ask for another amount as long as nobody has paid or begun to; gives False where that is too late.

    Nothing is left to pay when the new amount is nothing: then the fee is waived.
    """
    with work(authority_id):
        payment = Payment.objects.select_for_update().filter(authority_id=authority_id, subject_id=subject_id).first()
        if payment is None or payment.state != OPEN or _is_being_paid(payment):
            return False
        if payment.cents == cents:
            return True
        if cents <= 0:
            changed(payment, WAIVED, actor, now)
            return True
        payment.items, payment.cents = [dict(item) for item in items], cents
        payment.save(update_fields=["items", "cents"])
        noted(payment, "payment.amount_changed", actor, now)
        return True


def _is_being_paid(payment: Payment) -> bool:
    """Whether somebody is on the page of the payment service with the old amount, or was and nobody told the end."""
    return _has_attempt(payment, "started", "expired")


def _has_attempt(payment: Payment, *states: str) -> bool:
    mine = Attempt.objects.filter(authority_id=payment.authority_id, payment_id=payment.id)
    return mine.filter(state__in=states).exists()


def waive(*, authority_id: UUID, subject_id: UUID, actor: Actor, now: datetime) -> None:
    """Let a fee go (exemption, hardship). Refused when it was paid."""
    with work(authority_id):
        payment = of_subject(authority_id, subject_id)
        must_follow(payment.state, WAIVED)
        changed(payment, WAIVED, actor, now)


def ask_anew(*, authority_id: UUID, subject_id: UUID, actor: Actor, now: datetime) -> None:
    """Ask for a fee that was waived or paid back (its case was opened again). Refused for any other.

    Refused as well until the provider has paid back what goes back: what it is told would be another sum by then.
    """
    with work(authority_id):
        payment = of_subject(authority_id, subject_id)
        must_follow(payment.state, OPEN)
        if _has_attempt(payment, "paid"):
            text = N_(
                "The fee is still on its way back. Please ask for it anew when it has gone back, in some minutes."
            )
            raise Refused("going_back", text, status=409)
        payment.refunded_cents, payment.taken = 0, ""
        payment.save(update_fields=["taken"])
        changed(payment, OPEN, actor, now)


@step
def refund(
    *,
    authority_id: UUID,
    subject_id: UUID,
    actor: Actor,
    now: datetime,
    cents: int | None = None,
    seen: int | None = None,
) -> int:
    """Pay a fee back, or `cents` of it; a job tells the provider. Gives the cents.

    What was taken at the counter the cash office pays back: the books say that it has to.

    Refused when it was not paid, or paid back already, or not so much of it is left, or other than the `seen` cents.
    """
    with work(authority_id):
        payment = of_subject(authority_id, subject_id)
        left = payment.cents - payment.refunded_cents
        must_be_left(seen, left)
        must_follow(payment.state, REFUNDED)
        going = left if cents is None else cents
        must_be_payable_back(going, left)
        payment.refunded_cents += going
        changed(payment, PAID if going < left else REFUNDED, actor, now, going_cents=going)
        publish(Refunded(authority_id, payment.subject_id, uuid5(payment.id, f"{payment.refunded_cents} {now}")))
        book(payment, cents=-going, method=OFFICE if payment.taken else ONLINE, actor=actor, now=now)
        if not payment.taken:
            _return_paid(payment)
        return going


def keep(*, authority_id: UUID, subject_id: UUID, actor: Actor, now: datetime) -> None:
    """Note that a paid fee stays although it could go back. Refused when it was not paid."""
    with work(authority_id):
        payment = of_subject(authority_id, subject_id)
        must_follow(payment.state, REFUNDED)
        payment.kept = now
        payment.save(update_fields=["kept"])
        noted(payment, "payment.kept", actor, now)


def note_stray(*, authority_id: UUID, subject_id: UUID, now: datetime) -> None:
    """Note that what was paid for does not exist any more: somebody must say whether the money goes back. Safe to repeat."""
    with work(authority_id):
        payment = Payment.objects.select_for_update().filter(authority_id=authority_id, subject_id=subject_id).first()
        if payment is None or payment.state != PAID or payment.kept or payment.stray:
            return
        payment.stray = now
        payment.save(update_fields=["stray"])
        noted(payment, "payment.stray", SYSTEM, now)


@step
def note_returned(*, authority_id: UUID, attempt_id: UUID, now: datetime) -> None:
    """The provider confirmed that the money of this attempt went back. Safe to repeat."""
    with work(authority_id):
        paid = Attempt.objects.filter(authority_id=authority_id, id=attempt_id, state="paid")
        payment_id = paid.values_list("payment_id", flat=True).first()
        if payment_id and paid.update(state="returned"):
            payment = Payment.objects.get(authority_id=authority_id, id=payment_id)
            noted(payment, "payment.attempt_returned", SYSTEM, now, attempt_id=str(attempt_id))


def forget_old(*, authority_id: UUID, now: datetime, counting: QuerySet[Any] | None = None) -> Erased:
    """Delete what budget law does not ask for any more: payments with their attempts, claims of decisions with their lines.

    The claims of the decisions `counting` stay.
    """
    begin = datetime(oldest_year_kept(german_day(now)), 1, 1, tzinfo=BERLIN)
    with work(authority_id):
        old = Payment.objects.filter(authority_id=authority_id, requested__lt=begin).exclude(settled__gte=begin)
        gone = Erased()
        for payment in old[:AT_ONCE]:
            gone += _erase(payment)
            noted(payment, "payment.deleted", SYSTEM, now)
        return gone + forget_claims(authority_id, begin, now, counting)


def _erase(payment: Payment) -> Erased:
    gone, mine = Erased(), Attempt.objects.filter(authority_id=payment.authority_id, payment_id=payment.id)
    for key in mine.values_list("provider_key", flat=True):
        gone += erase(SimulatedOrder, payment.authority_id, key=key)
    gone += erase(Attempt, payment.authority_id, payment_id=payment.id)
    gone += _erase_books(payment)
    return gone + erase(Payment, payment.authority_id, id=payment.id)


def _erase_books(payment: Payment) -> Erased:
    """Lines, claim and receipts of a payment; first what names others."""
    gone, authority_id = Erased(), payment.authority_id
    for claim in Claim.objects.filter(authority_id=authority_id, subject_id=payment.id):
        gone += erase(Booking, authority_id, claim_id=claim.id)
        gone += erase(Claim, authority_id, id=claim.id)
    undoing = Receipt.objects.filter(authority_id=authority_id, payment_id=payment.id, undoes_id__isnull=False)
    for receipt in undoing:
        gone += erase(Receipt, authority_id, id=receipt.id)
    return gone + erase(Receipt, authority_id, payment_id=payment.id)


def of_subject(authority_id: UUID, subject_id: UUID) -> Payment:
    """The payment of a subject, locked until the open work ends."""
    payment = Payment.objects.select_for_update().filter(authority_id=authority_id, subject_id=subject_id).first()
    if payment is None:
        raise not_found()
    return payment


def changed(payment: Payment, state: str, actor: Actor, now: datetime, going_cents: int = 0) -> None:
    """The new state, with its line in the audit chain; of what is paid back in part the rest stays paid."""
    in_part = state == PAID == payment.state
    payment.settled = None if state == OPEN else payment.settled if in_part else now
    payment.state, payment.kept = state, None
    payment.save(update_fields=["state", "settled", "refunded_cents", "kept"])
    amount = {"refunded_cents": going_cents} if going_cents else {}
    noted(payment, "payment.refunded_in_part" if in_part else f"payment.{state}", actor, now, **amount)


def noted(payment: Payment, act: str, actor: Actor, now: datetime, **ids: str | int) -> None:
    audit.record(
        payment.authority_id,
        act=act,
        actor=actor,
        subject=("payment", payment.id),
        at=now,
        details={"cents": payment.cents, **ids},
    )
