"""Reports of barriers, for organisers."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from stadttor.core.refused import not_found
from stadttor.ground.rows import first
from stadttor.ground.work import work
from stadttor.papers import models
from stadttor.papers.rules.barriers import ANSWER_WITHIN_DAYS

PAGE = 50


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


def barriers(authority_id: UUID, page: int = 1) -> list[BarrierRow]:
    """One page of the reports: those without an answer first, of them the oldest; then what was answered last.

    The database puts them in order, so that however many come none falls off the end.
    """
    with work(authority_id):
        every = models.Barrier.objects.filter(authority_id=authority_id)
        ordered = every.order_by(F("answered").desc(nulls_first=True), "reported", "id")
        return [_row(one) for one in ordered[(page - 1) * PAGE : page * PAGE]]


def count_barriers(authority_id: UUID) -> tuple[int, int]:
    """How many reports there are, and how many of them wait for an answer."""
    with work(authority_id):
        every = models.Barrier.objects.filter(authority_id=authority_id)
        return every.count(), every.filter(answered=None).count()


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
