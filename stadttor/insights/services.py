"""Verbs: an applicant gives a mark and may add why. No audit entry is written: its time would lead to the person."""

from datetime import date, timedelta
from uuid import UUID

from stadttor.core.din91379 import tidy, unprintable
from stadttor.ground.work import work
from stadttor.insights.models import Feedback
from stadttor.insights.rules import KEEP_DAYS, LONGEST_COMMENT, MOST_A_DAY


def give_score(*, authority_id: UUID, ballot: UUID, service: str, score: int, today: date) -> None:
    """Count one mark per `ballot`, a random id that only the applicant's browser keeps. The last mark of it stands."""
    with work(authority_id):
        mine = Feedback.objects.filter(authority_id=authority_id)
        if mine.filter(id=ballot, day=today).update(score=score):
            return
        if mine.filter(service=service, day=today).count() < MOST_A_DAY:
            Feedback.objects.create(authority_id=authority_id, id=ballot, service=service, day=today, score=score)


def forget_old(*, authority_id: UUID, today: date) -> None:
    """Delete the answers that are older than a year."""
    with work(authority_id):
        Feedback.objects.filter(authority_id=authority_id, day__lt=today - timedelta(days=KEEP_DAYS)).delete()


def add_comment(*, authority_id: UUID, ballot: UUID, text: str, today: date) -> None:
    """Keep the comment with today's mark of this ballot; without one nothing happens."""
    refused = set(unprintable(text))
    kept = "".join(letter for letter in tidy(text) if letter not in refused).strip()[:LONGEST_COMMENT]
    with work(authority_id):
        Feedback.objects.filter(authority_id=authority_id, id=ballot, day=today).update(comment=kept)
