"""What stands beside the documents of a case: its notes and its history in words, as they go into the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.cases.models import Event, Note, Question
from stadttor.cases.pages import labels
from stadttor.cases.queries.detail import QuestionView, question_view
from stadttor.ground.rows import rows
from stadttor.ground.web.language import _
from stadttor.ground.work import work


@dataclass(frozen=True)
class Entry:
    """A line: when, by whom, what."""

    at: datetime
    who: str
    text: str


def notes_of(authority_id: UUID, case_id: UUID) -> list[Entry]:
    """What colleagues noted, oldest first."""
    with work(authority_id):
        found = rows(Note, authority_id=authority_id, case_id=case_id, order=("at", "id"))
    return [Entry(row.at, row.author_name, row.text) for row in found]


def history_of(authority_id: UUID, case_id: UUID) -> list[Entry]:
    """What happened, oldest first, in the current language."""
    with work(authority_id):
        found = rows(Event, authority_id=authority_id, case_id=case_id, order=("at", "id"))
    return [Entry(row.at, row.actor_name or _by(row), _said(row)) for row in found]


def answered_questions(authority_id: UUID, case_id: UUID) -> Sequence[QuestionView]:
    """The questions that were answered, oldest first."""
    with work(authority_id):
        found = rows(Question, authority_id=authority_id, case_id=case_id, order=("asked_at", "id"))
    return [question_view(row) for row in found if row.answered_at is not None]


def _by(row: Event) -> str:
    return _("Applicant") if row.actor_kind == "citizen" else ""


def _said(row: Event) -> str:
    title = _(labels.ACTS[row.act][0]) if row.act in labels.ACTS else row.act.replace("_", " ")
    outcome = row.details.get("outcome")
    return f"{title}: {labels.outcome(outcome)}" if outcome else title
