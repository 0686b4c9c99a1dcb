"""Asking the applicant back, and the answer."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from stadttor.cases import events
from stadttor.cases.models import Case, Question
from stadttor.cases.ports import Document
from stadttor.cases.queries.access import must_see, viewer_of
from stadttor.cases.queries.own_work import is_noted
from stadttor.cases.rules import in_print, must, resumed
from stadttor.cases.services.changing import changed, happened, locked, locked_for, must_be_unchanged, take_if_free
from stadttor.cases.services.naming import cover, rename
from stadttor.cases.services.stepping import finish
from stadttor.core.periods import rolled
from stadttor.core.refused import Refused, not_found
from stadttor.ground import files
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.processes.ports import ANSWER, CHECK

MOST_ITEMS = 30
MOST_FILES = 20
DAYS_TO_ANSWER = 14


@dataclass(frozen=True)
class Asked:
    """One thing to answer: a free `question`, a `document` to hand in, or a `field` to say again. `key` is its name,
    `reason` why a field is asked again.
    """

    key: str
    kind: Literal["question", "document", "field"]
    text: str
    reason: str = ""


@dataclass(frozen=True)
class Given:
    """The answer to one thing: text, uploaded files (already stored, `Document.id` is the blob), or both.

    `language` of a text that was not written on a German page.
    """

    key: str
    text: str = ""
    documents: tuple[Document, ...] = field(default=())
    language: str = ""


@step
def ask_back(*, staff: Staff, case_id: UUID, version: int, items: Sequence[Asked], now: datetime) -> UUID:
    """Ask the applicant; the clock of the deadline stands still until the answer."""
    items = _askable(items)
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        case.state = must("ask_back", case.state)
        finish(case, CHECK, "ask_back", now)
        today = german_day(now)
        question = _keep(case, staff, items, today, now)
        case.clock_stopped = today
        take_if_free(case, staff)
        changed(
            case, act="asked_back", actor=staff.actor(), at=now, public=True, details={"question_id": str(question.id)}
        )
        events.publish(events.QuestionAsked(case.authority_id, case.id, now, question.id))
        return question.id


def waits_for_answer(*, staff: Staff, case_id: UUID, items: Sequence[Asked], now: datetime) -> bool:
    """Whether this person has asked just this (as for `ask_back`) and the answer is still due: she pressed twice."""
    with work(staff.authority_id):
        case = must_see(viewer_of(staff, now), locked(staff.authority_id, case_id))
        mine = {"authority_id": case.authority_id, "case_id": case.id, "asked_by": staff.id}
        last = Question.objects.filter(**mine, answered_at=None, withdrawn_at=None).order_by("-asked_at").first()
        return last is not None and last.items == [asdict(item) for item in _askable(items)]


@step
def answer_question(
    *,
    authority_id: UUID,
    case_id: UUID,
    question_id: UUID,
    answers: Sequence[Given],
    actor: Actor,
    now: datetime,
    further: Sequence[Asked] = (),
    applicant: str = "",
    protects: bool = False,
    version: int | None = None,
) -> bool:
    """Keep the answer and let the clock run again. The caller knows that the actor is the applicant, or a colleague who
    may see the case and writes down what the applicant said; then `version` is the one she saw.

    `further` is what an answer made necessary besides what was asked; `applicant` her name where it is another one now;
    `protects` whether she says by it that she is a protected person.
    Gives False when this very answer came before: it has no second effect. Refused when another one did, and when
    the question was taken back.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        question = _question(case, question_id)
        question.items = [*question.items, *_unknown(question, further)]
        if question.answered_at is not None:
            _must_be_the_same(question, answers)
            return False
        _must_be_asked(question)
        if version is not None:
            must_be_unchanged(case, version)
        case.state = must("answer", case.state)
        question.answers = [_plain(answer) for answer in _fitting(question, answers)]
        question.answered_at = now
        question.save(update_fields=["items", "answers", "answered_at"])
        _go_on(case, now)
        case.answer_unseen = actor.kind != "staff"
        rename(case, applicant)
        if protects and not case.is_protected:
            cover(case, origin="statement", by_name="", reason="", now=now)
            happened(case, act="protected", actor=SYSTEM, at=now, details={"origin": "statement"})
        details = {"question_id": str(question.id)}
        act = "answer_written" if actor.kind == "staff" else "answered"
        changed(case, act=act, actor=actor, at=now, public=True, details=details)
        events.publish(events.QuestionAnswered(authority_id, case.id, now, question.id))
        return True


@step
def stop_asking(*, staff: Staff, case_id: UUID, version: int, now: datetime) -> None:
    """Take the open question back: the applicant need not answer any more, and the clock runs again."""
    with work(staff.authority_id):
        case = locked_for(staff, case_id, version, now)
        case.state = must("stop_asking", case.state)
        open_ones = Question.objects.filter(
            authority_id=case.authority_id, case_id=case.id, answered_at__isnull=True, withdrawn_at__isnull=True
        )
        question = open_ones.order_by("-asked_at").first()
        if question is None:
            raise not_found()
        question.withdrawn_at = now
        question.save(update_fields=["withdrawn_at"])
        _go_on(case, now)
        details = {"question_id": str(question.id)}
        changed(case, act="stopped_asking", actor=staff.actor(), at=now, public=True, details=details)
        events.publish(events.QuestionTakenBack(case.authority_id, case.id, now, question.id))


