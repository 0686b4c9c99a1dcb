"""A payment and its attempts, whatever the provider says in whatever order."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule
from procrastinate.contrib.django.models import ProcrastinateJob

from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import common, work
from stadttor.payments import jobs, ports, services
from stadttor.payments.models import Attempt, Payment
from stadttor.payments.ports import Order, Outcome
from tests.safety.fuzz.machines import Machine, differs

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
NAMES = ("one", "two", "three")
KEYS = st.sampled_from(NAMES)
SAYS = ("open", "late", "failed", "paid", "paid")
CENTS, PARTS = 3070, (1, 999, 1535, 2070, 3070)
BY_A_CLERK = ("waive", "ask", "refund", "part", "part", "rest", "over", "stale")


@dataclass
class Model:
    """Money that came in is never ignored; what came in twice, or for a fee that was paid back, goes back whole.

    `payer` is the try that pays the fee: of its money the `refunded` cents go back. `due` are the tries whose money is on
    its way, `back` the cents that the provider has been told of.
    """

    state: str = "open"
    attempts: dict[str, str] = field(default_factory=dict)
    payer: str = ""
    refunded: int = 0
    due: list[str] = field(default_factory=list)
    back: dict[str, int] = field(default_factory=dict)

    @property
    def left(self) -> int:
        return CENTS - self.refunded

    def expects(self, act: str) -> bool:
        verb, word = (*act.split(), "")[:2]
        if verb == "ask" and "paid" in self.attempts.values():
            return False  # it is still on its way back
        if verb in ("refund", "part", "rest"):
            return self.state == "paid" and 0 < int(word) <= self.left
        allowed = {
            "try": ["open"],
            "waive": ["open", "refunded"],
            "ask": ["waived", "refunded"],
            "over": [],
            "stale": [],
        }
        return self.state in allowed[verb] if verb in allowed else word in self.attempts

    def do(self, act: str) -> None:
        verb, word, *said = (*act.split(), "")
        if verb == "try":
            self.attempts.setdefault(word, "started")
        elif verb == "settle":
            self._settle(word, said[0])
        elif verb == "return":
            self._return(word)
        elif verb == "waive":
            self.state = "waived"
        elif verb == "ask":
            self.state, self.refunded = "open", 0
        else:
            self._refund(int(word))

    def _settle(self, key: str, said: str) -> None:
        attempt = self.attempts[key]
        if said == "paid" and attempt not in ("paid", "returned"):
            self.attempts[key] = "paid"
            if self.state in ("open", "waived"):
                self.state, self.payer, self.refunded = "paid", key, 0
            else:
                self.due.append(key)
        elif attempt == "started" and said in ("failed", "late"):
            self.attempts[key] = {"failed": "failed", "late": "expired"}[said]

    def _refund(self, cents: int) -> None:
        self.refunded += cents
        if self.left:
            self.due.append(self.payer)
        else:
            self.state = "refunded"
            self.due += [key for key, state in self.attempts.items() if state == "paid"]

    def _return(self, key: str) -> None:
        self.due.remove(key)
        if self.attempts[key] == "paid":
            in_part = self.state == "paid" and key == self.payer
            self.back[key] = self.refunded if in_part else CENTS
            self.attempts[key] = "paid" if in_part else "returned"


class Bank:
    """A provider that says what the machine lets it say."""

    name, says = "bank", "open"

    def __init__(self) -> None:
        self.back: dict[str, int] = {}

    def start(self, order: Order) -> str:
        return "https://bank.example/"

    def ask(self, authority_id: object, key: str) -> Outcome:
        return "open" if self.says == "late" else self.says  # type: ignore[return-value]  # one of the three

    def refund(self, authority_id: object, key: str, cents: int) -> None:
        """So much of this key's money in all, as the port has it."""
        word = key.partition(":")[2]
        self.back[word] = max(cents, self.back.get(word, 0))


