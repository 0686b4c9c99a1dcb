"""Payment against expiry: the money comes in while the attempt to pay is left as over."""

from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.ground.work import common, work
from stadttor.payments import ports, services
from stadttor.payments.models import Attempt, Payment
from stadttor.payments.ports import Order, Outcome
from stadttor.payments.rules import ATTEMPT_LASTS
from tests.safety.races.meeting import Point
from tests.safety.races.race import WRITTEN, Guard, Race, Round

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
ASKED = Point("provider asked", ("tests.safety.races.of_fees:Bank.ask",))
READ = Point("attempt read", ("stadttor.payments.services:_end",), after=False)
_answer: ContextVar[Outcome] = ContextVar("answer", default="open")


class Bank:
    """A provider that has told one of those who ask that nothing came in yet, and the other one that it did."""

    name = "bank"

    def start(self, order: Order) -> str:
        return f"https://bank.example/{order.key}"

    def ask(self, authority_id: UUID, key: str) -> Outcome:
        return _answer.get()

    def refund(self, authority_id: UUID, key: str, cents: int) -> None:
        raise AssertionError("nothing is to be paid back")


def race_of_fees(town: UUID) -> Race:
    """In this town."""
    ports.use_provider(Bank())
    return Race("payment against expiry", partial(_round, town), (ASKED, READ, WRITTEN), READ, Guard(locks=True))


def _round(town: UUID) -> Round:
    subject, key = uuid4(), uuid4().hex
    owed = {"reference": "WEI-2026-4F7K-92QM", "items": [], "cents": 3070}
    services.request_payment(authority_id=town, subject_id=subject, now=BEGIN, **owed)  # type: ignore[arg-type]
    services.try_to_pay(authority_id=town, subject_id=subject, key=key, return_to="/", now=BEGIN)
    late = BEGIN + ATTEMPT_LASTS + timedelta(minutes=1)

    def settle(answer: Outcome) -> None:
        _answer.set(answer)
        services.settle(authority_id=town, key=key, now=late)

    return Round((partial(settle, "open"), partial(settle, "paid")), lambda became: _lost(town, subject, became))


def _lost(town: UUID, subject: UUID, became: tuple[str, str]) -> str:
    """Money that came in is never ignored: fee and attempt are paid, and it is told on once."""
    with work(town):
        payment = Payment.objects.get(authority_id=town, subject_id=subject)
        attempt = Attempt.objects.get(authority_id=town, payment_id=payment.id)
    with common():
        told = ProcrastinateJob.objects.filter(task_name="site.paid", args__subject_id=str(subject)).count()
    right = (payment.state, attempt.state, told, became) == ("paid", "paid", 1, ("done", "done"))
    return "" if right else f"{became}, fee {payment.state}, attempt {attempt.state}, told {told} times"
