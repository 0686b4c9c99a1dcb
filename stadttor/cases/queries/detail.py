"""One case with everything the case page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.cases.models import Case, Decision, Event, Note, Presence, Question
from stadttor.cases.ports import CaseRef
from stadttor.cases.queries.access import must_see, viewer_of
from stadttor.cases.queries.masked import name_of
from stadttor.cases.rules import Colour, colour, next_act
from stadttor.cases.rules.deadlines import soon_until
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.processes import queries as processes
from stadttor.processes.ports import STEPS

PRESENT_FOR = timedelta(seconds=90)
MOST_ROWS = 500


@dataclass(frozen=True)
class EventView:
    at: datetime
    act: str
    actor_kind: str
    actor_name: str
    details: Mapping[str, Any]
    public: bool


@dataclass(frozen=True)
class QuestionView:
    """`items` [{key, kind, text, reason}], `answers` [{key, text, documents: [{id, name, media_type, size}]}]."""

    id: UUID
    asked_at: datetime
    asked_by_name: str
    until: date | None
    items: tuple[Mapping[str, Any], ...]
    answers: tuple[Mapping[str, Any], ...]
    answered_at: datetime | None
    withdrawn_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.withdrawn_at is None

    def answer_to(self, key: str) -> Mapping[str, Any]:
        """The answer to one item, empty when there is none."""
        return next((answer for answer in self.answers if answer["key"] == key), {})


@dataclass(frozen=True)
class NoteView:
    at: datetime
    author_name: str
    text: str


@dataclass(frozen=True)
class DecisionView:
    """`reasons` and `conditions` are [{key, text}]; pending while neither sent nor taken back."""

    id: UUID
    outcome: str
    reasons: tuple[Mapping[str, str], ...]
    conditions: tuple[Mapping[str, str], ...]
    decided_at: datetime
    decided_by: UUID | None
    decided_by_name: str
    confirmed_by: UUID | None
    confirmed_by_name: str
    confirmed_at: datetime | None
    send_at: datetime | None
    sent_at: datetime | None
    taken_back_at: datetime | None
    letter_document_id: UUID | None
    valid_from: date | None = None
    valid_until: date | None = None
    channel: str = ""
    channel_reason: str = ""
    fee_cents: int | None = None
    fee_reason: str = ""
    tags: tuple[str, ...] = ()

    @property
    def pending(self) -> bool:
        return self.sent_at is None and self.taken_back_at is None


@dataclass(frozen=True)
class StepView:
    """A step of the package's own process that waits for a clerk."""

    id: str
    name: str


@dataclass(frozen=True)
class CaseView:
    """A case as a clerk sees it. `next` is the act to offer first, `version` goes back with every change."""

    ref: CaseRef
    version: int
    service: str
    title: str
    applicant: str
    state: str
    channel: str
    trust: str
    unit_id: UUID | None
    assignee_id: UUID | None
    assignee_name: str
    received: datetime
    due: date | None
    colour: Colour
    four_eyes: bool
    outcome: str
    decided_at: datetime | None
    closed_at: datetime | None
    mine: bool
    may_undo: bool
    next: str | None
    steps: tuple[StepView, ...]
    decision: DecisionView | None
    decisions: tuple[DecisionView, ...]
    questions: tuple[QuestionView, ...]
    notes: tuple[NoteView, ...]
    history: tuple[EventView, ...]
    is_test: bool = False
    answer_unseen: bool = False
    is_protected: bool = False

    @property
    def id(self) -> UUID:
        return self.ref.case_id

    @property
    def number(self) -> str:
        return self.ref.number

    @property
    def open_question(self) -> QuestionView | None:
        return next((question for question in self.questions if question.is_open), None)


def case_for(staff: Staff, case_id: UUID, now: datetime) -> CaseView:
    """The case with history, questions, notes and decisions. Refused as not found when it is not hers to see, and when
    its person is protected and she has not opened it.
    """
    with work(staff.authority_id):
        viewer = viewer_of(staff, now)
        found = Case.objects.filter(authority_id=staff.authority_id, id=case_id).first()
        case = must_see(viewer, found)
        return _view(case, staff, mine=case.assignee_id in viewer.assignees, now=now)


def reference_of(case: Case, viewer: Staff | None = None) -> CaseRef:
    """How ports and panels are told which case is meant, and who looks at it."""
    return CaseRef(
        case.authority_id,
        case.id,
        case.submission_id,
        case.adoption_id,
        case.adoption_revision,
        case.number,
        case.language,
        viewer,
    )


