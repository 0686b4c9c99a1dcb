"""The doors to the database. Outside them every query is an error.

`work(authority_id)` opens one transaction in which the rows of that authority are visible (row-level security compares
with the setting `app.authority`, set locally to the transaction). `common()` opens the global tables only.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

COMMON = "common"
_scope: ContextVar[UUID | str | None] = ContextVar("scope", default=None)


class OutsideWork(RuntimeError):
    """A query ran outside `work()` and `common()`: a bug, never a message for a person."""


class NestedWork(RuntimeError):
    """Work for one authority was opened inside work for another: a bug."""


def current_authority() -> UUID | None:
    """The authority whose work is open here, none outside or in `common()`."""
    scope = _scope.get()
    return scope if isinstance(scope, UUID) else None


@contextmanager
def work(authority_id: UUID) -> Iterator[None]:
    """One transaction for one authority; any exception rolls all of it back. Inside itself it joins the open one.

    Raises NestedWork when another door is open, OperationalError when the database is away after a second try.
    """
    scope = _scope.get()
    if scope == authority_id:
        yield
        return
    if scope is not None:
        raise NestedWork(f"{scope} is open, {authority_id} was asked for")
    token = _scope.set(authority_id)
    try:
        with _transaction(authority_id):
            yield
    finally:
        _scope.reset(token)


@contextmanager
def common(*, write: bool = False) -> Iterator[None]:
    """The global tables, without an authority: a walled table is an error here. `write=True` makes it one transaction."""
    if _scope.get() is not None:
        yield
        return
    token = _scope.set(COMMON)
    try:
        _reconnect_if_broken()
        if write:
            with transaction.atomic(durable=True):
                yield
        else:
            yield
    finally:
        _scope.reset(token)


@contextmanager
def _transaction(authority_id: UUID) -> Iterator[None]:
    _reconnect_if_broken()
    try:
        opened = _open(authority_id)
    except (OperationalError, InterfaceError):
        # The server restarted since this connection was last used; nothing was done yet, so one more try is safe.
        connection.close()
        opened = _open(authority_id)
    try:
        yield
    except BaseException as error:
        opened.__exit__(type(error), error, error.__traceback__)
        raise
    opened.__exit__(None, None, None)


def _open(authority_id: UUID) -> transaction.Atomic:
    opened = transaction.atomic(durable=True)
    opened.__enter__()
    try:
        with connection.wrap_database_errors:
            _begin(connection.connection, authority_id)
    except BaseException as error:
        opened.__exit__(type(error), error, error.__traceback__)
        raise
    return opened


def _begin(raw: psycopg.Connection[Any], authority_id: UUID) -> None:
    """BEGIN and the setting in one round trip, where psycopg and Django would need two and three times the processor."""
    result = raw.pgconn.exec_(b"BEGIN; SELECT set_config('app.authority', '%s', true)" % authority_id.hex.encode())
    if raw.broken:
        raise psycopg.OperationalError("the connection was lost before the work began")
    if result.status != psycopg.pq.ExecStatus.TUPLES_OK:
        raise psycopg.errors.error_from_result(result)


def _reconnect_if_broken() -> None:
    """Nothing was asked on this connection yet, so a new one is as good."""
    raw = connection.connection
    if raw is not None and (raw.closed or raw.broken or _hung_up(raw.fileno())):
        connection.close()


def _hung_up(socket: int) -> bool:
    """A server that restarted has said goodbye: an idle connection has something to read. Asks the kernel only."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    if _scope.get() is None:
        raise OutsideWork(sql[:200])
    return execute(sql, params, many, context)


def _install(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    if _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def guard_connections() -> None:
    """Refuse queries outside the doors on every connection of the product; the owner's commands are exempt."""
    if settings.STADTTOR_ROLE != "owner":
        connection_created.connect(_install, dispatch_uid="ground.work")
