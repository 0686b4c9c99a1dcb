"""How far a roll-out is."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.rollout.models import LeftOut, Rollout
from stadttor.rollout.rules.states import WORTH_ANOTHER_TRY

_BATCHES = """
SELECT CASE WHEN b.number <= o.put_back THEN 'taken_back' WHEN b.number <= o.done THEN 'done' ELSE 'waiting' END AS state,
 sum(cardinality(b.authorities))
FROM rollout_batch b JOIN rollout_rollout o ON o.id = b.rollout_id WHERE o.id = %s GROUP BY 1
"""
_SLUGS = """
SELECT a.id, a.slug FROM rollout_batch b, unnest(b.authorities) one JOIN ground_authority a ON a.id = one
WHERE b.rollout_id = %s
"""
_DONE = """
SELECT one FROM rollout_batch b JOIN rollout_rollout o ON o.id = b.rollout_id, unnest(b.authorities) one
WHERE o.id = %s AND b.number <= o.done
"""
_TARGETS = "SELECT one FROM rollout_batch b, unnest(b.authorities) one WHERE b.rollout_id = %s"
_WAITING = "SELECT sum(cardinality(authorities)) FROM rollout_batch WHERE rollout_id = %s AND number > %s AND wave = %s"
_TO_PUT_BACK = """
SELECT count(*) FROM rollout_batch b JOIN rollout_rollout o ON o.id = b.rollout_id, unnest(b.authorities) one
WHERE o.id = %s AND b.number > o.put_back AND b.number <= o.done
 AND NOT EXISTS (SELECT FROM rollout_leftout l WHERE l.rollout_id = o.id AND l.authority_id = one)
"""


@dataclass(frozen=True)
class RolloutRow:
    """A roll-out as people see it."""

    id: UUID
    number: int
    package: str
    package_id: UUID
    version: str
    version_id: UUID
    kind: str
    state: str
    done: int
    group: Mapping[str, Any]
    keys: int
    wave: int
    waves: int
    wave_ended: datetime | None
    law: str
    urgent: bool
    effective_on: date | None
    notice_days: int
    planned_at: datetime
    begun_at: datetime | None
    gone_on_at: datetime | None
    ended_at: datetime | None
    why_stopped: str
    followed: str


@dataclass(frozen=True)
class Progress:
    """Authorities by what became of them; `left_out` counts those that stay as they were, by reason."""

    waiting: int
    done: int
    taken_back: int
    left_out: Mapping[str, int]

    @property
    def worth_another_try(self) -> int:
        """How many were left out for a reason that may be gone."""
        return sum(count for code, count in self.left_out.items() if code in WORTH_ANOTHER_TRY)

    @property
    def total(self) -> int:
        return self.waiting + self.done + self.taken_back


def rollout(number: int) -> RolloutRow:
    """Raises Refused (404)."""
    found = rollouts(number=number)
    if not found:
        raise not_found()
    return found[0]


def rollout_by_id(rollout_id: UUID) -> RolloutRow:
    """The same by its id."""
    return rollouts(id=rollout_id)[0]


def rollouts(**equal: object) -> list[RolloutRow]:
    """The newest first."""
    with common():
        rows = Rollout.objects.select_related("version__package").defer("version__archive").filter(**equal)
        return [row_of(row) for row in rows.order_by("-number")]


def row_of(row: Rollout) -> RolloutRow:
    """A roll-out with its version and package."""
    return RolloutRow(
        id=row.id,
        number=row.number,
        package=row.version.package.name,
        package_id=row.version.package_id,
        version=row.version.version,
        version_id=row.version_id,
        kind=row.kind,
        state=row.state,
        done=row.done,
        group=row.group,
        keys=row.keys,
        wave=row.wave,
        waves=row.waves,
        wave_ended=row.wave_ended,
        law=row.law,
        urgent=row.urgent,
        effective_on=row.effective_on,
        notice_days=row.notice_days,
        planned_at=row.planned_at,
        begun_at=row.begun_at,
        gone_on_at=row.gone_on_at,
        ended_at=row.ended_at,
        why_stopped=row.why_stopped,
        followed=row.followed,
    )


def progress(rollout_id: UUID) -> Progress:
    """What became of its authorities so far."""
    with common():
        counted = {state: int(total) for state, total in read(_BATCHES, rollout_id)}
        codes = Counter(LeftOut.objects.filter(rollout_id=rollout_id).values_list("code", flat=True))
    waiting, done, back = (counted.get(state, 0) for state in ("waiting", "done", "taken_back"))
    return Progress(waiting, done, back, dict(sorted(codes.items())))


def slugs_of(rollout_id: UUID) -> dict[UUID, str]:
    """The addresses of all authorities of a roll-out."""
    with common():
        rows = read(_SLUGS, rollout_id)
    return {row[0]: row[1] for row in rows}


def targets_of(rollout_id: UUID) -> list[UUID]:
    """All its authorities."""
    with common():
        return [row[0] for row in read(_TARGETS, rollout_id)]


def waiting_in(row: RolloutRow, wave: int) -> int:
    """How many authorities of a wave wait for their turn."""
    with common():
        return int(read(_WAITING, row.id, row.done, wave)[0][0] or 0)


def to_put_back(rollout_id: UUID) -> int:
    """How many authorities have what taking back would take: those left out have nothing of it."""
    with common():
        return int(read(_TO_PUT_BACK, rollout_id)[0][0])


def authorities_done(rollout_id: UUID) -> list[UUID]:
    """The authorities whose batch was done, those left out among them."""
    with common():
        return [row[0] for row in read(_DONE, rollout_id)]