class OfPayment(Machine):
    name = "payment"

    @initialize(seed=st.binary(min_size=8, max_size=8))
    def owed(self, seed: bytes) -> None:
        self.chance, self.now = Random(seed), BEGIN
        self.bank, self.model, self.subject = Bank(), Model(), uuid4()
        ports.use_provider(self.bank)  # type: ignore[arg-type]  # says one of the three
        forget_jobs()
        services.request_payment(
            authority_id=self.town, subject_id=self.subject, reference="x", items=[], cents=CENTS, now=BEGIN
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
        self.now += timedelta(minutes=1)
        now = self.now + timedelta(days=2 if says == "late" else 0)
        act = lambda: services.settle(authority_id=self.town, key=self._key(key), now=now)  # noqa: E731
        self._acted(f"settle {key} {says}", act)

    @rule()
    def sensibly(self) -> None:
        """Something that is possible now, so that a payment comes further than by chance; or just not, while it is paid."""
        left, new = self.model.left, [f"try {key}" for key in NAMES if key not in self.model.attempts]
        clerk = ["waive", "ask", "part 1", f"rest {left}", f"refund {left}"]
        possible = [act for act in [*new, *clerk] if self.model.expects(act)]
        possible += ["over", "stale"] if self.model.state == "paid" else []
        chosen = self.chance.choice([*possible, *(["goes_back"] * len(self.model.due)), *self.model.attempts])
        verb, _, word = chosen.partition(" ")
        if verb == "try":
            self.try_to_pay(word)
        elif verb == "goes_back":
            self.goes_back()
        elif verb in self.model.attempts:
            self.settle(verb, self.chance.choice(SAYS))
        else:
            self.by_a_clerk(verb, self.chance.choice(PARTS))

    @rule()
    def a_few_sensibly(self) -> None:
        for _ in range(3):
            self.sensibly()

    @rule(verb=st.sampled_from(BY_A_CLERK), cents=st.sampled_from(PARTS))
    def by_a_clerk(self, verb: str, cents: int) -> None:
        """`part` may be more than is left, `over` always is, or nothing; `stale` saw another sum than is left."""
        mine = {"authority_id": self.town, "subject_id": self.subject, "actor": SYSTEM, "now": self.now}
        left = self.model.left
        if verb in ("waive", "ask"):
            do = {"waive": services.waive, "ask": services.ask_anew}[verb]
            self._acted(verb, lambda: do(**mine))  # type: ignore[arg-type]  # the words of all these verbs
            return
        going = {"part": cents, "rest": left, "over": self.chance.choice([left + cents, 0, -cents]), "stale": cents}
        asked, seen = going.get(verb), left + cents if verb == "stale" else left
        self._acted(
            f"{verb} {left if asked is None else asked}",
            lambda: services.refund(**mine, cents=asked, seen=seen),  # type: ignore[arg-type]  # as above
        )

    @rule()
    def goes_back(self) -> None:
        """A job that waits; sometimes it is done twice, as a worker does that was killed."""
        due = jobs_due()
        if due:
            number, attempt_id = self.chance.choice(due)
            key = self._attempts()[attempt_id][0]
            self._acted(f"return {key}", lambda: self._worked_off(number, attempt_id, self.chance.choice([1, 2])))

    def _worked_off(self, number: int, attempt_id: UUID, times: int) -> None:
        for _ in range(times):
            jobs.pay_back(authority_id=self.town, attempt_id=attempt_id)
        forget_jobs(number)

    def note(self, act: str) -> None:
        self.model.do(act)

    def difference(self) -> str:
        known = self._attempts()
        with work(self.town):
            payment = Payment.objects.get(authority_id=self.town, subject_id=self.subject)
        due = sorted(known[attempt_id][0] for _, attempt_id in jobs_due())
        return differs(
            (payment.state, payment.refunded_cents, dict(known.values()), due, self.bank.back),
            (self.model.state, self.model.refunded, self.model.attempts, sorted(self.model.due), self.model.back),
        )

    def _attempts(self) -> dict[UUID, tuple[str, str]]:
        """Key and state of each try, by its id."""
        with work(self.town):
            mine = Attempt.objects.filter(authority_id=self.town, provider_key__startswith=f"{self.subject}:")
            return {row.id: (row.provider_key.partition(":")[2], row.state) for row in mine}

    def _acted(self, act: str, product: object) -> None:
        self.acted(act, product, expected=self.model.expects(act))  # type: ignore[arg-type]  # a call without arguments

    def _key(self, key: str) -> str:
        return f"{self.subject}:{key}"


def jobs_due() -> list[tuple[int, UUID]]:
    """(number, attempt) of the jobs that pay back and wait."""
    with common():
        waiting = ProcrastinateJob.objects.filter(task_name="payments.pay_back", status="todo").order_by("id")
        return [(row.id, UUID(row.args["attempt_id"])) for row in waiting]


def forget_jobs(number: int | None = None) -> None:
    """This one is done, or all that wait are nobody's business any more."""
    with common(write=True):
        ProcrastinateJob.objects.filter(**{"id": number} if number else {})._raw_delete(connection.alias)
