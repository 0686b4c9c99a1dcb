"""Verbs: an applicant gives a mark and may add why. No audit entry is written: its time would lead to the person.

A mark is a counter one higher and nothing else; what she writes is a row of its own, with the month alone. That a right was
used is kept under a hash that leads to neither.
"""

import hashlib
import hmac
from datetime import date, timedelta
from uuid import UUID

from stadttor.core.periods import months_later
from stadttor.ground import keys
from stadttor.ground.rows import first, insert, insert_unless_taken, read
from stadttor.ground.work import work
from stadttor.insights.models import Feedback, UsedRight
from stadttor.insights.rules.marks import KEEP_DAYS, LONGEST_COMMENT, MEASURE, MOST_A_MONTH, WAYS
from stadttor.insights.rules.triage import cleaned
from stadttor.insights.services.adding import add

_GIVEN = """
SELECT coalesce(sum(count), 0)::int FROM insights_counter
WHERE authority_id = %s AND service = %s AND month = %s AND split_part(measure, ':', 1) = %s
"""
# A row says in which transaction it was last written, so that a text and the mark before it would lie side by side for good.
_REWRITTEN = (
    "UPDATE insights_feedback SET month = month WHERE authority_id = %s AND month >= %s",
    "UPDATE insights_usedright SET month = month WHERE authority_id = %s AND month >= %s",
    "UPDATE insights_counter SET month = month WHERE authority_id = %s AND month >= %s AND measure ~ '^score:'",
)
FOR_MARK, FOR_TEXT = b"mark", b"text"


def right_to_answer(*, authority_id: UUID, service: str, way: str, ballot: UUID) -> str:
    """The right to one opinion about a service, for one browser, where she is asked (`rules.WAYS`) and nowhere else.

    `ballot` is a random id under our seal. Nothing of it is kept here, so nothing leads from an answer to who gave it.
    """
    return f"{ballot}.{_seal(authority_id, service, way, ballot)}"


def is_right(*, authority_id: UUID, right: str, service: str, way: str) -> bool:
    """Whether it is one of ours for this service and way, used or not. Rights from before the way stood in them are none."""
    return _ballot(authority_id, service, way, right) is not None


def give_score(*, authority_id: UUID, right: str, service: str, way: str, score: int, today: date) -> bool:
    """Count one mark per right, however often and whenever it is used: the first mark stands. Gives whether one does.

    `way` says where she was asked (`rules.WAYS`).
    """
    ballot = _ballot(authority_id, service, way, right)
    if ballot is None or way not in WAYS:
        return False
    with work(authority_id):
        if _is_used(authority_id, ballot, FOR_MARK):
            return True
        (given,) = read(_GIVEN, authority_id, service, today.replace(day=1), MEASURE)[0]
        if given >= MOST_A_MONTH:
            return False
        # Two taps at one moment wait for each other at the key.
        if _use(authority_id, ballot, FOR_MARK, today):
            add(authority_id=authority_id, service=service, day=today, measure=f"{MEASURE}:{way}", value=score, often=1)
        return True


def add_comment(
    *, authority_id: UUID, right: str, service: str, way: str, text: str, is_pleased: bool, today: date
) -> bool:
    """Keep what she wrote after her mark, once; gives whether there is a mark of this right. Her browser says `is_pleased`:
    here nobody knows which mark was hers."""
    ballot = _ballot(authority_id, service, way, right)
    kept = cleaned(text)[:LONGEST_COMMENT]
    with work(authority_id):
        if ballot is None or not _is_used(authority_id, ballot, FOR_MARK):
            return False
        if kept and _use(authority_id, ballot, FOR_TEXT, today):
            month = today.replace(day=1)
            insert(
                Feedback(authority_id=authority_id, service=service, month=month, is_pleased=is_pleased, comment=kept)
            )
        return True


def forget_old(*, authority_id: UUID, today: date) -> None:
    """Delete what was written a year ago, and the rights that were used; write what came since anew, all in one transaction."""
    before = {"authority_id": authority_id, "month__lt": today - timedelta(days=KEEP_DAYS)}
    with work(authority_id):
        Feedback.objects.filter(**before).delete()
        UsedRight.objects.filter(**before).delete()
        for statement in _REWRITTEN:
            read(statement, authority_id, months_later(today.replace(day=1), -1))


def _use(authority_id: UUID, ballot: UUID, what: bytes, today: date) -> bool:
    row = UsedRight(id=_hidden(authority_id, ballot, what), authority_id=authority_id, month=today.replace(day=1))
    return insert_unless_taken(row)


def _is_used(authority_id: UUID, ballot: UUID, what: bytes) -> bool:
    return first(UsedRight, authority_id=authority_id, id=_hidden(authority_id, ballot, what)) is not None


def _hidden(authority_id: UUID, ballot: UUID, what: bytes) -> UUID:
    key = keys.derived(authority_id, "feedback used")
    return UUID(bytes=hmac.digest(key, what + ballot.bytes, "sha256")[:16])


def _ballot(authority_id: UUID, service: str, way: str, right: str) -> UUID | None:
    """What a right of ours was given for, none for anything else."""
    try:
        ballot = UUID(right.partition(".")[0])
    except ValueError:
        return None
    ours = right_to_answer(authority_id=authority_id, service=service, way=way, ballot=ballot)
    return ballot if hmac.compare_digest(right.encode(), ours.encode()) else None


def _seal(authority_id: UUID, service: str, way: str, ballot: UUID) -> str:
    key = keys.derived(authority_id, "feedback")
    return hmac.new(key, ballot.bytes + f"{service}\0{way}".encode(), hashlib.sha256).hexdigest()
