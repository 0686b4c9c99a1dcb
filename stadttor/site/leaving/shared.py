"""What an authority's rows name in tables of all: packages, their versions, processes. Another cell knows them by other ids.

An export says by which name, hash or number each is known everywhere, and brings archives and processes along to be looked
at. Packages are not published by a return: whom a cell trusts is its operator's to say (`stadttor package trust`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import sql

from stadttor.site.leaving.archive import Export, Writer
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.tables import SHARED, Connection, Table

FILE = "shared.json"
KNOWN_BY: Mapping[str, str] = {
    "catalog_package": "name",
    "catalog_packageversion": "sha256",
    "catalog_preset": "sha256",
    "rollout_rollout": "number",
}
"""By table: the column that names a row in every cell."""
_KEYS = """
SELECT c.relname, a.attname, t.relname FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND array_length(k.conkey, 1) = 1
"""
_ARCHIVES = """
SELECT p.name, v.version, v.archive FROM catalog_packageversion v JOIN catalog_package p ON p.id = v.package_id
WHERE v.id = ANY(%s) ORDER BY p.name, v.major, v.minor, v.patch
"""
_PROCESSES = """
SELECT hash, convert_from(xml, 'UTF8') FROM processes_definition
WHERE hash IN (SELECT definition_hash FROM processes_instance WHERE authority_id = %s)
"""


@dataclass(frozen=True)
class Reference:
    """A column of an authority's rows that names a row of all."""

    table: str
    column: str
    to: str


def references(connection: Connection, own: Iterable[Table]) -> list[Reference]:
    """All of them. Raises LeaveProblem for one of which nobody said how the row is known elsewhere."""
    names = {table.name for table in own}
    found = [Reference(*row) for row in connection.execute(_KEYS).fetchall()]
    ours = [one for one in found if one.table in names and one.to in SHARED]
    if unknown := sorted({one.to for one in ours} - KNOWN_BY.keys()):
        raise LeaveProblem(
            f"Nobody said how these are known elsewhere: {', '.join(unknown)}.", "stadttor/site/leaving/shared.py"
        )
    return ours


def write_shared(archive: Writer, connection: Connection, authority_id: UUID, own: list[Table]) -> None:
    """`shared.json`, the archives of the packages and the processes."""
    wanted: dict[str, set[UUID]] = {name: set() for name in KNOWN_BY}
    for one, table in ((one, table) for one in references(connection, own) for table in own if table.name == one.table):
        asked = sql.SQL("SELECT DISTINCT {} FROM {} WHERE {} IS NOT NULL AND ").format(
            sql.Identifier(one.column), sql.Identifier(one.table), sql.Identifier(one.column)
        ) + sql.SQL(table.where)
        wanted[one.to] |= {row[0] for row in connection.execute(asked, {"authority": authority_id}).fetchall()}
    told: dict[str, dict[str, Any]] = {
        table: {str(row_id): name for row_id, name in _named(connection, table, ids)} for table, ids in wanted.items()
    }
    told["given"] = dict(_presets(connection, wanted["catalog_preset"]))
    told["processes"] = dict(connection.execute(_PROCESSES, [authority_id]).fetchall())
    archive.put(FILE, json.dumps(told, indent=1, sort_keys=True, ensure_ascii=False).encode())
    for name, version, data in connection.execute(_ARCHIVES, [list(wanted["catalog_packageversion"])]).fetchall():
        archive.put(f"packages/{name}-{version}.zip", bytes(data), packed=True)


def _named(connection: Connection, table: str, ids: set[UUID]) -> list[tuple[UUID, Any]]:
    asked = sql.SQL("SELECT id, {} FROM {} WHERE id = ANY(%s)").format(
        sql.Identifier(KNOWN_BY[table]), sql.Identifier(table)
    )
    return connection.execute(asked, [list(ids)]).fetchall()


def _presets(connection: Connection, ids: set[UUID]) -> list[tuple[str, Any]]:
    return connection.execute("SELECT sha256, given FROM catalog_preset WHERE id = ANY(%s)", [list(ids)]).fetchall()


def read_shared(export: Export) -> dict[str, dict[str, Any]]:
    """What the export says of them."""
    with export.entry(FILE) as opened:
        told: dict[str, dict[str, Any]] = json.loads(opened.read())
        return told
