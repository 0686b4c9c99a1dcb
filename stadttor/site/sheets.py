"""What was written and not handed in as a document goes into the file as sheets: answers, notes, payment, history.

The same content gives the same bytes, so that a sheet has a new version only when something was added.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from stadttor.cases.queries import case_row
from stadttor.cases.queries.detail import QuestionView
from stadttor.cases.queries.whole import Entry, answered_questions, history_of, notes_of
from stadttor.cases.services import ends_with_case, stays
from stadttor.core.languages import OFFICIAL
from stadttor.ground.clock import german_day, now
from stadttor.ground.jobs import job
from stadttor.ground.web.formats import moment, money
from stadttor.ground.web.language import N_, _, speaking
from stadttor.ground.work import work
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AnswerGroup, AnswerRow, letter_data
from stadttor.payments.queries import payment_of
from stadttor.records.queries import file_of
from stadttor.records.services import file_document, put
from stadttor.site.applications import Submitted, submitted
from stadttor.site.letters import sheet_facts

STATES = {"open": N_("open"), "paid": N_("paid"), "waived": N_("waived"), "refunded": N_("paid back")}


@job("site.file_sheets")
@ends_with_case
def file_sheets(*, authority_id: UUID, case_id: UUID) -> None:
    """File what was answered, noted, paid and done so far; nothing for a case without an application or a file."""
    with work(authority_id):
        submission_id = case_row(authority_id, case_id).submission_id
        if submission_id is None or file_of(authority_id, case_id) is None:
            return
        found = submitted(authority_id, submission_id)
        questions = answered_questions(authority_id, case_id)
        with speaking(OFFICIAL):
            sheets = [_answer(one) for one in questions]
            sheets.append(_course(found, notes_of(authority_id, case_id), history_of(authority_id, case_id)))
    for key, kind, title, at, groups in sheets:
        kept = put(authority_id=authority_id, data=_set(found, title, at, groups))
        with stays(authority_id, case_id):
            file_document(
                authority_id=authority_id,
                case_id=case_id,
                kind=kind,
                title=title,
                origin="citizen" if kind == "answer" else "system",
                kept=kept,
                source_key=key,
                now=now(),
            )


Sheet = tuple[str, str, str, datetime, Sequence[AnswerGroup]]


def _answer(question: QuestionView) -> Sheet:
    """What was asked and answered, files by their names."""
    at = question.answered_at or question.asked_at
    rows = [AnswerRow("", item["text"], _answered(question, item["key"])) for item in question.items]
    when = [
        AnswerRow("", _("Asked"), f"{moment(question.asked_at)}, {question.asked_by_name}"),
        AnswerRow("", _("Answered"), moment(at)),
    ]
    groups = [AnswerGroup("", "", when), AnswerGroup("", _("Answers"), rows)]
    return f"answers:{question.id}", "answer", _("Answers to our questions"), at, groups


def _answered(question: QuestionView, key: str) -> str:
    answer = question.answer_to(key)
    said = [answer.get("text", ""), *(one["name"] for one in answer.get("documents", ()))]
    return ", ".join(one for one in said if one) or _("no answer")


def _course(found: Submitted, notes: Sequence[Entry], history: Sequence[Entry]) -> Sheet:
    """Notes, payment and history on one sheet, as of the last thing that happened."""
    groups = [
        AnswerGroup("", _("Payment"), _payment(found)),
        AnswerGroup("", _("Notes"), [_line(one) for one in notes]),
        AnswerGroup("", _("History"), [_line(one) for one in history]),
    ]
    last = max((one.at for one in (*notes, *history)), default=found.row.received)
    return "course", "note", _("Notes, payment and history"), last, groups


def _payment(found: Submitted) -> list[AnswerRow]:
    payment = payment_of(found.form.authority_id, found.row.id)
    if payment is None:
        return []
    settled = f", {moment(payment.settled)}" if payment.settled else ""
    rows = [AnswerRow("", money(payment.cents), f"{_(STATES[payment.state])}{settled}")]
    back = [AnswerRow("", _("Paid back"), money(payment.refunded_cents))] if payment.refunded_cents else []
    return rows + back


def _line(one: Entry) -> AnswerRow:
    return AnswerRow("", moment(one.at), f"{one.text} ({one.who})" if one.who else one.text)


def _set(found: Submitted, title: str, at: datetime, groups: Sequence[AnswerGroup]) -> bytes:
    facts = replace(sheet_facts(found, title, at), answers=groups, fee=(), day=german_day(at))
    return render_letter(builtin("summary"), {}, letter_data(facts))
