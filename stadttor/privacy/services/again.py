"""After a restored backup: what had been deleted before goes again."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.privacy.models import Hold
from stadttor.privacy.queries.ended import end_of
from stadttor.privacy.services.erasing import Why, erase_all
from stadttor.privacy.services.remembering import Remembered, memory

log = logging.getLogger("stadttor.privacy")


@dataclass(frozen=True)
class Again:
    """What became of the remembered deletions; `held` and `failed` are ids of cases, `strange` numbers of lines."""

    erased: int
    gone: int
    held: tuple[UUID, ...]
    failed: tuple[UUID, ...]
    strange: tuple[int, ...]


def erase_again(*, authority_id: UUID, now: datetime) -> Again:
    """Delete every case that is there and was deleted before, each with a proof. Safe to repeat.

    Also one that is in work by the restored rows: what ended it came after them. Only what somebody held since stays.
    """
    known = memory(authority_id)
    became = {one.case_id: _tried(authority_id, one, now) for one in known.deletions.values()}
    counts = Counter(became.values())
    held, failed = (tuple(one for one, end in became.items() if end == kind) for kind in ("held", "failed"))
    return Again(counts["erased"], counts["gone"], held, failed, known.strange)


def _tried(authority_id: UUID, one: Remembered, now: datetime) -> str:
    """One case that fails does not keep the others waiting."""
    try:
        return _erased(authority_id, one, now)
    except Exception:
        log.exception("case %s could not be deleted again", one.case_id)
        return "failed"


def _erased(authority_id: UUID, one: Remembered, now: datetime) -> str:
    with work(authority_id):
        try:
            end = end_of(authority_id, one.case_id, lock=True)
        except Refused:
            return "gone"
        hold = first(Hold, authority_id=authority_id, case_id=one.case_id)
        if hold and hold.since > one.at:
            return "held"
        erase_all(authority_id, end.case, Why(one.cause, one.archive, SYSTEM, now, again=True))
        return "erased"
