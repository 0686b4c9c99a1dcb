"""Which authorities a roll-out left as they were, or will, and why: in our word and in their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from stadttor.catalog.queries import package_content
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.tenancy.queries import first_prefixes

# Who objected or deferred and has not had its turn yet will be left out; from its turn on the row of the roll-out counts.
_LEFT = """
SELECT a.id, a.slug, a.name, coalesce(l.code, CASE WHEN j.until IS NULL THEN 'objected' ELSE 'deferred' END),
 coalesce(l.faults, '{}'), CASE WHEN l.code = 'not_applicable' THEN n.reason
  WHEN l.code IS NULL OR l.code IN ('objected', 'deferred') THEN j.reason END, j.until
FROM (
 SELECT authority_id FROM rollout_leftout WHERE rollout_id = %s
 UNION SELECT s.authority_id FROM rollout_objection s JOIN rollout_batch b ON b.rollout_id = s.rollout_id
  JOIN rollout_rollout o ON o.id = b.rollout_id
  WHERE s.rollout_id = %s AND b.number > o.done AND s.authority_id = ANY(b.authorities)
) one JOIN ground_authority a ON a.id = one.authority_id
JOIN rollout_rollout o ON o.id = %s JOIN catalog_packageversion v ON v.id = o.version_id
LEFT JOIN rollout_leftout l ON l.rollout_id = o.id AND l.authority_id = a.id
LEFT JOIN rollout_objection j ON j.rollout_id = o.id AND j.authority_id = a.id
LEFT JOIN rollout_notapplicable n ON n.package_id = v.package_id AND n.authority_id = a.id ORDER BY a.slug
"""

_DEFERRED = """
SELECT l.authority_id FROM rollout_leftout l JOIN rollout_objection j
 ON j.rollout_id = l.rollout_id AND j.authority_id = l.authority_id
WHERE l.rollout_id = %s AND l.code = 'deferred' AND j.until <= %s
"""


@dataclass(frozen=True)
class LeftOutRow:
    """An authority that stays as it was. `key` is the beginning of its regional key, empty when it serves no place any more;
    `reason` what it said itself, `until` the day to which it deferred, `faults` which values do not fit."""

    authority_id: UUID
    slug: str
    name: str
    key: str
    code: str
    faults: tuple[str, ...] = ()
    reason: str = ""
    until: date | None = None


def left_out(rollout_id: UUID) -> list[LeftOutRow]:
    """The authorities that stay as they were, and those that object and wait for their turn, by address."""
    with common():
        rows = read(_LEFT, rollout_id, rollout_id, rollout_id)
    keys = first_prefixes([row[0] for row in rows])
    return [
        LeftOutRow(id_, slug, name, keys.get(id_, ""), code, tuple(faults), reason or "", until)
        for id_, slug, name, code, faults, reason, until in rows
    ]


def settings_titles(version_id: UUID) -> Mapping[str, str]:
    """What the settings of a version are called, by their names."""
    return {one.name: one.title for one in package_content(version_id).parameters.parameters}


def settings_named(faults: Iterable[str], titles: Mapping[str, str]) -> list[str]:
    """The settings that faults (`zonen.0.name: too_short (3)`) are about, each once."""
    names = [fault.partition(":")[0].partition(".")[0] for fault in faults]
    return list(dict.fromkeys(titles.get(name, name) for name in names))


def deferred_until(rollout_id: UUID, today: date) -> list[UUID]:
    """Whom a roll-out left out because they deferred it until a day that is here now."""
    with common():
        return [row[0] for row in read(_DEFERRED, rollout_id, today)]
