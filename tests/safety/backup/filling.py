"""Something in every table, so that a restored cell is compared where a table could have been forgotten."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from tests.safety.backup.hashing import checksums

NEIGHBOUR = ("zwiesel", "Zwiesel")
AUTHORITIES = "ground_authority"
EMPTY = {
    "ground_auditwaiting": "what is not sealed yet: before the cell is lost all is sealed, and lies in ground_auditentry",
    "procrastinate_workers": "a worker's own row, which goes with its process",
}
"""Tables that may come back empty, each with the reason; any other that has no row breaks the row."""
VALUES: dict[str, Any] = {
    "boolean": True, "integer": 1, "smallint": 1, "bigint": 1, "numeric": 1, "date": "2026-11-23", "jsonb": "{}",
    "timestamp with time zone": "2026-11-23T09:00:00Z", "time without time zone": "09:00", "interval": "1 day",
    "ARRAY": "{}",
}  # fmt: skip
OWN_KIND = {("tenancy_coverage", "ars_prefix"): "095770136136", ("cases_case", "is_protected"): False}
"""What the database takes in one form only: a key of places (ARS); a case with a name, which a protected one has not."""
COLUMNS = """
SELECT column_name, data_type FROM information_schema.columns
WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' AND is_identity = 'NO'
  AND column_default IS NULL AND is_nullable = 'NO' ORDER BY ordinal_position
"""
KEYS = """
SELECT k.confrelid::regclass::text, array_agg(a.attname ORDER BY p.place), array_agg(b.attname ORDER BY p.place)
FROM pg_constraint k CROSS JOIN LATERAL unnest(k.conkey, k.confkey) WITH ORDINALITY AS p(mine, theirs, place)
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.mine
JOIN pg_attribute b ON b.attrelid = k.confrelid AND b.attnum = p.theirs
WHERE k.contype = 'f' AND k.conrelid = %s::regclass GROUP BY k.oid, k.confrelid
"""
CHECKS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass ORDER BY conname"


def settle_neighbour() -> UUID:
    """A town with one of everything that people and colleagues make, by the product's own verbs; its jobs are done."""
    from stadttor.ground.models import Authority
    from stadttor.ground.work import common
    from tests.isolation.world import made
    from tests.safety.privacy.lives import work_off
    from tests.safety.stand import make_authority

    town = make_authority(*NEIGHBOUR)
    with common():
        row = Authority.objects.get(id=town)
    made(row)
    work_off()
    return town


def fill_rest(url: str, town: UUID) -> set[str]:
    """One row of the town, past the walls and with all keys kept, in each table that is still empty; gives their names.

    For the superuser. Raises what the database says where a table takes none.
    """
    empty = {name for name, (rows, _sum) in checksums(url).items() if not rows} - EMPTY.keys()
    filled: set[str] = set()
    with psycopg.connect(url, autocommit=True) as admin:
        for table in sorted(empty):
            if table not in filled:
                filled |= _insert(admin, table, town)
    return filled


def _insert(admin: psycopg.Connection[Any], table: str, town: UUID) -> set[str]:
    """A row, and before it those that it must name where the town has none; gives the tables that got one."""
    filled, keys = {table}, dict[str, Any]()
    columns = dict(admin.execute(COLUMNS, [table]).fetchall())
    for target, mine, theirs in admin.execute(KEYS, [table]).fetchall():
        if mine == ["authority_id"] or not columns.keys() >= set(mine):
            continue  # the town is there, and a column that may be empty stays so
        # Who stands beside the row's own town is another one: no town agrees with itself.
        whose = "another" if target == AUTHORITIES and "authority_id" in columns else "its own"
        if _row_of(admin, target, theirs, town, whose) is None:
            filled |= _insert(admin, target, town)
        keys |= dict(zip(mine, _row_of(admin, target, theirs, town, whose) or (), strict=True))
    words = _words(admin, table)
    last = max(map(len, words.values()), default=1) - 1
    for number in range(last + 1):
        chosen = {column: each[number % len(each)] for column, each in words.items()}
        values = {name: OWN_KIND.get((table, name), chosen.get(name) or _value(kind)) for name, kind in columns.items()}
        try:
            _put(admin, table, values | ({"authority_id": town} if "authority_id" in values else {}) | keys)
        except psycopg.errors.CheckViolation:
            if number == last:
                raise
        else:
            break
    return filled


def _put(admin: psycopg.Connection[Any], table: str, values: Mapping[str, Any]) -> None:
    names, marks = sql.SQL(", ").join(map(sql.Identifier, values)), sql.SQL(", ").join(sql.Placeholder() * len(values))
    admin.execute(
        sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table), names, marks), list(values.values())
    )


def _words(admin: psycopg.Connection[Any], table: str) -> dict[str, list[str]]:
    """For columns that allow certain words only: these."""
    found = {}
    for (text,) in admin.execute(CHECKS, [table]).fetchall():
        if match := re.match(r"CHECK \(+(\w+)\)*(?:::text)? = ", text):
            found.setdefault(match[1], re.findall(r"'(\w+)'", text))
    return {column: words for column, words in found.items() if words}


def _row_of(
    admin: psycopg.Connection[Any], target: str, columns: list[str], town: UUID, whose: str
) -> tuple[Any, ...] | None:
    """What a key to this table may say: a row of the town or of another."""
    chosen = sql.SQL(", ").join(map(sql.Identifier, columns))
    own = sql.SQL("WHERE authority_id = {}").format(town) if "authority_id" in columns else sql.SQL("")
    if target == AUTHORITIES:
        own = sql.SQL("WHERE id = {}" if whose == "its own" else "WHERE id <> {}").format(town)
    return admin.execute(sql.SQL("SELECT {} FROM {} {} LIMIT 1").format(chosen, sql.Identifier(target), own)).fetchone()


def _value(kind: str) -> Any:
    if kind in VALUES:
        return VALUES[kind]
    return uuid4() if kind == "uuid" else uuid4().bytes if kind == "bytea" else f"x{uuid4().hex[:12]}"
