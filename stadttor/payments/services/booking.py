"""The books: a Kassenzeichen for what is owed, a line for what came in, numbers without gaps, one day after the other.

Called inside the open work of the act that moves the money: line and act are there together or not at all.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import connection

from stadttor.core.ids import new_id
from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.payments.models import Booking, Claim, Payment, Receipt
from stadttor.payments.queries.closing import closed_until
from stadttor.payments.queries.finance import rules_on
from stadttor.payments.queries.lowering import LISTED
from stadttor.payments.rules import finance

CLAIMS, DAYS = "claims", "days"
# One statement takes the number and keeps the row until the end of the work: what is rolled back gives its number back.
NEXT_SQL = """
INSERT INTO payments_counter (id, authority_id, kind, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (authority_id, kind) DO UPDATE SET last = payments_counter.last + EXCLUDED.last RETURNING last
"""


LISTED_SQL = """
INSERT INTO payments_counter (id, authority_id, kind, last) VALUES (%s, %s, %s, %s)
ON CONFLICT (authority_id, kind) DO UPDATE SET last = GREATEST(payments_counter.last, EXCLUDED.last)
"""


def next_number(authority_id: UUID, kind: str) -> int:
    """The next number of a kind, 1 first."""
    return _counted(authority_id, kind, 1)


def day_of(authority_id: UUID, now: datetime) -> date:
    """The day on which something counts now. Until the open work ends nobody closes it, and nobody else books."""
    lock_days(authority_id)
    return finance.booking_day(german_day(now), closed_until(authority_id))


def lock_days(authority_id: UUID) -> None:
    """Until the open work ends nobody else books anything or closes a day."""
    _counted(authority_id, DAYS, 0)


def note_listed(authority_id: UUID, year: int) -> None:
    """The yearly list of a year was drawn: whoever keeps the accounts asks for what it says."""
    with work(authority_id), connection.cursor() as cursor:
        cursor.execute(LISTED_SQL, [new_id(), authority_id, LISTED, year])


def _counted(authority_id: UUID, kind: str, more: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(NEXT_SQL, [new_id(), authority_id, kind, more])
        return int(cursor.fetchone()[0])


def claim_of(authority_id: UUID, subject_id: UUID, day: date, now: datetime) -> Claim:
    """The claim of a payment or a decision, with its Kassenzeichen as soon as rules say how one is made."""
    claim, _made = Claim.objects.get_or_create(authority_id=authority_id, subject_id=subject_id, defaults={"made": now})
    rules = rules_on(authority_id, day) if claim.number is None else None
    if rules is not None:
        serial = next_number(authority_id, CLAIMS)
        claim.number = finance.claim_number(rules.prefix, rules.digits, rules.check_digits, serial)
        claim.save(update_fields=["number"])
    return claim


def book(
    payment: Payment, *, cents: int, method: str, actor: Actor, now: datetime, receipt: Receipt | None = None
) -> None:
    """Write down euro cents of a fee that came in, or went out again (negative), on the account of each part."""
    if payment.is_test:
        return
    day = receipt.day if receipt else day_of(payment.authority_id, now)
    claim = claim_of(payment.authority_id, payment.id, day, now)
    rules = rules_on(payment.authority_id, day)
    sign = 1 if cents > 0 else -1
    for part in finance.parts(payment.items, payment.cents, abs(cents)):
        Booking.objects.create(
            authority_id=payment.authority_id,
            claim_id=claim.id,
            receipt_id=receipt.id if receipt else None,
            method=method,
            service=payment.service,
            share=part.share,
            account=finance.account_of(rules.accounts, payment.service, part.share) if rules else "",
            cents=sign * part.cents,
            day=day,
            at=now,
            by_id=actor.id,
            by_name=actor.name,
        )
