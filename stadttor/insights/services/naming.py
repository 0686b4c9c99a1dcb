"""A comment in which somebody names herself is part of what is held about her (Art. 15 GDPR), and goes when she asks."""

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from stadttor.ground.clock import BERLIN
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.work import work
from stadttor.insights.models import Feedback, Triage
from stadttor.privacy.ports import Sought, Told, is_told_of

FIRST_WORDS = 80


class NamedInFeedback:
    """Implements `privacy.ports.Naming`. Who gave an answer is kept nowhere: only what she wrote can tell."""

    kind = "feedback"

    def find(self, authority_id: UUID, sought: Sought) -> Sequence[Told]:
        with work(authority_id):
            said = Feedback.objects.filter(authority_id=authority_id).exclude(comment="").order_by("day", "id")
            return [
                Told(row.id, datetime.combine(row.day, time(), BERLIN), row.comment[:FIRST_WORDS], row.service)
                for row in said.iterator()
                if is_told_of(sought, row.comment)
            ]

    def held(self, authority_id: UUID, told_id: UUID) -> Tables:
        return joined(held(Feedback, authority_id, id=told_id), held(Triage, authority_id, feedback_id=told_id))

    def erase(self, authority_id: UUID, told_id: UUID) -> Erased:
        with work(authority_id):
            return erase(Triage, authority_id, feedback_id=told_id) + erase(Feedback, authority_id, id=told_id)
