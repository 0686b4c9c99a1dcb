"""Two towns with one row in every walled table, written past the wall, so that a leak of any table has something to show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg import sql

from tests.safety.stand import Stand

VALUES: dict[str, Any] = {
    "boolean": False, "integer": 1, "smallint": 1, "bigint": 1, "numeric": 1, "date": "2026-11-23", "jsonb": "{}",
    "timestamp with time zone": "2026-11-23T09:00:00Z", "time without time zone": "09:00", "interval": "1 day",
    "ARRAY": "{}",
}  # fmt: skip


@dataclass(frozen=True)
class Key:
    """A foreign key that must not cross authorities: `column` names a row of `target` of the same authority."""

    name: str
    column: str
    target: str


@dataclass
class Table:
    """A walled table: the product's rights, the id of each town's row, its columns in order."""

    name: str
    rights: frozenset[str]
    rows: Mapping[UUID, UUID]
    keys: tuple[Key, ...]
    clauses: Mapping[str, str]
    """By the name of a key: the SQL that declares it."""
    columns: tuple[str, ...] = field(default=())

    def copied(self, **changes: str) -> sql.Composed:
        """SELECT of its rows with some columns replaced by these expressions."""
        chosen = [sql.SQL(changes[name]) if name in changes else sql.Identifier(name) for name in self.columns]
        return sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(chosen), sql.Identifier(self.name))

    @property
    def listed(self) -> sql.Composed:
        """Its columns, for INSERT."""
        return sql.SQL(", ").join(map(sql.Identifier, self.columns))


def walled_tables(towns: tuple[UUID, UUID]) -> list[Table]:
    """Every table the product declares as walled, with ids for the rows it shall hold."""
    from stadttor.ground.constraints import SameAuthority
    from stadttor.ground.wall import walled_models

    tables = []
    for model in walled_models():
        same = [one for one in model._meta.constraints if isinstance(one, SameAuthority)]
        keys = tuple(Key(one.name, model._meta.get_field(one.fields[0]).column, _table_of(one.to)) for one in same)
        rights = frozenset(re.findall(r"[A-Z]+", model.app_rights))
        clauses = {one.name: one.sql(model) for one in same}
        tables.append(Table(model._meta.db_table, rights, {town: uuid4() for town in towns}, keys, clauses))
    return sorted(tables, key=lambda table: table.name)


def fill(stand: Stand, database: str, tables: list[Table], towns: tuple[UUID, UUID]) -> None:
    """As superuser, with triggers off: what a row refers to outside the walled tables need not exist."""
    rows = {table.name: table.rows for table in tables}
    with psycopg.connect(stand.superuser(database)) as admin:
        admin.execute("SET session_replication_role = replica")
        for table in tables:
            types = _columns(admin, table.name)
            table.columns = tuple(types)
            literals = _literals(admin, table.name)
            for town in towns:
                known = {key.column: rows[key.target][town] for key in table.keys}
                known |= {"id": table.rows[town], "authority_id": town}
                values = [
                    known[name] if name in known else _value(kind, literals.get(name)) for name, kind in types.items()
                ]
                marks = sql.SQL(", ").join(sql.Placeholder() * len(values))
                admin.execute(
                    sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(sql.Identifier(table.name), table.listed, marks),
                    values,
                )
    with psycopg.connect(stand.superuser(database), autocommit=True) as admin:
        admin.execute("ANALYZE")


def _table_of(label: str) -> str:
    from django.apps import apps

    return str(apps.get_model(label)._meta.db_table)


def _columns(admin: psycopg.Connection[Any], table: str) -> dict[str, str]:
    rows = admin.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s AND is_generated = 'NEVER' ORDER BY ordinal_position",
        [table],
    )
    return dict(rows.fetchall())


def _literals(admin: psycopg.Connection[Any], table: str) -> dict[str, str]:
    """For columns that allow certain words only: one of them."""
    rows = admin.execute(
        "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'c' AND conrelid = %s::regclass", [table]
    )
    found = (re.search(r"\(*(\w+)\)*(?:::text)? = .*?'(\w+)'", text) for (text,) in rows)
    return {match[1]: match[2] for match in found if match}


def _value(kind: str, literal: str | None) -> Any:
    if literal:
        return literal
    if kind in VALUES:
        return VALUES[kind]
    return uuid4() if kind == "uuid" else uuid4().bytes if kind == "bytea" else f"B-{uuid4().hex}"
