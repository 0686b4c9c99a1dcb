"""Plan a roll-out: who, which version, with which values; and try it out without keeping anything."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from stadttor.catalog.queries import ReleaseRow, spread
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.rows import read
from stadttor.ground.work import common, in_turn
from stadttor.rollout.models import Batch, Rollout
from stadttor.rollout.queries import Targets, targets
from stadttor.rollout.rules.groups import Group, must_be_keyed
from stadttor.rollout.rules.notice import Notice, must_be_announced_well
from stadttor.rollout.rules.waves import BATCH, batches
from stadttor.rollout.services.acting import Left, act_for, values_for

Given = Mapping[str, Mapping[str, Any]]
FIRST_WAVE_PERCENT = 5
# Two who plan at the same moment get a number each.
_ONE_NUMBER = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))::text"


@dataclass(frozen=True)
class Plan:
    """What shall be done; `given` maps beginnings of regional keys to values, "" for all. An upgrade has a notice."""

    release: ReleaseRow
    kind: str
    group: Group
    given: Given
    first_percent: int = 0
    notice: Notice | None = None
    batch: int = BATCH


def plan(wanted: Plan, *, now: datetime, found: Targets | None = None, rollout_id: UUID | None = None) -> int:
    """Keep the plan with its targets as of now, or those `found` by `checked_targets` that somebody looked at; gives the number
    of the roll-out, whose id is `rollout_id` if there is one. Nothing is changed at any authority.

    Refused when the version's key was revoked, nobody is meant, or an upgrade is not announced as it must be.
    """
    found = found or checked_targets(wanted, now)
    with common(write=True):
        read(_ONE_NUMBER, "rollout.number")
        number = (Rollout.objects.aggregate(most=Max("number"))["most"] or 0) + 1
        parts = batches(
            (one.authority.id for one in found.authorities),
            first_percent=wanted.first_percent,
            seed=f"{wanted.release.package} {wanted.release.version} {number}",
            size=wanted.batch,
        )
        notice = wanted.notice
        row = Rollout.objects.create(
            id=rollout_id or new_id(),
            number=number,
            version_id=wanted.release.id,
            kind=wanted.kind,
            group=wanted.group.as_json(),
            given=dict(wanted.given),
            keys=found.keys,
            waves=parts[-1].wave,
            law=notice.law if notice else "",
            urgent=notice.urgent if notice else False,
            effective_on=notice.effective_on if notice else None,
            notice_days=notice.days if notice else 0,
            planned_at=now,
        )
        Batch.objects.bulk_create(
            [
                Batch(rollout=row, number=place, wave=part.wave, authorities=list(part.authorities))
                for place, part in enumerate(parts, 1)
            ]
        )
    return number


def checked_targets(wanted: Plan, now: datetime) -> Targets:
    """The targets of a plan that may be kept."""
    must_be_keyed(wanted.given)
    if wanted.release.is_revoked:
        raise Refused("key_revoked", "The key that signed this version is no longer trusted here.", status=409)
    if wanted.notice:
        must_be_announced_well(wanted.notice, german_day(now))
    found = targets(wanted.release, wanted.group)
    if not found.authorities:
        raise Refused("rollout_nobody", "No competent authority of this installation is in this group.")
    return found


@dataclass(frozen=True)
class Tried:
    """What a roll-out would do: who would be left as it is, and which required settings would be unset at the others."""

    left: list[Left]
    unset: Mapping[UUID, tuple[str, ...]]


def try_out(wanted: Plan, *, now: datetime, progress: Callable[[int, int], None] | None = None) -> Tried:
    """Do all of it and keep nothing of it; gives who would be left as it is and why, and what would be missing."""
    found = checked_targets(wanted, now)
    everybody = [one.authority.id for one in found.authorities]
    parts = batches(everybody, first_percent=0, seed="", size=wanted.batch)
    left: list[Left] = []
    unset: dict[UUID, tuple[str, ...]] = {}
    for place, part in enumerate(parts, 1):
        tried = _tried(wanted, part.authorities, now)
        left += tried.left
        unset |= tried.unset
        if progress:
            progress(place, len(parts))
    return Tried(left, unset)


class _Enough(Exception):
    """Ends a try: all of it is rolled back."""


def _tried(wanted: Plan, authorities: tuple[UUID, ...], now: datetime) -> Tried:
    left: list[Left] = []
    unset: dict[UUID, tuple[str, ...]] = {}
    try:
        with in_turn() as turns:
            given = values_for(wanted.given, authorities)
            left += act_for(turns, kind=wanted.kind, version_id=wanted.release.id, given=given, actor=SYSTEM, now=now)
            done = set(authorities) - {one.authority_id for one in left}
            there = spread(wanted.release.package_id)
            unset |= {row.authority_id: row.unset for row in there if row.unset and row.authority_id in done}
            raise _Enough
    except _Enough:
        return Tried(left, unset)
