"""How far a service is at every competent authority, and what blocks it."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from stadttor.cases.queries import in_use
from stadttor.catalog.queries import ReleaseRow, SpreadRow, spread
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.rollout.queries.left import left_out, settings_named, settings_titles
from stadttor.rollout.queries.targets import NotApplicableRow, Targets, not_applicable_at, targets
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.rules.stages import blocks
from stadttor.tenancy.queries import Competent

USED_WITHIN = timedelta(days=30)

_PLANNED = """
SELECT DISTINCT one FROM rollout_batch b JOIN rollout_rollout o ON o.id = b.rollout_id
JOIN catalog_packageversion v ON v.id = o.version_id, unnest(b.authorities) one
WHERE v.package_id = %s AND b.number > o.done AND o.state IN ('planned', 'running', 'paused', 'watched', 'stopped')
"""
# What the newest roll-out of the package that meant an authority says of it; older ones are superseded.
_NEWEST = """
SELECT DISTINCT ON (one) one, o.id, o.kind, o.version_id, v.version FROM rollout_batch b
JOIN rollout_rollout o ON o.id = b.rollout_id
JOIN catalog_packageversion v ON v.id = o.version_id, unnest(b.authorities) one
WHERE v.package_id = %s AND o.state NOT IN ('taken_back', 'given_up') ORDER BY one, o.number DESC
"""


@dataclass(frozen=True)
class CockpitRow:
    """An authority: `key` is its regional key, `blocked` says why the newest roll-out left it out or names settings that are unset.
    `said` is what the authority says to it, the settings that do not fit, or why the service does not apply.
    """

    authority_id: UUID
    slug: str
    name: str
    key: str
    stage: str
    version: str
    blocked: tuple[str, ...]
    said: str = ""


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
    there = {row.authority_id: row for row in spread(release.package_id)}
    left = _left(release.package_id, there)
    apart = not_applicable_at(release.package_id)
    rows = [
        _row(one, there.get(one.authority.id), apart.get(one.authority.id), one.authority.id in planned, left)
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


def _left(package_id: UUID, there: Mapping[UUID, SpreadRow]) -> dict[UUID, tuple[str, str]]:
    """Whom the newest roll-out left out and what it lacks still, with the code and its details."""
    with common():
        newest = {row[0]: tuple(row[1:]) for row in read(_NEWEST, package_id)}
    said = {
        (id_, row.authority_id): (row, version_id) for id_, version_id in _versions(newest) for row in left_out(id_)
    }
    found = {}
    for authority_id, (id_, kind, _version_id, version) in newest.items():
        row, version_id = said.get((id_, authority_id), (None, None))
        if row and version_id and blocks(row.code) and not _has(there.get(authority_id), kind, version):
            settings = settings_named(row.faults, settings_titles(version_id)) if row.faults else []
            found[authority_id] = (row.code, row.reason or ", ".join(settings))
    return found


def _versions(newest: Mapping[UUID, tuple[Any, ...]]) -> set[tuple[UUID, UUID]]:
    """The roll-outs among them, each with its version."""
    return {(id_, version_id) for id_, _kind, version_id, _version in newest.values()}


def _has(there: SpreadRow | None, kind: str, version: str) -> bool:
    """Whether an authority came by itself to what the roll-out was for."""
    if there is None or there.state == "withdrawn":
        return False
    return kind == "adopt" or _number(there.version) >= _number(version)


def _number(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def _row(
    one: Competent, there: SpreadRow | None, apart: NotApplicableRow | None, planned: bool,
    left: Mapping[UUID, tuple[str, str]],
) -> CockpitRow:  # fmt: skip
    code, details = left.get(one.authority.id, ("", ""))
    version = there.version if there else ""
    row = CockpitRow(one.authority.id, one.authority.slug, one.authority.name, one.prefix, "", version, ())
    # What is open applies, whatever somebody said before it was opened.
    if apart and not (there and there.state == "live"):
        return replace(row, stage="not_applicable", said=apart.reason)
    blocked = (*((code,) if code else ()), *(there.unset if there else ()))
    return replace(row, stage=_stage(there, planned), blocked=blocked, said=details)


def _stage(there: SpreadRow | None, planned: bool) -> str:
    if there is None:
        return "planned" if planned else "nothing"
    if there.state == "test":
        return "adopted" if there.unset else "test"
    return there.state


def _with_use(row: CockpitRow, slug: str, used: Used) -> CockpitRow:
    """Asked of those that are open only; nothing but yes or no leaves an authority."""
    return replace(row, stage="used") if row.stage == "live" and slug in used(row.authority_id) else row
