"""A case: two clerks and the citizen act in any order, one of them sometimes on a page that is out of date."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule

from stadttor.cases import ports, services
from stadttor.cases.models import Case, Decision, Question
from stadttor.cases.services.asking import Asked, Given
from stadttor.cases.tests.fakes import FakeApplications, FakeLetters
from stadttor.core.ids import new_id
from stadttor.ground.actor import CITIZEN
from stadttor.ground.work import work
from stadttor.identity.models import Unit
from stadttor.identity.queries import Staff
from tests.safety.fuzz.machines import Machine, differs

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
REVIEW = ("received", "in_review")
BY_STAFF = ("take", "ask", "decide", "confirm", "send_back", "undo", "close", "reopen")
applications = FakeApplications()


@dataclass
class Model:
    """`pending`: who decided and who confirmed what has not left the house. `answered`: the citizen has, to the last
    question; the same once more has no effect.
    """

    four_eyes: bool
    state: str = "received"
    version: int = 1
    pending: tuple[str, ...] = ()
    sent: int = 0
    answered: bool = False

    def expects(self, act: str, who: str) -> bool:
        states: dict[str, tuple[str, ...]] = {
            "take": (*REVIEW, "waiting_for_citizen", "awaiting_second", "decided"), "ask": REVIEW, "decide": REVIEW,
            "answer": ("waiting_for_citizen",), "confirm": ("awaiting_second",), "send_back": ("awaiting_second",),
            "undo": ("decided", "awaiting_second"), "close": ("decided",), "reopen": ("closed", "withdrawn"),
            "withdraw": (*REVIEW, "waiting_for_citizen", "awaiting_second"),
        }  # fmt: skip
        also = {
            "confirm": who not in self.pending, "undo": who in self.pending, "close": not self.pending,
        }  # fmt: skip
        return (self.state in states[act] and also.get(act, True)) or (act == "answer" and self.answered)

    def do(self, act: str, who: str) -> None:
        if act == "answer" and self.answered:
            return
        after = {
            "take": "in_review" if self.state == "received" else self.state, "ask": "waiting_for_citizen",
            "answer": "in_review", "decide": "awaiting_second" if self.four_eyes else "decided", "confirm": "decided",
            "send_back": "in_review", "undo": "in_review", "withdraw": "withdrawn", "close": "closed",
            "reopen": "in_review", "deliver": self.state,
        }  # fmt: skip
        self.state, self.version = after[act], self.version + 1
        self.sent += act == "deliver"
        self.answered = act == "answer" or (self.answered and act != "ask")
        if act in ("decide", "confirm"):
            self.pending = (*self.pending, who)
        elif act in ("send_back", "undo", "withdraw", "deliver"):
            self.pending = ()


class OfCase(Machine):
    name = "case"

    @initialize(seed=st.binary(min_size=8, max_size=8))
    def opened(self, seed: bytes) -> None:
        self.chance = Random(seed)
        four_eyes = self.chance.random() < 0.5
        ports.connect(applications=applications, letters=FakeLetters())
        self.model, self.who = Model(four_eyes), ""
        submission = applications.submitted(four_eyes=four_eyes)
        self.case = services.open_case(authority_id=self.town, submission_id=submission, now=BEGIN)
        with work(self.town):
            unit = Unit.objects.get_or_create(authority_id=self.town, name="Straßenverkehr")[0].id
            Case.objects.filter(authority_id=self.town, id=self.case).update(unit_id=unit)
        self.staff = {
            name: Staff(new_id(), name, "", self.town, frozenset({"clerk"}), frozenset({unit}))
            for name in ("Adler", "Olsen")
        }

    @rule()
    def sensibly(self) -> None:
        """Something that is possible now, so that a case comes further than by chance."""
        possible = [(act, who) for act in BY_STAFF for who in self.staff if self.model.expects(act, who)]
        if not possible or self.chance.random() < 0.3:
            self.the_letter_is_due()
        else:
            self._by_staff(*self.chance.choice(possible))

    @rule()
    def a_few_sensibly(self) -> None:
        for _ in range(3):
            self.sensibly()

    @rule(act=st.sampled_from(BY_STAFF), who=st.sampled_from(["Adler", "Olsen"]), stale=st.booleans())
    def by_staff(self, act: str, who: str, stale: bool) -> None:
        self._by_staff(act, who, stale=stale)

    @rule(act=st.sampled_from(["answer", "answer", "answer", "withdraw"]))
    def by_the_citizen(self, act: str) -> None:
        self.acted(act, self._withdraw if act == "withdraw" else self._answer, expected=self.model.expects(act, ""))

    @rule()
    def the_letter_is_due(self) -> None:
        with work(self.town):
            row = Decision.objects.filter(
                authority_id=self.town, case_id=self.case, sent_at=None, taken_back_at=None, send_at__isnull=False
            ).first()
        if row:
            deliver = partial(services.deliver_decision, decision_id=row.id, deliver=new_id)
            act = lambda: deliver(authority_id=self.town, case_id=self.case, now=BEGIN)  # noqa: E731
            self.acted("deliver", act, expected=self.model.state == "decided" and bool(self.model.pending))

    def note(self, act: str) -> None:
        self.model.do(act, self.who)

    def difference(self) -> str:
        with work(self.town):
            mine = {"authority_id": self.town, "case_id": self.case}
            case = Case.objects.get(authority_id=self.town, id=self.case)
            waiting = Decision.objects.filter(**mine, sent_at=None, taken_back_at=None).count()
            sent = Decision.objects.filter(**mine, sent_at__isnull=False).count()
        model = self.model
        ended = model.state in ("closed", "withdrawn")
        return differs(
            (case.state, case.version, not case.active, waiting, sent),
            (model.state, model.version, ended, int(bool(model.pending)), model.sent),
        )

    def _by_staff(self, act: str, who: str, *, stale: bool = False) -> None:
        self.who = who
        version = self.model.version - stale
        seen = partial(self._verb(act), staff=self.staff[who], case_id=self.case, version=version, now=BEGIN)
        self.acted(act, seen, expected=not stale and self.model.expects(act, who))

    def _verb(self, act: str) -> Callable[..., object]:
        return {
            "take": services.take,
            "ask": partial(services.ask_back, items=[Asked("q", "question", "Wo wohnen Sie?")]),
            "decide": partial(services.decide, outcome="granted", reasons=["voraussetzungen"]),
            "confirm": services.confirm_second,
            "send_back": partial(services.send_back, reason="Bitte noch einmal."),
            "undo": services.undo,
            "close": services.close,
            "reopen": partial(services.reopen, reason="Es kamen neue Unterlagen."),
        }[act]

    def _withdraw(self) -> None:
        services.withdraw(authority_id=self.town, case_id=self.case, actor=CITIZEN, now=BEGIN)

    def _answer(self) -> None:
        with work(self.town):
            asked = (
                Question.objects.filter(authority_id=self.town, case_id=self.case).order_by("-asked_at", "-id").first()
            )
        services.answer_question(
            authority_id=self.town, case_id=self.case, question_id=asked.id if asked else new_id(),
            answers=[Given("q", "Hier.")], actor=CITIZEN, now=BEGIN,
        )  # fmt: skip
