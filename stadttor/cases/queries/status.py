"""What the applicant is told about a case: no names of colleagues, no decision before it left the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.cases.models import Case, Decision, Event, Question
from stadttor.cases.ports import CaseRef
from stadttor.cases.queries.detail import QuestionView, question_view, reference_of
from stadttor.cases.queries.tags import has_standing_tags
from stadttor.cases.rules import ended_with_nothing, may
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work


@dataclass(frozen=True)
class CitizenEvent:
    """A step on the status page: `act` is its stable name."""

    at: datetime
    act: str
    details: Mapping[str, Any]


@dataclass(frozen=True)
class CitizenStatus:
    """Where the application stands. `outcome` and `letter_document_id` are empty until the decision was sent.

    After the case was opened again they are those of a new decision; the one before is `earlier_outcome`.
    """

    ref: CaseRef
    title: str
    state: str
    received: datetime
    due: date | None
    may_withdraw: bool
    outcome: str
    sent_at: datetime | None
    letter_document_id: UUID | None
    open_question: QuestionView | None
    questions: tuple[QuestionView, ...]
    events: tuple[CitizenEvent, ...]
    reopened_at: datetime | None = None
    earlier_outcome: str = ""
    earlier_at: datetime | None = None

    @property
    def got_nothing(self) -> bool:
        """Whether it ended without what she asked for: then it costs nothing."""
        return ended_with_nothing(self.state, self.outcome)


def case_of_submission(authority_id: UUID, submission_id: UUID) -> UUID | None:
    """The id of the case of a submission, none while it is not opened yet."""
    with work(authority_id):
        cases = Case.objects.filter(authority_id=authority_id, submission_id=submission_id)
        return cases.values_list("id", flat=True).first()


def submission_of_case(authority_id: UUID, case_id: UUID) -> UUID | None:
    """The id of the application behind a case, none for a case without one."""
    with work(authority_id):
        cases = Case.objects.filter(authority_id=authority_id, id=case_id)
        return cases.values_list("submission_id", flat=True).first()


def status_of(authority_id: UUID, submission_id: UUID) -> CitizenStatus | None:
    """The status of the application for its applicant, none while its case is not opened yet."""
    with work(authority_id):
        case = first(Case, authority_id=authority_id, submission_id=submission_id)
        return _status(case) if case else None


def _status(case: Case) -> CitizenStatus:
    mine: dict[str, Any] = {"authority_id": case.authority_id, "case_id": case.id}
    again = Event.objects.filter(**mine, act="reopened").order_by("-at").values_list("at", flat=True).first()
    newest = Decision.objects.filter(**mine, sent_at__isnull=False).order_by("-sent_at").first()
    sent = None if newest is None or (again and newest.sent_at and newest.sent_at <= again) else newest
    questions = tuple(question_view(row) for row in rows(Question, **mine, order=("-asked_at",), most=100))
    events = rows(Event, **mine, public=True, order=("at", "id"), most=200)
    is_open = next((question for question in questions if question.is_open), None)
    return CitizenStatus(
        ref=reference_of(case),
        title=case.title,
        state=_told(case.state, sent is not None),
        received=case.received,
        due=case.due,
        may_withdraw=may("withdraw", case.state) and not has_standing_tags(case.authority_id, case.id),
        outcome=sent.outcome if sent else "",
        sent_at=sent.sent_at if sent else None,
        letter_document_id=sent.letter_document_id if sent else None,
        open_question=is_open if case.state == "waiting_for_citizen" else None,
        questions=questions,
        reopened_at=again,
        earlier_outcome=newest.outcome if newest and not sent else "",
        earlier_at=newest.sent_at if newest and not sent else None,
        events=tuple(CitizenEvent(event.at, event.act, event.details) for event in events),
    )


def _told(state: str, sent: bool) -> str:
    """A decision that has not left the house is still work in progress for the applicant."""
    if state == "awaiting_second" or (state == "decided" and not sent):
        return "in_review"
    return state
