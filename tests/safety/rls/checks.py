"""What is tried on one table as the product's own role, statement by statement, each on a connection of its own state."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from stadttor.ground.launcher.roles import Dsns
from tests.safety.rls.filled import Table

Connection = psycopg.Connection[tuple[Any, ...]]
NO_AUTHORITY = {"42704", "22P02"}
"""SQLSTATE: the setting does not exist; the setting is no UUID (what stays of it on a used connection is empty)."""
DENIED = "42501"


@dataclass(frozen=True)
class Found:
    """One attempt: `seen` in words, `leaked` when it is not what the wall promises."""

    check: str
    attempt: str
    seen: str
    leaked: bool


@dataclass(frozen=True)
class Attack:
    """Somebody of town `own` who knows the id of town `other`'s row."""

    addresses: Dsns
    own: UUID
    other: UUID
    table: Table
    others: Mapping[str, UUID]
    """The id of the other town's row in every walled table."""

    @property
    def target(self) -> UUID:
        return self.table.rows[self.other]

    @property
    def mine(self) -> UUID:
        return self.table.rows[self.own]

    def statement(self, text: str) -> sql.Composed:
        """SQL with {t} for the table; {own} and {other} for the towns, {mine} and {target} for their rows."""
        return sql.SQL(text).format(
            t=sql.Identifier(self.table.name), own=sql.Literal(self.own), other=sql.Literal(self.other),
            mine=sql.Literal(self.mine), target=sql.Literal(self.target), columns=self.table.listed,
        )  # fmt: skip


def checks_of(attack: Attack) -> Iterator[Found]:
    """All attempts on the table."""
    with psycopg.connect(attack.addresses.app) as fresh:
        yield from _without_authority(attack, fresh, "no authority, fresh connection")
    with psycopg.connect(attack.addresses.app) as used:
        with as_town(used, attack.own):
            used.execute(attack.statement("SELECT count(*) FROM {t}"))
        yield from _without_authority(attack, used, "no authority, used connection")
        _fail(used, attack)
        yield from _without_authority(attack, used, "no authority, after an error")
        yield from _of_the_other(attack, used)
        yield from _around_the_wall(attack, used)
    with psycopg.connect(attack.addresses.owner) as owner:
        yield from _as_the_owner(attack, owner)
        yield from _keys_across(attack, owner)


def _statements(attack: Attack) -> Iterator[tuple[str, sql.Composed]]:
    """What the product may do with the table, each as one statement."""
    yield "SELECT", attack.statement("SELECT count(*) FROM {t}")
    yield "SELECT by id", attack.statement("SELECT * FROM {t} WHERE id = {target}")
    yield "COPY", attack.statement("COPY {t} TO STDOUT")
    if "INSERT" in attack.table.rights:
        copied = attack.table.copied(id="gen_random_uuid()")
        yield (
            "INSERT",
            sql.SQL("INSERT INTO {} ({}) {}").format(sql.Identifier(attack.table.name), attack.table.listed, copied),
        )
    if "UPDATE" in attack.table.rights:
        yield "UPDATE", attack.statement("UPDATE {t} SET authority_id = authority_id")
    if "DELETE" in attack.table.rights:
        yield "DELETE", attack.statement("DELETE FROM {t}")


def _without_authority(attack: Attack, connection: Connection, check: str) -> Iterator[Found]:
    """Always an error, never an empty answer."""
    for name, statement in _statements(attack):
        seen = _try(connection, statement)
        yield Found(check, name, seen, seen not in NO_AUTHORITY)


def _of_the_other(attack: Attack, connection: Connection) -> Iterator[Found]:
    """With the authority of one town set, the other's row is not there."""
    for name, text, good in (
        ("count", "SELECT count(*) FROM {t}", {"1"}),
        ("SELECT by id", "SELECT id FROM {t} WHERE id = {target}", {"nothing"}),
        ("SELECT by authority", "SELECT id FROM {t} WHERE authority_id = {other}", {"nothing"}),
        ("lock", "SELECT id FROM {t} WHERE id = {target} FOR UPDATE", {"nothing", DENIED}),
        ("COPY", "COPY (SELECT authority_id FROM {t}) TO STDOUT", {str(attack.own)}),
        ("UPDATE", "UPDATE {t} SET id = id WHERE id = {target} RETURNING id", {"nothing", DENIED}),
        ("DELETE", "DELETE FROM {t} WHERE id = {target} RETURNING id", {"nothing", DENIED}),
        ("give away", "UPDATE {t} SET authority_id = {other} WHERE id = {mine} RETURNING id", {DENIED}),
        ("overwrite", "INSERT INTO {t} ({columns}) SELECT {columns} FROM {t} ON CONFLICT (id) DO UPDATE"
                      " SET authority_id = {other} RETURNING id", {DENIED}),
    ):  # fmt: skip
        seen = _try(connection, attack.statement(text), attack.own)
        yield Found("wrong authority", name, seen, seen not in good)
    planted = attack.table.copied(id="gen_random_uuid()", authority_id=f"'{attack.other}'")
    # Without RETURNING: what is given back must be readable, and that alone would refuse it.
    plant = sql.SQL("INSERT INTO {} ({}) {}")
    statement = plant.format(sql.Identifier(attack.table.name), attack.table.listed, planted)
    seen = _try(connection, statement, attack.own)
    yield Found("wrong authority", "INSERT for the other", seen, seen != DENIED)


