"""Whether the rows of the neighbour are as they were: one question over all tables after each route and method."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

OWN = frozenset({"identity_staffsession"})
"""The neighbour's own clerk works meanwhile: that her session was used is no change by others."""


@dataclass
class Watch:
    """`seen` is (rows, checksum) by table, as they were last; `admin` is stopped by no wall."""

    admin: "psycopg.Connection[Any]"
    authority_id: UUID
    seen: dict[str, tuple[int, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from stadttor.insights.services.visiting import write_visits  # once Django is set up

        # What was counted before the neighbour is watched must not be written while she is.
        write_visits()
        rows = self.admin.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name = 'authority_id' AND table_name NOT IN (SELECT viewname FROM pg_views) ORDER BY 1"
        ).fetchall()
        one = (
            "SELECT {name}, count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY t::text)), '')"
            " FROM {table} t WHERE authority_id = {town}"
        )
        self._query = sql.SQL(" UNION ALL ").join(
            sql.SQL(one).format(
                name=sql.Literal(table), table=sql.Identifier(table), town=sql.Literal(self.authority_id)
            )
            for (table,) in rows
            if table not in OWN
        )
        self.changed()

    def changed(self) -> list[str]:
        """The tables whose rows of the neighbour are others than at the last look."""
        before, found = self.seen, self.admin.execute(self._query).fetchall()
        self.seen = {table: (count, checksum) for table, count, checksum in found}
        return [table for table, value in self.seen.items() if before.get(table, value) != value]
