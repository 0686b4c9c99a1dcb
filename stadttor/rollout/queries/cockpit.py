"""How far a service is at every competent authority, and what blocks it."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.cases.queries import in_use
from stadttor.catalog.queries import ReleaseRow, SpreadRow, spread
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.rollout.queries.targets import Targets, targets
from stadttor.rollout.rules.groups import Group
from stadttor.tenancy.queries import Competent

USED_WITHIN = timedelta(days=30)

_PLANNED = """
SELECT DISTINCT one FROM rollout_batch b JOIN rollout_rollout o ON o.id = b.rollout_id
JOIN catalog_packageversion v ON v.id = o.version_id, unnest(b.authorities) one
WHERE v.package_id = %s AND b.number > o.done AND o.state IN ('planned', 'running', 'paused', 'watched', 'stopped')
"""
_BLOCKED = """
SELECT DISTINCT ON (l.authority_id) l.authority_id, l.code FROM rollout_leftout l
JOIN rollout_rollout o ON o.id = l.rollout_id JOIN catalog_packageversion v ON v.id = o.version_id
WHERE v.package_id = %s AND l.code <> 'has_it' AND o.state <> 'taken_back' ORDER BY l.authority_id, o.number DESC
"""


@dataclass(frozen=True)
class CockpitRow:
    """An authority: `key` is its regional key, `blocked` says why the newest roll-out left it out, or what is unset."""

    authority_id: UUID
    slug: str
    name: str
    key: str
    stage: str
    version: str
    blocked: tuple[str, ...]


Used = Callable[[UUID], frozenset[str]]


def used_since(now: datetime) -> Used:
    """Asks an authority, behind its own wall, which of its services had a real application within 30 days."""
    return lambda authority_id: in_use(authority_id, since=now - USED_WITHIN)


def cockpit(
    release: ReleaseRow, *, now: datetime, found: Targets | None = None, used: Used | None = None
) -> list[CockpitRow]:
    """Every competent authority in the order of the keys.

    Adopted: something required is still unset; test: ready to be opened; used: a real application within 30 days.
    Who counts many packages says what is known already: the targets, and what is used.
    """
    found = found or targets(release, Group())
    with common():
        planned = {row[0] for row in read(_PLANNED, release.package_id)}
        left = {row[0]: row[1] for row in read(_BLOCKED, release.package_id)}
    there = {row.authority_id: row for row in spread(release.package_id)}
    apart = {one.authority.id for one in found.not_applicable}
    rows = [
        _row(one, there.get(one.authority.id), one.authority.id in apart, one.authority.id in planned, left)
        for one in (*found.authorities, *found.not_applicable)
    ]
    asked = used or used_since(now)
    return sorted((_with_use(row, release.slug, asked) for row in rows), key=lambda row: row.key)


def counted(rows: Iterable[CockpitRow], digits: int) -> dict[str, Counter[str]]:
    """Stages by the first digits of the key: 2 Land, 5 Kreis."""
    found: dict[str, Counter[str]] = {}
    for row in rows:
        found.setdefault(row.key[:digits], Counter())[row.stage] += 1
    return found


def _row(one: Competent, there: SpreadRow | None, apart: bool, planned: bool, left: dict[UUID, str]) -> CockpitRow:
    reason = left.get(one.authority.id)
    blocked = (*((reason,) if reason else ()), *(there.unset if there else ()))
    version = there.version if there else ""
    stage = "not_applicable" if apart else _stage(there, planned)
    return CockpitRow(one.authority.id, one.authority.slug, one.authority.name, one.prefix, stage, version, blocked)


def _stage(there: SpreadRow | None, planned: bool) -> str:
    if there is None:
        return "planned" if planned else "nothing"
    if there.state == "test":
        return "adopted" if there.unset else "test"
    return there.state


def _with_use(row: CockpitRow, slug: str, used: Used) -> CockpitRow:
    """Asked of those that are open only; nothing but yes or no leaves an authority."""
    return replace(row, stage="used") if row.stage == "live" and slug in used(row.authority_id) else row
