"""What an authority's rows name in tables of all: packages, their versions, processes. Another cell knows them by other ids.

An export says by which name, hash or number each is known everywhere, and brings archives and processes along to be looked
at. Packages are not published by a return: whom a cell trusts is its operator's to say (`stadttor package trust`).
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.types.json import Jsonb

from stadttor.core.ids import new_id
from stadttor.processes.services import store_definition
from stadttor.site.leaving.archive import Export, Writer
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.tables import SHARED, Connection, Table

FILE = "shared.json"
KNOWN_BY: Mapping[str, str] = {
    "catalog_package": "name",
    "catalog_packageversion": "sha256",
    "catalog_preset": "sha256",
    "rollout_rollout": "id",
}
"""By table: the column that names a row in every cell; a roll-out belongs to the one it was planned in."""
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
_VERSIONS = """
SELECT v.sha256, p.name || ' ' || v.version FROM catalog_packageversion v JOIN catalog_package p ON p.id = v.package_id
WHERE v.id = ANY(%s)
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
        table: {str(row_id): str(name) for row_id, name in _named(connection, table, ids)}
        for table, ids in wanted.items()
    }
    told["versions"] = dict(connection.execute(_VERSIONS, [list(wanted["catalog_packageversion"])]).fetchall())
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


@dataclass(frozen=True)
class Known:
    """How rows of all are called here: `ids` by table and id in the export, without those that are not here.

    Presets and processes, which hold nothing but what their hash says, are brought along.
    """

    ids: Mapping[str, Mapping[str, str]]
    references: tuple[Reference, ...]

    def moved(self, table: str) -> dict[str, dict[str, str]]:
        """By column of a table: the ids that are others here."""
        return {one.column: dict(self.ids[one.to]) for one in self.references if one.table == table}


def find_shared(connection: Connection, export: Export, own: Iterable[Table]) -> Known:
    """Inside the transaction that brings the rows. Raises LeaveProblem when packages are missing here."""
    told = read_shared(export)
    _bring_presets(connection, told["given"])
    ids = {table: _here(connection, table, told[table]) for table in KNOWN_BY}
    absent = {
        told["versions"][told["catalog_packageversion"][one]]
        for one in told["catalog_packageversion"].keys() - ids["catalog_packageversion"].keys()
    }
    if absent:
        raise LeaveProblem(
            f"These packages are not published here: {', '.join(sorted(absent))}.",
            "stadttor package trust, then stadttor package publish with the archives below packages/ in the export",
        )
    return Known(ids, tuple(references(connection, own)))


def _here(connection: Connection, table: str, told: Mapping[str, str]) -> dict[str, str]:
    asked = sql.SQL("SELECT {0}::text, id::text FROM {1} WHERE {0}::text = ANY(%s)").format(
        sql.Identifier(KNOWN_BY[table]), sql.Identifier(table)
    )
    found = dict(connection.execute(asked, [list(told.values())]).fetchall())
    return {row_id: found[name] for row_id, name in told.items() if name in found}


def _bring_presets(connection: Connection, given: Mapping[str, Any]) -> None:
    found = connection.execute("SELECT sha256 FROM catalog_preset WHERE sha256 = ANY(%s)", [list(given)]).fetchall()
    for digest in given.keys() - {row[0] for row in found}:
        text = json.dumps(given[digest], sort_keys=True, ensure_ascii=False)
        if hashlib.sha256(text.encode()).hexdigest() != digest:
            raise LeaveProblem(f"The values {digest} are not what their hash says.")
        connection.execute(
            "INSERT INTO catalog_preset (id, sha256, given) VALUES (%s, %s, %s)",
            [new_id(), digest, Jsonb(given[digest])],
        )


def bring_processes(export: Export, now: datetime) -> None:
    """The processes of cases that run, checked as those of a package are. Raises LeaveProblem, Refused."""
    for digest, xml in read_shared(export)["processes"].items():
        if store_definition(xml=xml.encode(), now=now) != digest:
            raise LeaveProblem(f"Process {digest} is not what its hash says.")
