"""The built-in payment simulator: no money moves. Its page says so; it keeps its orders like an outside provider would."""

from uuid import UUID

from django.urls import reverse

from stadttor.core.refused import not_found
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.payments.models import SimulatedOrder
from stadttor.payments.ports import Order, Outcome


class Simulator:
    """Implements `stadttor.payments.ports.Provider` with a page on which the person chooses the outcome."""

    name = "simulator"

    @step
    def start(self, order: Order) -> str:
        with work(order.authority_id):
            SimulatedOrder.objects.get_or_create(
                authority_id=order.authority_id,
                key=order.key,
                defaults={"reference": order.reference, "cents": order.cents, "return_to": order.return_to},
            )
        return reverse("payments:simulator", args=[order.key])

    def ask(self, authority_id: UUID, key: str) -> Outcome:
        with work(authority_id):
            order = SimulatedOrder.objects.filter(authority_id=authority_id, key=key).first()
        state = order.state if order else "open"
        return "paid" if state == "paid" else "failed" if state == "failed" else "open"

    @step
    def refund(self, authority_id: UUID, key: str, cents: int) -> None:
        with work(authority_id):
            orders = SimulatedOrder.objects.filter(authority_id=authority_id, key=key, refunded_cents__lt=cents)
            orders.update(refunded_cents=cents)


def order_for(authority_id: UUID, key: str) -> SimulatedOrder:
    """The simulated order of this key; not found for an unknown one."""
    with work(authority_id):
        order = SimulatedOrder.objects.filter(authority_id=authority_id, key=key).first()
    if order is None:
        raise not_found()
    return order


@step
def choose(*, authority_id: UUID, key: str, paid: bool) -> SimulatedOrder:
    """What the person chose on the simulator's page; the first choice stands."""
    with work(authority_id):
        SimulatedOrder.objects.filter(authority_id=authority_id, key=key, state="open").update(
            state="paid" if paid else "failed"
        )
    return order_for(authority_id, key)
