"""Jobs of payments: what must reach the provider, and what nobody told us."""

from uuid import UUID

from stadttor.ground.clock import now
from stadttor.ground.jobs import job
from stadttor.ground.work import work
from stadttor.payments.models import Attempt, Payment
from stadttor.payments.ports import provider
from stadttor.payments.services import settle


@job("payments.pay_back")
def pay_back(*, authority_id: UUID, payment_id: UUID) -> None:
    """Tell the provider to pay back; the provider takes our key twice as once."""
    with work(authority_id):
        payment = Payment.objects.get(authority_id=authority_id, id=payment_id)
        paid = Attempt.objects.filter(authority_id=authority_id, payment_id=payment_id, state="paid").first()
    if paid:
        provider().refund(authority_id, paid.provider_key, payment.cents)


@job("payments.ask")
def ask(*, authority_id: UUID, key: str) -> None:
    """Ask what came of an attempt whose end nobody told us."""
    settle(authority_id=authority_id, key=key, now=now())
