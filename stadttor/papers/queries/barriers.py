"""Reports of barriers, for organisers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.papers import models
from stadttor.papers.rules.barriers import ANSWER_WITHIN_DAYS

MOST = 200


@dataclass(frozen=True)
class BarrierRow:
    """A report; `email` is empty when none was given, and from the answer on."""

    id: UUID
    text: str
    place: str
    email: str
    language: str
    reported: datetime
    answer: str
    answered: datetime | None
    answered_by_name: str

    def is_late(self, at: datetime) -> bool:
        """Whether whoever reported it may turn to the enforcement body by now."""
        return self.answered is None and self.reported + timedelta(days=ANSWER_WITHIN_DAYS) < at


def barriers(authority_id: UUID) -> list[BarrierRow]:
    """The newest reports: those without an answer first, and of them the oldest."""
    with work(authority_id):
        found = [_row(one) for one in rows(models.Barrier, order=("-reported",), most=MOST, authority_id=authority_id)]
    waiting = [one for one in found if one.answered is None]
    return [*reversed(waiting), *(one for one in found if one.answered)]


def barrier(authority_id: UUID, barrier_id: UUID) -> BarrierRow:
    """One report. Raises Refused (404)."""
    with work(authority_id):
        row = first(models.Barrier, authority_id=authority_id, id=barrier_id)
    if row is None:
        raise not_found()
    return _row(row)


def _row(row: models.Barrier) -> BarrierRow:
    return BarrierRow(
        row.id,
        row.text,
        row.place,
        row.email,
        row.language,
        row.reported,
        row.answer,
        row.answered,
        row.answered_by_name,
    )
