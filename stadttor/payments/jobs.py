"""Jobs of payments: what must reach the provider, and what nobody told us."""

from uuid import UUID

from stadttor.ground.clock import now
from stadttor.ground.jobs import job
from stadttor.ground.work import work
from stadttor.payments.models import Attempt, Payment
from stadttor.payments.ports import provider
from stadttor.payments.services import note_returned, settle


@job("payments.pay_back")
def pay_back(*, authority_id: UUID, attempt_id: UUID) -> None:
    """Tell the provider to pay back what came in by an attempt, or its part; told twice counts once."""
    with work(authority_id):
        paid = Attempt.objects.filter(authority_id=authority_id, id=attempt_id, state="paid").first()
        if paid is None:
            return
        owed = Payment.objects.get(authority_id=authority_id, id=paid.payment_id).cents
    provider().refund(authority_id, paid.provider_key, paid.refund_cents or owed)
    if not paid.refund_cents:
        note_returned(authority_id=authority_id, attempt_id=attempt_id, now=now())


@job("payments.ask")
def ask(*, authority_id: UUID, provider_key: str) -> None:
    """Ask what came of an attempt whose end nobody told us."""
    settle(authority_id=authority_id, key=provider_key, now=now())