def remind_of_question(*, authority_id: UUID, case_id: UUID, now: datetime) -> None:
    """Note that the answer is overdue, once per question, so that the applicant is reminded."""
    with work(authority_id):
        case = locked(authority_id, case_id)
        question = Question.objects.filter(
            authority_id=authority_id, case_id=case_id, answered_at__isnull=True, withdrawn_at__isnull=True
        ).first()
        if question is None or case.state != "waiting_for_citizen":
            return
        details = {"question_id": str(question.id)}
        if is_noted(authority_id, case_id, "reminded", details):
            return
        happened(case, act="reminded", actor=SYSTEM, at=now, public=True, details=details)
        events.publish(events.QuestionOverdue(authority_id, case_id, now, question.id))


def _askable(items: Sequence[Asked]) -> list[Asked]:
    """What is asked, as it will be printed. Refused when nothing is, or too much."""
    if not items:
        raise Refused("nothing_asked", "Please tick what is missing, or write a question.", field="items")
    if len(items) > MOST_ITEMS or len({item.key for item in items}) < len(items):
        raise Refused("too_many_items", "Please ask for at most {most} things at once.", field="items", most=MOST_ITEMS)
    # What the package calls its fields stays as it is: by these words it is found again in other languages.
    said = [replace(one, text=in_print(one.text, "question")) if one.kind == "question" else one for one in items]
    said = [replace(one, reason=in_print(one.reason, "reason")) for one in said]
    if not all(item.text.strip() for item in said):
        raise Refused("nothing_asked", "Please tick what is missing, or write a question.", field="items")
    return said


def _keep(case: Case, staff: Staff, items: Sequence[Asked], today: date, now: datetime) -> Question:
    return Question.objects.create(
        authority_id=case.authority_id,
        case_id=case.id,
        asked_at=now,
        asked_by=staff.id,
        asked_by_name=staff.name,
        until=rolled(today + timedelta(days=DAYS_TO_ANSWER), case.land),
        items=[asdict(item) for item in items],
    )


def _question(case: Case, question_id: UUID) -> Question:
    question = Question.objects.filter(authority_id=case.authority_id, case_id=case.id, id=question_id).first()
    if question is None:
        raise not_found()
    return question


def _unknown(question: Question, further: Sequence[Asked]) -> list[dict[str, object]]:
    known = {item["key"] for item in question.items}
    return [asdict(item) for item in further if item.key not in known]


def _must_be_asked(question: Question) -> None:
    if question.withdrawn_at is not None:
        raise Refused(
            "asked_no_more", "The town hall does not need this answer any more. Please do nothing.", status=409
        )


def _go_on(case: Case, now: datetime) -> None:
    """The process leaves the waiting and the clock runs again."""
    finish(case, ANSWER, "answered", now)
    _restart_clock(case, german_day(now))


def _must_be_the_same(question: Question, answers: Sequence[Given]) -> None:
    """Somebody pressed twice, or the first answer of ours was lost on its way: she said the same, so it is kept."""
    again = [_plain(answer) for answer in _fitting(question, answers)]
    if _in_short(question.authority_id, again) != _in_short(question.authority_id, question.answers):
        raise Refused("answered_already", "This question has been answered already.", status=409)


def _in_short(authority_id: UUID, answers: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, list[str]]]:
    """What was said to each thing, files by their bytes."""
    return [
        (one["key"], one["text"], files.hashes(authority_id, [UUID(document["id"]) for document in one["documents"]]))
        for one in answers
    ]


def _fitting(question: Question, answers: Sequence[Given]) -> Sequence[Given]:
    """The answers, if they fit the question and at least one says something."""
    if not {answer.key for answer in answers} <= {item["key"] for item in question.items}:
        raise not_found()
    if sum(len(answer.documents) for answer in answers) > MOST_FILES:
        raise Refused("too_many", "Please hand in at most {most} files.", most=MOST_FILES)
    printed = [replace(answer, text=in_print(answer.text, answer.key)) for answer in answers]
    said = [answer for answer in printed if answer.text or answer.documents]
    if not said:
        raise Refused("nothing_answered", "Please answer, or hand in a file.", field=question.items[0]["key"])
    return said


def _plain(answer: Given) -> dict[str, object]:
    documents = [
        {"id": str(d.id), "name": d.name, "media_type": d.media_type, "size": d.size} for d in answer.documents
    ]
    written = {"language": answer.language} if answer.language and answer.text else {}
    return {"key": answer.key, "text": answer.text, "documents": documents, **written}


def _restart_clock(case: Case, today: date) -> None:
    if case.clock_stopped:
        case.due = resumed(case.due, case.clock_stopped, today, case.land)
        case.clock_stopped = None
