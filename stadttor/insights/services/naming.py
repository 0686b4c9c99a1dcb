"""A comment in which somebody names herself is part of what is held about her (Art. 15 GDPR), and goes when she asks."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from stadttor.ground.clock import BERLIN
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.rows import change
from stadttor.ground.work import work
from stadttor.insights.models import Answer, Feedback, Triage
from stadttor.privacy.ports import Sought, Told, is_told_of

FIRST_WORDS = 80


class NamedInFeedback:
    """Implements `privacy.ports.Naming`. Who gave an answer is kept nowhere: only what she wrote can tell.

    Her words that somebody released for the portal (`Answer.is_quote`) are hers as well, and outlive the comment.
    """

    kind = "feedback"

    def find(self, authority_id: UUID, sought: Sought) -> Sequence[Told]:
        with work(authority_id):
            said = Feedback.objects.filter(authority_id=authority_id).order_by("month", "id")
            quoted = Answer.objects.filter(authority_id=authority_id, is_quote=True).order_by("at", "id")
            quotes = [
                Told(row.id, row.at, row.said[:FIRST_WORDS], row.service)
                for row in quoted.iterator()
                if is_told_of(sought, row.said)
            ]
            return quotes + [
                Told(row.id, datetime.combine(row.month, time(), BERLIN), row.comment[:FIRST_WORDS], row.service)
                for row in said.iterator()
                if is_told_of(sought, row.comment)
            ]

    def held(self, authority_id: UUID, told_id: UUID) -> Tables:
        with work(authority_id):
            return joined(
                held(Feedback, authority_id, id=told_id),
                held(Triage, authority_id, feedback_id=told_id),
                *(held(Answer, authority_id, id=one) for one in _quotes(authority_id, told_id)),
            )

    def erase(self, authority_id: UUID, told_id: UUID) -> Erased:
        with work(authority_id):
            quotes = _quotes(authority_id, told_id)
            gone = erase(Triage, authority_id, feedback_id=told_id) + erase(Feedback, authority_id, id=told_id)
            for one in quotes:
                change(Triage, {"answer_id": None}, authority_id=authority_id, answer_id=one)
                gone += erase(Answer, authority_id, id=one)
            return gone


def _quotes(authority_id: UUID, told_id: UUID) -> list[UUID]:
    """The quote of this id, or those of the comment of this id."""
    answers = Triage.objects.filter(authority_id=authority_id, feedback_id=told_id).values_list("answer_id", flat=True)
    found = Answer.objects.filter(authority_id=authority_id, is_quote=True, id__in=[told_id, *filter(None, answers)])
    return list(found.values_list("id", flat=True))
