"""Reads of cases, access-checked: somebody else's case is not found. `own_work` is for jobs, behind no person."""

from stadttor.cases.queries.access import PROTECTED, Viewer, must_see, viewer_of
from stadttor.cases.queries.counting import open_cases_of
from stadttor.cases.queries.deputies import DeputyRow, deputies_for
from stadttor.cases.queries.detail import (
    CaseView,
    DecisionView,
    EventView,
    NoteView,
    QuestionView,
    case_for,
    colleagues_at,
    reference_of,
)
from stadttor.cases.queries.documents import document_bytes, documents_of
from stadttor.cases.queries.ended import EndedCase, ended_case, ended_without, moved_on_of_outer_case
from stadttor.cases.queries.faring import Fared, fared, in_use, tried_out
from stadttor.cases.queries.figures import DecidedCase, came_in, decided_between, first_received, handled_between
from stadttor.cases.queries.filtering import Filters
from stadttor.cases.queries.holding import held_case
from stadttor.cases.queries.masked import (
    KeptFrom,
    LookView,
    MaskedCase,
    ProtectionView,
    kept_from,
    masked_case,
    protected_among,
    protections_of,
    withheld,
)
from stadttor.cases.queries.own_work import (
    CaseRow,
    UnsentDecision,
    case_row,
    cases_of_outer_submission,
    decision_of,
    is_noted,
    last_sent,
    question_of,
    sent_decisions,
    standing_decision,
    told_and_open,
    unsent_decisions,
)
from stadttor.cases.queries.seen import units_alone
from stadttor.cases.queries.status import CitizenStatus, case_of_submission, status_of, submission_of_case
from stadttor.cases.queries.work_list import MOST_COUNTED, ListRow, WorkList, export_rows, saved_filter, work_list

__all__ = [
    "MOST_COUNTED",
    "PROTECTED",
    "CaseRow",
    "CaseView",
    "CitizenStatus",
    "DecidedCase",
    "DecisionView",
    "DeputyRow",
    "EndedCase",
    "EventView",
    "Fared",
    "Filters",
    "KeptFrom",
    "ListRow",
    "LookView",
    "MaskedCase",
    "NoteView",
    "ProtectionView",
    "QuestionView",
    "UnsentDecision",
    "Viewer",
    "WorkList",
    "came_in",
    "case_for",
    "case_of_submission",
    "case_row",
    "cases_of_outer_submission",
    "colleagues_at",
    "decided_between",
    "decision_of",
    "deputies_for",
    "document_bytes",
    "documents_of",
    "ended_case",
    "ended_without",
    "export_rows",
    "fared",
    "first_received",
    "handled_between",
    "held_case",
    "in_use",
    "is_noted",
    "kept_from",
    "last_sent",
    "masked_case",
    "moved_on_of_outer_case",
    "must_see",
    "open_cases_of",
    "protected_among",
    "protections_of",
    "question_of",
    "reference_of",
    "saved_filter",
    "sent_decisions",
    "standing_decision",
    "status_of",
    "submission_of_case",
    "told_and_open",
    "tried_out",
    "units_alone",
    "unsent_decisions",
    "viewer_of",
    "withheld",
    "work_list",
]
