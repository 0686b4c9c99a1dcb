"""The upgrades that are announced to an authority, and what it said to them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.work import common
from stadttor.rollout.models import Objection, Rollout
from stadttor.rollout.queries.progress import RolloutRow, row_of


@dataclass(frozen=True)
class AnnouncedRow:
    """An upgrade that means an authority. `answer` is empty, deferred (to `until`) or objected, with its reason."""

    rollout: RolloutRow
    answer: str = ""
    until: date | None = None
    reason: str = ""

    def is_open(self, today: date) -> bool:
        """Whether the authority may still say something else."""
        day = self.rollout.effective_on
        return self.rollout.state == "planned" and day is not None and today < day


def announced(authority_id: UUID) -> list[AnnouncedRow]:
    """Those that are not over, the one that comes first first."""
    with common():
        rows = Rollout.objects.select_related("version__package").defer("version__archive").filter(
            kind="upgrade",
            state__in=("planned", "running", "paused", "watched", "stopped"),
            batches__authorities__contains=[authority_id],
        )  # fmt: skip
        said = {one.rollout_id: one for one in Objection.objects.filter(authority_id=authority_id, rollout__in=rows)}
        return [_announced(row_of(row), said.get(row.id)) for row in rows.order_by("effective_on", "number")]


def announced_as(authority_id: UUID, number: int) -> AnnouncedRow:
    """One of them. Raises Refused (404)."""
    for row in announced(authority_id):
        if row.rollout.number == number:
            return row
    raise not_found()


def _announced(row: RolloutRow, said: Objection | None) -> AnnouncedRow:
    if said is None:
        return AnnouncedRow(row)
    return AnnouncedRow(row, "deferred" if said.until else "objected", said.until, said.reason)
