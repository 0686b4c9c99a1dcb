"""Removes one piece of the wall at a time; a check that then sees nothing wrong guards nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from tests.safety.rls.filled import Table

POLICY = "authority_id = current_setting('app.authority')::uuid"
OPTIONAL = "authority_id = nullif(current_setting('app.authority', true), '')::uuid"


@dataclass(frozen=True)
class Mutant:
    """`spoil` and `mend` are statements of the table's owner."""

    name: str
    spoil: tuple[sql.Composed, ...]
    mend: tuple[sql.Composed, ...]

    def on(self, owner: psycopg.Connection[tuple[object, ...]]) -> None:
        for statement in self.spoil:
            owner.execute(statement)

    def off(self, owner: psycopg.Connection[tuple[object, ...]]) -> None:
        for statement in self.mend:
            owner.execute(statement)


def mutants_of(table: Table) -> Iterator[Mutant]:
    """Every policy of the table gone, weakened or joined by a second one; every key across authorities gone."""

    def make(name: str, *spoil: str, mend: str = "ALTER POLICY wall ON {t} USING ({p}) WITH CHECK ({p})") -> Mutant:
        return Mutant(name, tuple(_written(one, table) for one in spoil), (_written(mend, table),))

    again = "CREATE POLICY wall ON {t} USING ({p}) WITH CHECK ({p})"
    yield make("policy removed", "DROP POLICY wall ON {t}", mend=again)
    yield make(
        "wall removed",
        "ALTER TABLE {t} DISABLE ROW LEVEL SECURITY",
        mend="ALTER TABLE {t} ENABLE ROW LEVEL SECURITY",
    )
    yield make(
        "not forced",
        "ALTER TABLE {t} NO FORCE ROW LEVEL SECURITY",
        mend="ALTER TABLE {t} FORCE ROW LEVEL SECURITY",
    )
    yield make("all may be read", "ALTER POLICY wall ON {t} USING (true)")
    if table.rights & {"INSERT", "UPDATE"}:
        yield make("all may be written", "ALTER POLICY wall ON {t} WITH CHECK (true)")
    yield make("setting optional", "ALTER POLICY wall ON {t} USING ({optional}) WITH CHECK ({optional})")
    yield make("second policy", "CREATE POLICY more ON {t} FOR SELECT USING (true)", mend="DROP POLICY more ON {t}")
    for key in table.keys:
        yield _without_key(table, key.name)


def _without_key(table: Table, name: str) -> Mutant:
    # NOT VALID: checking old rows would need the unforced owner, and no old row is changed here.
    clause = f"ALTER TABLE {{t}} ADD CONSTRAINT {name} {table.clauses[name]} NOT VALID"
    gone = _written(f"ALTER TABLE {{t}} DROP CONSTRAINT {name}", table)
    return Mutant(f"key {name} removed", (gone,), (_written(clause, table),))


def _written(text: str, table: Table) -> sql.Composed:
    return sql.SQL(text).format(t=sql.Identifier(table.name), p=sql.SQL(POLICY), optional=sql.SQL(OPTIONAL))
