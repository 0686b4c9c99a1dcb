"""A case goes for good: its words, history, questions, notes, decisions, its process, and views that look for its people."""

from urllib.parse import parse_qs
from uuid import UUID

from stadttor.cases.models import (
    Case,
    CaseWord,
    Decision,
    Event,
    Note,
    OfCase,
    Permit,
    PermitPlate,
    Presence,
    ProtectedLook,
    Protection,
    Question,
    SavedFilter,
)
from stadttor.cases.queries.masked import name_of
from stadttor.cases.rules.words import range_of, terms_of, words_of
from stadttor.cases.services.changing import locked
from stadttor.core.refused import Refused
from stadttor.ground.erasing import Erased, erase, erase_files, witnessed
from stadttor.ground.rows import rows
from stadttor.ground.work import work
from stadttor.processes.services import erase_runs

# The history goes with its case: the product itself may not delete a line of it.
PARTS: tuple[type[OfCase], ...] = (
    CaseWord, Question, Note, Decision, Permit, PermitPlate, Presence, Protection, ProtectedLook,
)  # fmt: skip


def erase_case(*, authority_id: UUID, case_id: UUID, in_work_too: bool = False) -> Erased:
    """Delete a case on which nobody works any more; whether it may go is the caller's to know.

    Refused as not found when there is none, and while it is in work; `in_work_too` is for one that had been deleted and
    that a restored backup brought back.
    """
    with work(authority_id):
        case = locked(authority_id, case_id)
        if case.active and not in_work_too:
            raise Refused("case_in_work", "This case is still in work. It cannot be deleted.", status=409)
        name = name_of(case)
        gone = erase_files(authority_id, _answered(authority_id, case_id))
        for part in PARTS:
            gone += erase(part, authority_id, case_id=case_id)
        for by in ("ended_by", "replaced_by"):
            # What it ended stays ended; by whom is not told any more.
            Permit.objects.filter(authority_id=authority_id, **{by: case_id}).update(**{by: None})
        gone += witnessed(Event, authority_id, case_id=case_id)
        gone += erase(Case, authority_id, id=case_id)
        gone += erase_runs(authority_id=authority_id, subject_id=case_id)
        return gone + _erase_views(authority_id, case, name)


def _answered(authority_id: UUID, case_id: UUID) -> list[UUID]:
    """The files that came with answers."""
    questions = rows(Question, authority_id=authority_id, case_id=case_id)
    answers = (answer for question in questions for answer in question.answers)
    return [UUID(given["id"]) for answer in answers for given in answer.get("documents", ())]


def _erase_views(authority_id: UUID, case: Case, name: str) -> Erased:
    """Saved views that look for this applicant or number, or are called after her, unless another case has the words."""
    own = set(words_of(case.number, name, ""))
    gone = Erased()
    for view in rows(SavedFilter, authority_id=authority_id):
        terms = [term for text in parse_qs(view.query).get("q", ()) for term in terms_of(text)]
        mine = {term for term in terms if any(word.startswith(term) for word in own)} | (own & set(terms_of(view.name)))
        if mine and not all(_is_word(authority_id, term) for term in mine):
            gone += erase(SavedFilter, authority_id, id=view.id)
    return gone


def _is_word(authority_id: UUID, term: str) -> bool:
    """Whether a case that is left is found by it."""
    first, after = range_of(term)
    return CaseWord.objects.filter(authority_id=authority_id, word__gte=first, word__lt=after).exists()
