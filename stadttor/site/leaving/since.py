"""What came for an authority since it was exported: a return to a moment must not lose it."""

import hashlib
from pathlib import Path
from uuid import UUID

import psycopg

from stadttor.site.leaving.archive import Export, read
from stadttor.site.leaving.exporting import lines
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.tables import JOBS, Connection, Table, own_tables, seen

AGAIN = "the same command again; if it goes on like this, stop web and worker for as long as it takes"
PASSING = frozenset({JOBS, "ground_auditseal", "ground_auditwaiting", "citizens_citizensession"})
"""Written without anybody having handed in or decided anything: the queue, the sealer, each click of who is signed in."""


def must_be_in(kept: Path, connection: Connection, authority_id: UUID, *, app_url: str) -> None:
    """From here to the end of the open transaction nobody writes for the authority, and all it has is in the export `kept`.

    Who writes waits and is refused then. `app_url` is the address of the role that made the export. Raises LeaveProblem.
    """
    tables = [table for table in own_tables(connection) if table.name not in PASSING]
    try:
        _hold(connection, tables, authority_id)
    except psycopg.errors.DeadlockDetected as error:
        raise LeaveProblem("Somebody wrote for this authority at this moment; nothing has changed.", AGAIN) from error
    with read(kept) as export, seen(app_url, authority_id) as present:
        came = [table.name for table in tables if _digest(present, table, authority_id) != _kept(export, table)]
    if came:
        raise LeaveProblem(
            f"Since {kept.name} was made, more came for this authority ({', '.join(came[:3])}), which is in no file;"
            " nothing has changed.",
            AGAIN,
        )


def _hold(connection: Connection, tables: list[Table], authority_id: UUID) -> None:
    """The authority against new rows, whose key asks for it at their commit; then each row against a change of it."""
    asked = {"authority": authority_id}
    connection.execute("SELECT 1 FROM ground_authority WHERE id = %(authority)s FOR UPDATE", asked)
    for table in tables:
        statement = f'SELECT count(*) FROM (SELECT 1 FROM "{table.name}" WHERE {table.where} FOR UPDATE) held'  # noqa: S608  # ours
        connection.execute(statement.encode(), asked)


def _digest(connection: Connection, table: Table, authority_id: UUID) -> bytes:
    digest = hashlib.sha256()
    for line in lines(connection, table, authority_id):
        digest.update(line.encode() + b"\n")
    return digest.digest()


def _kept(export: Export, table: Table) -> bytes:
    digest = hashlib.sha256()
    for line in export.lines(table.name):
        digest.update(line.encode())
    return digest.digest()
