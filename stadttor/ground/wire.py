"""Statements sent to PostgreSQL by libpq's own calls, for what runs in nearly every request.

A cursor of Django around one of psycopg costs several times the processor time of a short statement. Nothing here asks
whether a door is open: that is done by `ground.work` and `ground.rows`, which alone use it.
"""

import select
from collections.abc import Sequence
from typing import Any, NamedTuple

import psycopg
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

Connection = psycopg.Connection[Any]
DONE = frozenset({ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK})
# Several times as long as the server lets a statement run (statement_timeout): after that it, or the way to it, is dead.
LONGEST_SILENCE_MS = 15_000


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
    return _answered(adapting, result)


def ask_alone(raw: Connection, before: bytes, sql: bytes, values: Sequence[Any]) -> Answered:
    """The same as a transaction of its own, after a statement without values, both in one round trip.

    What the server is sent up to a Sync is one transaction; after an error it does none of the rest (libpq's pipelines).
    """
    adapting = Transformer(raw)
    given = adapting.dump_sequence(values, [PyFormat.AUTO] * len(values))
    try:
        results = _in_one(raw.pgconn, (before, None), (sql, given, adapting.types, adapting.formats))
    except BaseException:
        # Out of step with the server: nobody may go on with this connection.
        raw.close()
        raise
    for result in results:
        _check(raw, result)
    return _answered(adapting, results[-1])


def _in_one(on: PGconn, *statements: tuple[Any, ...]) -> list[PGresult]:
    """Send the statements together; gives the result of each."""
    on.enter_pipeline_mode()
    for statement in statements:
        on.send_query_params(*statement)
    on.pipeline_sync()
    results = [_result(on) for _statement in statements]
    _next(on)  # of the Sync
    on.exit_pipeline_mode()
    return results


def _result(on: PGconn) -> PGresult:
    """Of the next statement: in a pipeline each gives one result and then nothing."""
    result, _end = _next(on), _next(on)
    if result is None:
        raise psycopg.OperationalError("the connection to the database was lost")
    return result


def _next(on: PGconn) -> PGresult | None:
    """The next result. Waits by the kernel: libpq's own waiting would keep the other threads from running.

    Raises OperationalError after a long silence.
    """
    if on.is_busy():
        ready = select.poll()
        while on.is_busy():
            # What is larger than the buffers of the socket goes out bit by bit, as the server takes it.
            ready.register(on.socket, select.POLLIN | select.POLLOUT if on.flush() else select.POLLIN)
            if not ready.poll(LONGEST_SILENCE_MS):
                raise psycopg.OperationalError("no answer from the database")
            on.consume_input()
    return on.get_result()


def _answered(adapting: abc.Transformer, result: PGresult) -> Answered:
    adapting.set_pgresult(result)
    return Answered(adapting.load_rows(0, result.ntuples, tuple), result.command_tuples or 0)


def _begin_if_due(raw: Connection) -> None:
    """As a cursor does: a transaction that is opened by name only begins with its first statement."""
    if not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE:
        execute(raw, b"BEGIN")


def _check(raw: Connection, result: PGresult) -> None:
    if result.status in DONE:
        return
    # What has no code of its own was not said by the server: it ended in the middle, which libpq may take for a live line.
    if raw.broken or result.error_field(DiagnosticField.SQLSTATE) is None:
        raise psycopg.OperationalError("the connection to the database was lost")
    raise psycopg.errors.error_from_result(result)