def colleagues_at(staff: Staff, case_id: UUID, now: datetime) -> list[str]:
    """The names of colleagues who look at the case right now, inside the open work or outside."""
    with work(staff.authority_id):
        rows = Presence.objects.filter(authority_id=staff.authority_id, case_id=case_id, seen__gt=now - PRESENT_FOR)
        return sorted(rows.exclude(staff_id=staff.id).values_list("staff_name", flat=True)[:10])


def _view(case: Case, staff: Staff, *, mine: bool, now: datetime) -> CaseView:
    today = german_day(now)
    decisions = _decisions(case)
    newest = decisions[-1] if decisions and decisions[-1].taken_back_at is None else None
    decided_by_me = newest is not None and newest.decided_by == staff.id
    may_undo = newest is not None and newest.pending and may_take_back(newest, staff)
    return CaseView(
        ref=reference_of(case, staff),
        version=case.version,
        service=case.service,
        title=case.title,
        applicant=name_of(case),
        state=case.state,
        channel=case.channel,
        trust=case.trust,
        unit_id=case.unit_id,
        assignee_id=case.assignee_id,
        assignee_name=case.assignee_name,
        received=case.received,
        due=case.due,
        colour=colour(case.state, case.due, today, soon_until(today, case.land)),
        four_eyes=case.four_eyes,
        outcome=case.outcome,
        decided_at=case.decided_at,
        closed_at=case.closed_at,
        mine=mine,
        may_undo=may_undo,
        next=next_act(
            case.state,
            mine=mine,
            decided_by_me=decided_by_me,
            sent=bool(newest and newest.sent_at),
        ),
        steps=_own_steps(case),
        decision=newest,
        decisions=decisions,
        questions=_questions(case),
        notes=_notes(case),
        history=_history(case),
        is_test=case.is_test,
        answer_unseen=case.answer_unseen,
        is_protected=case.is_protected,
    )


def may_take_back(decision: "Decision | DecisionView", staff: Staff) -> bool:
    """Whether a decision is hers to take back: who made or confirmed it, or a lead."""
    return staff.may("lead") or staff.id in (decision.decided_by, decision.confirmed_by)


def _own_steps(case: Case) -> tuple[StepView, ...]:
    tasks = processes.open_tasks(case.authority_id, case.id) if case.active else ()
    return tuple(StepView(task.id, task.name) for task in tasks if task.waits_for == "clerk" and task.id not in STEPS)


def _of_case(case: Case) -> dict[str, UUID]:
    return {"authority_id": case.authority_id, "case_id": case.id}


def _decisions(case: Case) -> tuple[DecisionView, ...]:
    rows = Decision.objects.filter(**_of_case(case)).order_by("decided_at", "id")[:MOST_ROWS]
    return tuple(decision_view(row) for row in rows)


def decision_view(row: Decision) -> DecisionView:
    """The frozen row of a decision."""
    return DecisionView(
        row.id,
        row.outcome,
        tuple(row.reasons),
        tuple(row.conditions),
        row.decided_at,
        row.decided_by,
        row.decided_by_name,
        row.confirmed_by,
        row.confirmed_by_name,
        row.confirmed_at,
        row.send_at,
        row.sent_at,
        row.taken_back_at,
        row.letter_document_id,
        row.valid_from,
        row.valid_until,
        row.channel,
        row.channel_reason,
        row.fee_cents,
        row.fee_reason,
        tuple(row.tags),
    )


def _questions(case: Case) -> tuple[QuestionView, ...]:
    rows = Question.objects.filter(**_of_case(case)).order_by("-asked_at")[:MOST_ROWS]
    return tuple(question_view(row) for row in rows)


def question_view(row: Question) -> QuestionView:
    """The frozen row of a question."""
    return QuestionView(
        row.id, row.asked_at, row.asked_by_name, row.until, tuple(row.items), tuple(row.answers), row.answered_at,
        row.withdrawn_at,
    )  # fmt: skip


def _notes(case: Case) -> tuple[NoteView, ...]:
    rows = Note.objects.filter(**_of_case(case)).order_by("-at")[:MOST_ROWS]
    return tuple(NoteView(row.at, row.author_name, row.text) for row in rows)


def _history(case: Case) -> tuple[EventView, ...]:
    rows = Event.objects.filter(**_of_case(case)).order_by("-at", "-id")[:MOST_ROWS]
    return tuple(EventView(r.at, r.act, r.actor_kind, r.actor_name, r.details, r.public) for r in rows)
