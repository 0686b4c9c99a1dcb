"""What stands in the database, seen past the wall: sizes, progress, and whether any authority is between two states."""

from typing import Any

import psycopg

CATALOGUE = ("catalog_adoption", "catalog_adoptionrevision", "catalog_preset")
ROLLOUT = ("rollout_rollout", "rollout_batch", "rollout_leftout")
AUDIT = ("ground_auditentry", "ground_auditwaiting")
# An adoption whose present state is not that of its newest revision, or has another number of audit entries than changes.
_BETWEEN = """
SELECT count(*) FROM catalog_adoption a
LEFT JOIN catalog_adoptionrevision r ON r.adoption_id = a.id AND r.number = a.revision
LEFT JOIN LATERAL (
 SELECT count(*) AS entries FROM ground_auditentry e WHERE e.authority_id = a.authority_id AND e.subject_id = a.id
) e ON true
WHERE r.id IS NULL OR r.version_id <> a.version_id OR r.state <> a.state
 OR e.entries <> a.revision OR (SELECT max(number) FROM catalog_adoptionrevision m WHERE m.adoption_id = a.id) <> a.revision
"""
# What a batch says of its authorities is not so: done and not in the new state, or not done and in it.
_OTHERWISE = """
SELECT count(*) FROM rollout_batch b JOIN rollout_rollout o ON o.id = b.rollout_id, unnest(b.authorities) one
LEFT JOIN catalog_adoption a ON a.authority_id = one
 AND a.package_id = (SELECT package_id FROM catalog_packageversion v JOIN rollout_rollout w ON w.version_id = v.id
                     WHERE w.number = %(number)s)
WHERE o.number = %(number)s
 AND (b.number <= o.done AND b.number > o.put_back) <> (a.id IS NOT NULL AND a.version_id = o.version_id AND a.state <> 'withdrawn')
"""
# Below no administration of the register, not even a Kreis: nobody does anything there.
_WITHOUT = """
SELECT a.ars, a.name FROM tenancy_area a WHERE a.level = 'gemeinde' AND a.valid_until IS NULL
AND NOT EXISTS (SELECT FROM tenancy_coverage c WHERE a.ars LIKE c.ars_prefix || '%') ORDER BY a.ars
"""


class Counter:
    """Counts as the superuser, whom no wall stops."""

    def __init__(self, admin: "psycopg.Connection[Any]") -> None:
        self._admin = admin

    def bytes(self) -> dict[str, int]:
        """Tables with their indexes."""
        tables = (*CATALOGUE, *ROLLOUT, *AUDIT)
        return {table: self._one("SELECT pg_total_relation_size(%s::regclass)", [table]) for table in tables}

    def done(self, number: int) -> int:
        """Authorities whose batch was done, taken back or not."""
        return self._one("SELECT coalesce(sum(cardinality(authorities)), 0) FROM rollout_batch b"
                         " JOIN rollout_rollout o ON o.id = b.rollout_id WHERE o.number = %s AND b.number <= o.done",
                         [number])  # fmt: skip

    def moved(self, number: int) -> int:
        """Grows with each batch that is done or taken back."""
        return self._one("SELECT done + put_back FROM rollout_rollout WHERE number = %s", [number])

    def keys(self, number: int) -> int:
        return self._one("SELECT keys FROM rollout_rollout WHERE number = %s", [number])

    def without_authority(self) -> list[str]:
        """Keys of the register that no authority is competent for, with their names."""
        return [f"{ars} {name}" for ars, name in self._admin.execute(_WITHOUT).fetchall()]

    def state(self, number: int) -> str:
        row = self._admin.execute("SELECT state FROM rollout_rollout WHERE number = %s", [number]).fetchone()
        return str(row[0]) if row else ""

    def inconsistent(self, number: int) -> int:
        """Authorities between two states."""
        return self._one(_BETWEEN, []) + self._one(_OTHERWISE, {"number": number})

    def _one(self, sql: str, values: Any) -> int:
        row = self._admin.execute(sql, values).fetchone()
        assert row
        return int(row[0])
