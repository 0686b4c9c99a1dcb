"""Verbs: an applicant gives a mark and may add why. No audit entry is written: its time would lead to the person."""

import hashlib
import hmac
from datetime import date, timedelta
from uuid import UUID

from stadttor.ground import keys
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.work import work
from stadttor.insights.models import Feedback, Triage
from stadttor.insights.rules.marks import KEEP_DAYS, LONGEST_COMMENT, MOST_A_DAY
from stadttor.insights.rules.triage import cleaned


def right_to_answer(*, authority_id: UUID, service: str, ballot: UUID) -> str:
    """The right to one opinion about a service, for the browser that sent an application.

    `ballot` is a random id under our seal. Nothing of it is kept here, so nothing leads from an answer to who gave it.
    """
    return f"{ballot}.{_seal(authority_id, service, ballot)}"


def give_score(*, authority_id: UUID, right: str, service: str, score: int, today: date) -> bool:
    """Count one mark per right, however often and whenever it is used: the last mark stands. Gives whether it counts."""
    ballot = _ballot(authority_id, service, right)
    if ballot is None:
        return False
    row = Feedback(authority_id=authority_id, id=ballot, service=service, day=today, score=score)
    with work(authority_id):
        given = Feedback.objects.filter(authority_id=authority_id, id=ballot).exists()
        if not given and Feedback.objects.filter(service=service, day=today).count() >= MOST_A_DAY:
            return False
        # Two taps at one moment wait for each other at the key.
        return insert_unless_taken(row) or _change(authority_id, ballot, score=score)


def add_comment(*, authority_id: UUID, right: str, service: str, text: str) -> bool:
    """Keep the comment with the mark of this right; gives whether there is one."""
    ballot = _ballot(authority_id, service, right)
    kept = cleaned(text)[:LONGEST_COMMENT]
    with work(authority_id):
        before = first(Feedback, lock=True, authority_id=authority_id, id=ballot) if ballot else None
        if ballot is None or before is None:
            return False
        if before.comment != kept:
            _change(authority_id, ballot, comment=kept)
            # Whoever read it read something else.
            change(Triage, {"state": "new"}, authority_id=authority_id, feedback_id=ballot)
        return True


def forget_old(*, authority_id: UUID, today: date) -> None:
    """Delete the answers that are older than a year."""
    with work(authority_id):
        Feedback.objects.filter(authority_id=authority_id, day__lt=today - timedelta(days=KEEP_DAYS)).delete()


def _change(authority_id: UUID, ballot: UUID, **values: object) -> bool:
    return change(Feedback, values, authority_id=authority_id, id=ballot) == 1


def _ballot(authority_id: UUID, service: str, right: str) -> UUID | None:
    """What a right of ours was given for, none for anything else."""
    try:
        ballot = UUID(right.partition(".")[0])
    except ValueError:
        return None
    ours = right_to_answer(authority_id=authority_id, service=service, ballot=ballot)
    return ballot if hmac.compare_digest(right.encode(), ours.encode()) else None


def _seal(authority_id: UUID, service: str, ballot: UUID) -> str:
    key = keys.derived(authority_id, "feedback")
    return hmac.new(key, ballot.bytes + service.encode(), hashlib.sha256).hexdigest()
