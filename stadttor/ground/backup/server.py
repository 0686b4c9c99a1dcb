"""What the backup asks the database: as the backup's role, which reads past the wall and writes nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from .problems import BackupProblem, NotReachable

Connection = psycopg.Connection[tuple[Any, ...]]
AT_ONCE = 5_000


@dataclass(frozen=True)
class Facts:
    """Of a server: `system` is its identifier, `can_stream` whether this role may make base backups and stream the log."""

    major: int
    system: str
    timeline: int
    database: str
    segment: int
    can_stream: bool
    size: int


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """One read-only transaction that sees one moment. Raises BackupProblem when the server does not answer."""
    try:
        connection = psycopg.connect(url, connect_timeout=5)
    except psycopg.Error as error:
        raise NotReachable(f"The database cannot be reached: {error}", "check STADTTOR_BACKUP_URL") from error
    with connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield connection


def facts(connection: Connection) -> Facts:
    """About the server and what this role may do. Raises BackupProblem for a role that sees only a part of the rows."""
    row = connection.execute(
        "SELECT current_setting('server_version_num')::int / 10000,"
        " (SELECT system_identifier::text FROM pg_control_system()),"
        " ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int, current_database(),"
        " (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'),"
        " rolreplication AND current_setting('wal_level') <> 'minimal', pg_database_size(current_database()),"
        " rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row
    if not row[7]:
        raise BackupProblem(
            "This role does not see all rows: a backup would lack them.",
            "name role stadttor_backup in STADTTOR_BACKUP_URL",
        )
    return Facts(*row[:7])


def stored_files(connection: Connection, since: UUID | None = None) -> Iterator[str]:
    """Paths of the files the rows name, from the id `since` on (ids begin with their time)."""
    with connection.cursor("files") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute("SELECT authority_id, id FROM ground_blob WHERE id >= %s", [since or UUID(int=0)])
        for authority, blob in cursor:
            yield path_of(authority, blob)


@dataclass(frozen=True)
class StoredRow:
    """What a row says of its file; `sha256` of the plain bytes."""

    authority: UUID
    blob: UUID
    sha256: bytes


def stored_rows(connection: Connection, only: UUID | None = None) -> Iterator[StoredRow]:
    """Every file the rows name, or those of one authority."""
    with connection.cursor("rows") as cursor:
        cursor.itersize = AT_ONCE
        cursor.execute(
            "SELECT authority_id, id, sha256 FROM ground_blob WHERE authority_id = coalesce(%s, authority_id)", [only]
        )
        yield from (StoredRow(*row) for row in cursor)


def path_of(authority: UUID, blob: UUID) -> str:
    """Where the file store keeps the bytes, below its folder (`ground/files.py: path_of`)."""
    return f"{authority}/{blob.hex[-2:]}/{blob.hex}"


def position(connection: Connection) -> tuple[str, datetime]:
    """How far the log has been written, and when that was."""
    row = connection.execute("SELECT pg_current_wal_flush_lsn()::text, clock_timestamp()").fetchone()
    assert row
    return row[0], row[1]


def received(connection: Connection, slot: str) -> str | None:
    """How far the receiver has the log on disk; None when it never came."""
    query = "SELECT restart_lsn::text FROM pg_replication_slots WHERE slot_name = %s"
    row = connection.execute(query, [slot]).fetchone()
    return row[0] if row else None


def as_number(lsn: str) -> int:
    """A position in the log in bytes."""
    high, low = lsn.split("/")
    return int(high, 16) << 32 | int(low, 16)
