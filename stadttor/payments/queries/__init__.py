"""Reads: what is owed for a subject, and the words for where it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from stadttor.ground.holdings import Tables, held
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.payments.models import Attempt, Booking, Claim, Listed, Lowered, Payment, Receipt
from stadttor.payments.rules import (
    ASK_AFTER,
    ATTEMPT_LASTS,
    OPEN,
    PAID,
    REFUNDED,
    WAIVED,
    LeftOver,
    left_over,
    may_follow,
)

__all__ = [
    "ASK_AFTER",
    "ATTEMPT_LASTS",
    "OPEN",
    "PAID",
    "REFUNDED",
    "WAIVED",
    "LeftOver",
    "PaymentRow",
    "held_claim",
    "held_lowered",
    "held_payment",
    "is_being_paid",
    "left_over",
    "may_follow",
    "open_attempts",
    "payment_of",
    "states_of",
    "strays",
]

MOST_STRAYS = 500


@dataclass(frozen=True)
class PaymentRow:
    """A payment; `cents` are euro cents, `state` is open, paid, waived or refunded (in full).

    `refunded_cents` went back so far; `kept` is when somebody said why the rest stays; `stray` is when nothing was left of
    what it was paid for. `at_counter`: never paid online; `taken` is cash or card where it was paid at the counter.
    """

    id: UUID
    subject_id: UUID
    reference: str
    cents: int
    items: Sequence[dict[str, Any]]
    state: str
    requested: datetime
    settled: datetime | None
    refunded_cents: int = 0
    kept: datetime | None = None
    stray: datetime | None = None
    at_counter: bool = False
    taken: str = ""
    is_test: bool = False

    @property
    def left_cents(self) -> int:
        """What could still be paid back."""
        return self.cents - self.refunded_cents


def payment_of(authority_id: UUID, subject_id: UUID) -> PaymentRow | None:
    """The payment of a subject, none when nothing is owed."""
    with work(authority_id):
        row = first(Payment, authority_id=authority_id, subject_id=subject_id)
    return _row(row) if row else None


def states_of(authority_id: UUID, subject_ids: Sequence[UUID]) -> dict[UUID, str]:
    """Where the payments of several subjects stand; one for which nothing is owed is left out."""
    with work(authority_id):
        found = Payment.objects.filter(authority_id=authority_id, subject_id__in=subject_ids)
        return dict(found.values_list("subject_id", "state"))


def strays(authority_id: UUID) -> list[PaymentRow]:
    """What was paid for something that does not exist any more, and nobody has said what becomes of it; oldest first."""
    with work(authority_id):
        found = Payment.objects.filter(authority_id=authority_id, stray__isnull=False, state=PAID, kept=None)
        return [_row(row) for row in found.order_by("stray", "id")[:MOST_STRAYS]]


def open_attempts(authority_id: UUID, before: datetime) -> list[str]:
    """Keys of attempts started before a time that nobody told the end of: to be asked for."""
    with work(authority_id):
        rows = Attempt.objects.filter(authority_id=authority_id, state="started", started__lt=before)
        return list(rows.order_by("started").values_list("provider_key", flat=True)[:500])


def is_being_paid(authority_id: UUID, subject_id: UUID) -> bool:
    """Whether somebody is at the payment service at this moment, or was and nobody told us the end."""
    with work(authority_id):
        row = first(Payment, authority_id=authority_id, subject_id=subject_id)
        return bool(row and first(Attempt, authority_id=authority_id, payment_id=row.id, state="started"))


def held_payment(authority_id: UUID, subject_id: UUID) -> Tables:
    """Everything that is kept about the payment of a subject, for the person who pays."""
    with work(authority_id):
        row = first(Payment, authority_id=authority_id, subject_id=subject_id)
        if row is None:
            return {}
        payment, attempts = held(Payment, authority_id, id=row.id), held(Attempt, authority_id, payment_id=row.id)
        receipts = held(Receipt, authority_id, payment_id=row.id)
        return {**payment, **attempts, **receipts, **held_claim(authority_id, row.id)}


def held_claim(authority_id: UUID, subject_id: UUID) -> Tables:
    """What the books say of a payment or a decision: its claim with the lines."""
    with work(authority_id):
        claim = first(Claim, authority_id=authority_id, subject_id=subject_id)
        if claim is None:
            return {}
        about = [held(table, authority_id, claim_id=claim.id) for table in (Booking, Listed, Lowered)]
        return {**held(Claim, authority_id, id=claim.id), **{name: rows for one in about for name, rows in one.items()}}


def held_lowered(authority_id: UUID, by_case_id: UUID) -> Tables:
    """By what the decision of a case lowered the claim of another one."""
    return held(Lowered, authority_id, by_case_id=by_case_id)


def _row(row: Payment) -> PaymentRow:
    return PaymentRow(
        row.id, row.subject_id, row.reference, row.cents, row.items, row.state, row.requested, row.settled,
        row.refunded_cents, row.kept, row.stray, row.at_counter, row.taken, row.is_test,
    )  # fmt: skip
