"""The transaction of one authority's work, in the books of Django's connection.

What Django's `atomic` does in its outermost block, in two round trips: BEGIN with the setting, COMMIT. The connection
itself stays in autocommit. Blocks of `atomic` inside are savepoints, `on_commit` and `select_for_update` work as ever.
"""

from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, Error, InterfaceError, OperationalError, connections
from django.db.transaction import TransactionManagementError
from psycopg.pq import TransactionStatus

from stadttor.ground import wire
from stadttor.ground.steps import step

_SETTING = b"SELECT set_config('app.authority', '%s', true)"


def set_authority(authority_id: UUID | None) -> None:
    """Whose rows the open transaction sees from here on; of nobody with None: then a walled table is an error."""
    on: Any = connections[DEFAULT_DB_ALIAS]
    with on.wrap_database_errors:
        wire.execute(on.connection, _SETTING % _written(authority_id))


def unset_authority() -> None:
    """The same with None, unless the transaction has failed: in that nothing can be read any more."""
    raw = connections[DEFAULT_DB_ALIAS].connection
    if raw is not None and raw.pgconn.transaction_status == TransactionStatus.INTRANS:
        set_authority(None)


def _written(authority_id: UUID | None) -> bytes:
    return authority_id.hex.encode() if authority_id else b""


class Transaction:
    """One transaction in which the rows of one authority are visible, without one those of nobody.

    Any exception rolls all of it back. Raises OperationalError when the database is away after a second try.
    """

    # Among the blocks of `atomic`, so that one which must be the outermost is refused inside.
    _from_testcase = False

    def __init__(self, authority_id: UUID | None) -> None:
        self._authority_id = authority_id
        self._on: Any = connections[DEFAULT_DB_ALIAS]

    def begin(self) -> None:
        on = self._on
        if on.in_atomic_block:
            raise RuntimeError("work() is a transaction of its own and cannot be opened inside another one")
        try:
            self._begin()
        except (OperationalError, InterfaceError):
            # The server restarted since this connection was last used; nothing was done yet, so one more try is safe.
            self._begin()
        on.in_atomic_block, on.autocommit, on.commit_on_exit, on.needs_rollback = True, False, True, False
        on.atomic_blocks.append(self)

    def end(self, error: BaseException | None) -> None:
        """Commit, or roll back after an error; afterwards run what waited for the commit.

        Raises TransactionManagementError when nothing can be kept although no error came out of the block.
        """
        on = self._on
        on.atomic_blocks.pop()
        on.in_atomic_block = False
        try:
            if on.closed_in_transaction:
                # Closed meanwhile: the server has rolled back by itself.
                on.connection = None
                _must_have_failed(error)
            elif error is None and not on.needs_rollback:
                self._commit()
            else:
                self._roll_back()
        finally:
            on.autocommit, on.needs_rollback = True, False
        on.run_and_clear_commit_hooks()

    def _begin(self) -> None:
        self._on.ensure_connection()
        try:
            self._send(b"BEGIN; " + _SETTING % _written(self._authority_id))
        except Error:
            self._on.close()
            raise

    @step
    def _commit(self) -> None:
        if self._on.connection.pgconn.transaction_status == TransactionStatus.INERROR:
            # The server would answer COMMIT with a friendly ROLLBACK.
            self._roll_back()
            _must_have_failed(None)
        try:
            self._send(b"COMMIT")
        except Error:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        self._on.run_on_commit = []
        try:
            if self._on.connection.pgconn.transaction_status != TransactionStatus.IDLE:
                self._send(b"ROLLBACK")
        except Error:
            # The connection is lost, and with it everything that was not committed.
            self._on.close()

    def _send(self, sql: bytes) -> None:
        with self._on.wrap_database_errors:
            wire.execute(self._on.connection, sql)


def _must_have_failed(error: BaseException | None) -> None:
    """Whoever catches a lost transaction's error inside the work must not go on as if it were kept."""
    if error is None:
        raise TransactionManagementError("a failure was caught inside work(): all of it was rolled back")
