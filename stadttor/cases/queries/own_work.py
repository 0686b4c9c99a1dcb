"""What the authority's own jobs read: no person asks, so nothing is checked but the wall."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet

from stadttor.cases.models import Case, Decision, Event, Question
from stadttor.cases.queries.detail import DecisionView, QuestionView, decision_view, question_view
from stadttor.ground.rows import first
from stadttor.ground.work import work


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What letters and mails name of a case; without `submission_id` no application of ours opened it."""

    id: UUID
    number: str
    title: str
    submission_id: UUID | None
    state: str


@dataclass(frozen=True, slots=True)
class UnsentDecision:
    """A decision that should have left the house."""

    id: UUID
    case_id: UUID


def case_row(authority_id: UUID, case_id: UUID) -> CaseRow:
    """Raises Case.DoesNotExist."""
    with work(authority_id):
        row = first(Case, authority_id=authority_id, id=case_id)
    if row is None:
        raise Case.DoesNotExist(case_id)
    return CaseRow(row.id, row.number, row.title, row.submission_id, row.state)


def question_of(authority_id: UUID, question_id: UUID) -> QuestionView:
    """Raises Question.DoesNotExist."""
    with work(authority_id):
        return question_view(Question.objects.get(authority_id=authority_id, id=question_id))


def decision_of(authority_id: UUID, decision_id: UUID) -> DecisionView:
    """Raises Decision.DoesNotExist."""
    with work(authority_id):
        return decision_view(Decision.objects.get(authority_id=authority_id, id=decision_id))


def standing_decision(authority_id: UUID, case_id: UUID) -> DecisionView | None:
    """The newest decision that was not taken back, sent or not; none while the case is being worked on."""
    with work(authority_id):
        case = first(Case, authority_id=authority_id, id=case_id)
        if case is None or case.state not in ("decided", "closed"):
            return None
        decisions = Decision.objects.filter(authority_id=authority_id, case_id=case_id, taken_back_at__isnull=True)
        row = decisions.order_by("-decided_at").first()
        return decision_view(row) if row else None


@dataclass(frozen=True)
class SentDecision:
    """When a decision left the house, and its outcome."""

    at: datetime
    outcome: str


def last_sent(authority_id: UUID, submission_id: UUID) -> SentDecision | None:
    """The newest decision about an application that left the house, none before the first one."""
    with work(authority_id):
        case = first(Case, authority_id=authority_id, submission_id=submission_id)
        if case is None:
            return None
        sent = Decision.objects.filter(authority_id=authority_id, case_id=case.id, sent_at__isnull=False)
        found = sent.order_by("-sent_at").values_list("sent_at", "outcome").first()
        return SentDecision(found[0], found[1]) if found and found[0] else None


@dataclass(frozen=True)
class ToldCase:
    """A case that was decided and is not closed: its service, what the applicant was told last and when."""

    submission_id: UUID
    service: str
    outcome: str
    at: datetime


def told_and_open(authority_id: UUID, submission_ids: Sequence[UUID]) -> list[ToldCase]:
    """Of these applications those whose case is decided and not closed yet."""
    with work(authority_id):
        cases = Case.objects.filter(authority_id=authority_id, submission_id__in=submission_ids, state="decided")
        mine = {case.id: case for case in cases.only("id", "submission_id", "service")}
        sent = Decision.objects.filter(
            authority_id=authority_id, case_id__in=mine, sent_at__isnull=False, taken_back_at__isnull=True
        )
        newest = {
            case_id: (outcome, at)
            for case_id, outcome, at in sent.order_by("sent_at").values_list("case_id", "outcome", "sent_at")
            if at
        }
    return [
        ToldCase(one.submission_id, one.service, *newest[one.id])
        for one in mine.values()
        if one.id in newest and one.submission_id
    ]


def sent_decisions(authority_id: UUID, case_id: UUID) -> list[UUID]:
    """The decisions of a case that have left the house, oldest first."""
    with work(authority_id):
        sent = Decision.objects.filter(authority_id=authority_id, case_id=case_id, sent_at__isnull=False)
        return list(sent.order_by("sent_at", "id").values_list("id", flat=True))


def is_noted(
    authority_id: UUID, case_id: UUID, act: str, details: Mapping[str, Any], actor_id: UUID | None = None
) -> bool:
    """Whether the case's history has a line of this act (and this actor, if one is given) with exactly these details."""
    mine = {} if actor_id is None else {"actor_id": actor_id}
    with work(authority_id):
        lines = Event.objects.filter(authority_id=authority_id, case_id=case_id, act=act, details=dict(details), **mine)
        return lines.exists()


def unsent_decisions(authority_id: UUID, due_before: datetime, most: int) -> list[UnsentDecision]:
    """Decisions that should have been sent before a time and were neither sent nor taken back, longest due first."""
    with work(authority_id):
        pending = Decision.objects.filter(
            authority_id=authority_id, sent_at__isnull=True, taken_back_at__isnull=True, send_at__lt=due_before
        )
        found = pending.order_by("send_at").values_list("id", "case_id")[:most]
        return [UnsentDecision(*row) for row in found]


def cases_of_outer_submission(authority_id: UUID) -> QuerySet[Any]:
    """The case of the submission that an outer query looks at: for `Exists` over a table that cases do not know."""
    return Case.objects.filter(authority_id=authority_id, submission_id=OuterRef("id"))