def _around_the_wall(attack: Attack, connection: Connection) -> Iterator[Found]:
    """Raw SQL as somebody would write it who can put anything into a statement of the product."""
    for name, text, good in (
        ("OR true", "SELECT id FROM {t} WHERE id = {target} AND (authority_id = {other} OR true)", {"nothing"}),
        ("subquery", "SELECT 1 WHERE EXISTS (SELECT FROM {t} AS one WHERE one.id = {target})", {"nothing"}),
        ("join", "SELECT b.id FROM {t} a FULL JOIN {t} b ON true WHERE b.id = {target}", {"nothing"}),
        (
            "error that tells",
            "SELECT id FROM {t} WHERE 1 / (CASE WHEN id = {target} THEN 0 ELSE 1 END) = 0",
            {"nothing"},
        ),
        ("cast that tells", "SELECT id FROM {t} WHERE id = {target} AND id::text::int = 1", {"nothing"}),
        ("statistics", "SELECT 1 FROM pg_stats WHERE schemaname = 'public' AND tablename = {t_name}", {"nothing"}),
        ("row_security off", "SET LOCAL row_security = off; SELECT id FROM {t}", {DENIED}),
        ("another role", "SET LOCAL ROLE stadttor_backup; SELECT id FROM {t}", {DENIED}),
        ("owner's role", "SET LOCAL ROLE stadttor_owner; SELECT id FROM {t}", {DENIED}),
        ("no policy", "DROP POLICY wall ON {t}", {DENIED}),
        ("no wall", "ALTER TABLE {t} DISABLE ROW LEVEL SECURITY", {DENIED}),
        ("TRUNCATE", "TRUNCATE {t}", {DENIED}),
        ("a function", "CREATE FUNCTION pg_temp.tell(uuid) RETURNS bool LANGUAGE sql AS 'SELECT true'", {DENIED}),
    ):
        written = text.replace("{t_name}", f"'{attack.table.name}'")
        seen = _try(connection, attack.statement(written), attack.own)
        yield Found("raw SQL", name, seen, seen not in good)


def _as_the_owner(attack: Attack, owner: Connection) -> Iterator[Found]:
    """The wall is forced: it binds even the role that owns the table."""
    seen = _try(owner, attack.statement("SELECT count(*) FROM {t}"))
    yield Found("owner", "no authority", seen, seen not in NO_AUTHORITY)
    seen = _try(owner, attack.statement("SELECT count(*) FROM {t}"), attack.own)
    yield Found("owner", "one authority", seen, seen != "1")


def _keys_across(attack: Attack, owner: Connection) -> Iterator[Found]:
    """A row cannot name a row of another town. Tried as owner, who may change every column."""
    for key in attack.table.keys:
        change = sql.SQL("UPDATE {} SET {} = {} WHERE id = {} RETURNING id").format(
            sql.Identifier(attack.table.name),
            sql.Identifier(key.column),
            sql.Literal(attack.others[key.target]),
            sql.Literal(attack.mine),
        )
        seen = _try(owner, change, attack.own)
        yield Found("foreign key", key.name, seen, seen != "23503")


def _fail(connection: Connection, attack: Attack) -> None:
    """A transaction of the own town that ends in an error."""
    with suppress(psycopg.Error), as_town(connection, attack.own):
        connection.execute(attack.statement("SELECT 1 / 0 FROM {t}"))


@contextmanager
def as_town(connection: Connection, town: UUID | None, local: bool = True) -> Iterator[None]:
    """One transaction with the authority set as the product sets it, or without any."""
    with connection.transaction():
        if town:
            connection.execute("SELECT set_config('app.authority', %s, %s)", [str(town), local])
        yield


def _try(connection: Connection, statement: sql.Composed, town: UUID | None = None) -> str:
    """In a transaction that is rolled back: the SQLSTATE of the error, "nothing", or the first values."""
    seen = "nothing"
    try:
        with as_town(connection, town):
            seen = _seen(connection, statement)
            raise psycopg.Rollback
    except psycopg.Error as error:
        return error.sqlstate or type(error).__name__
    return seen


def _seen(connection: Connection, statement: sql.Composed) -> str:
    if statement.as_string(None).startswith("COPY"):
        with connection.cursor().copy(statement) as copied:
            return "".join(bytes(part).decode(errors="replace").strip() for part in copied)[:200] or "nothing"
    cursor = connection.execute(statement)
    while cursor.nextset():
        pass
    row = cursor.fetchone() if cursor.description else ("done",)
    return "nothing" if row is None else str(row[0])
