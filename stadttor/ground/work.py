"""The doors to the database. Outside them every query is an error.

`work(authority_id)` opens one transaction in which the rows of that authority are visible (row-level security compares
with the setting `app.authority`, set locally to the transaction). `reading(authority_id)` is for a single read of them.
`common()` opens the global tables only. `in_turn()` is for one act at many authorities, one after the other.
"""

import select
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar, Token
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from stadttor.ground.transaction import Transaction, set_authority, unset_authority

COMMON = "common"
READ_ONLY = b"SELECT set_config('app.authority', '%s', true), set_config('transaction_read_only', 'on', true)"
_scope: ContextVar["UUID | str | _Reading | None"] = ContextVar("scope", default=None)


class OutsideWork(RuntimeError):
    """A query ran outside `work()` and `common()`: a bug, never a message for a person."""


class NestedWork(RuntimeError):
    """Inside an open work something was done that must not be: work for another authority, a call to a system outside. A bug."""


def work(authority_id: UUID) -> AbstractContextManager[None]:
    """One transaction for one authority; any exception rolls all of it back. Inside itself it joins the open one.

    Raises NestedWork when another door is open, OperationalError when the database is away after a second try.
    """
    return _Work(authority_id)


class _Work(AbstractContextManager[None]):
    """Opened at `with`; `_transaction` stays empty in one that joined."""

    def __init__(self, authority_id: UUID) -> None:
        self._authority_id = authority_id
        self._transaction: Transaction | None = None

    def __enter__(self) -> None:
        scope = _scope.get()
        if scope == self._authority_id:
            return
        if scope is not None:
            raise NestedWork(f"{scope} is open, {self._authority_id} was asked for")
        opened = Transaction(self._authority_id)
        opened.begin()
        self._transaction, self._before = opened, _scope.set(self._authority_id)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._transaction is None:
            return
        try:
            self._transaction.end(error)
        finally:
            _scope.reset(self._before)


@contextmanager
def in_turn() -> Iterator["Turns"]:
    """One transaction for the same act at many authorities (a roll-out), committed together or not at all.

    The rows of at most one authority are visible at a time: inside `turns.of(authority_id)` as in `work()`, between the
    turns those of none, as in `common()`. Keep it short: rows stay locked until the end. Raises NestedWork inside any door.
    """
    if _scope.get() is not None:
        raise NestedWork(f"{_scope.get()} is open, a door for many was asked for")
    opened = Transaction(None)
    opened.begin()
    token, error = _scope.set(COMMON), None
    try:
        yield Turns()
    except BaseException as raised:
        error = raised
        raise
    finally:
        try:
            opened.end(error)
        finally:
            _scope.reset(token)


class Turns:
    """Who has the turn in the open transaction of `in_turn()`."""

    @contextmanager
    def of(self, authority_id: UUID) -> Iterator[None]:
        """The rows of this authority are visible until the block ends. Raises NestedWork while another has the turn."""
        if _scope.get() != COMMON:
            raise NestedWork(f"{_scope.get()} has the turn, {authority_id} was asked for")
        set_authority(authority_id)
        token = _scope.set(authority_id)
        try:
            yield
        finally:
            _scope.reset(token)
            unset_authority()


def reading(authority_id: UUID) -> AbstractContextManager[None]:
    """For one read of an authority's rows by `ground.rows`: one round trip instead of the three of `work()`.

    Every statement inside is a transaction of its own in which nothing can be written. A cursor of Django is refused.
    Inside `work()` for the same authority it joins that. Raises NestedWork when another door is open.
    """
    return _Reading(authority_id)


class _Reading(AbstractContextManager[None]):
    def __init__(self, authority_id: UUID) -> None:
        self.authority_id = authority_id
        self._opened: Token[Any] | None = None

    def __enter__(self) -> None:
        scope = _scope.get()
        if scope == self.authority_id:
            return
        if scope is not None:
            raise NestedWork(f"{scope} is open, {self.authority_id} was asked for")
        if connections[DEFAULT_DB_ALIAS].in_atomic_block:
            raise RuntimeError("reading() is a transaction of its own and cannot be opened inside another one")
        self._opened = _scope.set(self)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if self._opened is not None:
            _scope.reset(self._opened)


def must_be_shut(what: str) -> None:
    """Raises NestedWork behind an open door: nobody outside is asked while a transaction waits."""
    if _scope.get() is not None:
        raise NestedWork(f"{what} inside an open work")


def setting_of_reading() -> bytes | None:
    """What goes before each statement behind the door of `reading()`; none behind every other door."""
    scope = _scope.get()
    return READ_ONLY % scope.authority_id.hex.encode() if isinstance(scope, _Reading) else None


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


def refuse_outside(sql: str) -> None:
    """Raises OutsideWork when no door is open; the owner's commands are exempt."""
    if _scope.get() is None and settings.STADTTOR_ROLE != "owner":
        raise OutsideWork(sql[:200])


def _guard(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    refuse_outside(sql)
    if isinstance(_scope.get(), _Reading):
        raise OutsideWork(f"reading() is for ground.rows alone: {sql[:200]}")
    return execute(sql, params, many, context)


def _install(sender: object, connection: BaseDatabaseWrapper, **_: object) -> None:
    if _guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(_guard)


def guard_connections() -> None:
    """Refuse queries outside the doors on every connection of the product; the owner's commands are exempt."""
    if settings.STADTTOR_ROLE != "owner":
        connection_created.connect(_install, dispatch_uid="ground.work")
