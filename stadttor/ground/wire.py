"""Statements sent to PostgreSQL by libpq's own calls, for what runs in nearly every request.

A cursor of Django around one of psycopg costs several times the processor time of a short statement. Nothing here asks
whether a door is open: that is done by `ground.work` and `ground.rows`, which alone use it.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Connection = psycopg.Connection[Any]
DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})


class Answered(NamedTuple):
    """What a statement gave: its rows, and how many it read or wrote (`touched`)."""

    rows: list[tuple[Any, ...]]
    touched: int


def execute(raw: Connection, sql: bytes) -> None:
    """Run statements without values, all in one round trip. Raises psycopg's errors."""
    _check(raw, raw.pgconn.exec_(sql))


def ask(raw: Connection, sql: bytes, values: Sequence[Any]) -> Answered:
    """Run one statement. Values travel apart from it ($1, $2, …); the connection's adapters turn them and what comes back.

    Raises psycopg's errors.
    """
    _begin_if_due(raw)
    adapting = Transformer(raw)
    given = adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
    result = raw.pgconn.exec_params(sql, given, adapting.types, adapting.formats)
    _check(raw, result)
    adapting.set_pgresult(result)
    return Answered(adapting.load_rows(0, result.ntuples, tuple), result.command_tuples or 0)


def _begin_if_due(raw: Connection) -> None:
    """As a cursor does: a transaction that is opened by name only begins with its first statement."""
    if not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE:
        execute(raw, b"BEGIN")


def _check(raw: Connection, result: PGresult) -> None:
    if result.status in DONE:
        return
    if raw.broken:
        raise psycopg.OperationalError("the connection to the database was lost")
    raise psycopg.errors.error_from_result(result)
