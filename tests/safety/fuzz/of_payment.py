"""A payment and its attempts, whatever the provider says in whatever order."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.payments import jobs, ports, services
from stadttor.payments.models import Attempt, Payment
from stadttor.payments.ports import Order, Outcome
from tests.safety.fuzz.machines import Machine, differs

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEYS = st.sampled_from(["one", "two", "three"])
SAYS = ("open", "late", "failed", "paid", "paid")


@dataclass
class Model:
    """Money that came in is never ignored; what came in twice, or for a fee that was paid back, goes back."""

    state: str = "open"
    attempts: dict[str, str] = field(default_factory=dict)

    def expects(self, act: str) -> bool:
        verb, key = (*act.split(), "")[:2]
        if verb == "ask" and "paid" in self.attempts.values():
            return False  # it is still on its way back
        allowed = {"try": ["open"], "waive": ["open", "refunded"], "ask": ["waived", "refunded"], "refund": ["paid"]}
        return self.state in allowed[verb] if verb in allowed else key in self.attempts

    def do(self, act: str) -> None:
        verb, key, *said = (*act.split(), "")
        attempt = self.attempts.get(key, "")
        if verb == "try":
            self.attempts.setdefault(key, "started")
        elif verb == "settle":
            if said[0] == "paid" and attempt not in ("paid", "returned"):
                self.attempts[key] = "paid"
                self.state = "paid" if self.state in ("open", "waived") else self.state
            elif attempt == "started" and said[0] in ("failed", "late"):
                self.attempts[key] = {"failed": "failed", "late": "expired"}[said[0]]
        elif verb == "return" and attempt == "paid":
            self.attempts[key] = "returned"
        elif verb in ("waive", "ask", "refund"):
            self.state = {"waive": "waived", "ask": "open", "refund": "refunded"}[verb]


class Bank:
    """A provider that says what the machine lets it say."""

    name, says = "bank", "open"

    def start(self, order: Order) -> str:
        return "https://bank.example/"

    def ask(self, authority_id: object, key: str) -> Outcome:
        return "open" if self.says == "late" else self.says  # type: ignore[return-value]  # one of the three

    def refund(self, authority_id: object, key: str, cents: int) -> None:
        """It takes everything."""


class OfPayment(Machine):
    name = "payment"

    @initialize(seed=st.binary(min_size=8, max_size=8))
    def owed(self, seed: bytes) -> None:
        self.chance = Random(seed)
        self.bank, self.model, self.subject = Bank(), Model(), uuid4()
        ports.use_provider(self.bank)  # type: ignore[arg-type]  # says one of the three
        services.request_payment(
            authority_id=self.town, subject_id=self.subject, reference="x", items=[], cents=3070, now=BEGIN
        )

    @rule(key=KEYS)
    def try_to_pay(self, key: str) -> None:
        self._acted(
            f"try {key}",
            lambda: services.try_to_pay(
                authority_id=self.town, subject_id=self.subject, key=self._key(key), return_to="/", now=BEGIN
            ),
        )

    @rule(key=KEYS, says=st.sampled_from(SAYS))
    def settle(self, key: str, says: str) -> None:
        self.bank.says = says
        now = BEGIN + timedelta(days=2 if says == "late" else 0)
        act = lambda: services.settle(authority_id=self.town, key=self._key(key), now=now)  # noqa: E731
        self._acted(f"settle {key} {says}", act)

    @rule()
    def sensibly(self) -> None:
        """Something that is possible now, so that a payment comes further than by chance."""
        possible = [verb for verb in ("waive", "ask", "refund") if self.model.expects(verb)] + list(self.model.attempts)
        chosen = self.chance.choice(possible or ["waive"])
        if chosen in self.model.attempts:
            self.settle(chosen, self.chance.choice(SAYS))
        else:
            self.by_a_clerk(chosen)

    @rule()
    def a_few_sensibly(self) -> None:
        for _ in range(3):
            self.sensibly()

    @rule(verb=st.sampled_from(["waive", "ask", "refund"]))
    def by_a_clerk(self, verb: str) -> None:
        do = {"waive": services.waive, "ask": services.ask_anew, "refund": services.refund}[verb]
        self._acted(verb, lambda: do(authority_id=self.town, subject_id=self.subject, actor=SYSTEM, now=BEGIN))

    @rule(key=KEYS)
    def goes_back(self, key: str) -> None:
        """The job of what came in twice, or was refunded."""
        with work(self.town):
            row = Attempt.objects.filter(authority_id=self.town, provider_key=self._key(key)).first()
        if row and (self.model.state == "refunded" or list(self.model.attempts.values()).count("paid") > 1):
            self._acted(f"return {key}", lambda: jobs.pay_back(authority_id=self.town, attempt_id=row.id))

    def note(self, act: str) -> None:
        self.model.do(act)

    def difference(self) -> str:
        with work(self.town):
            payment = Payment.objects.get(authority_id=self.town, subject_id=self.subject)
            attempts = Attempt.objects.filter(authority_id=self.town, payment_id=payment.id)
            said = {row.provider_key.partition(":")[2]: row.state for row in attempts}
        return differs((payment.state, said), (self.model.state, self.model.attempts))

    def _acted(self, act: str, product: object) -> None:
        self.acted(act, product, expected=self.model.expects(act))  # type: ignore[arg-type]  # a call without arguments

    def _key(self, key: str) -> str:
        return f"{self.subject}:{key}"
