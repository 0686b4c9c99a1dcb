"""What this process sends to PostgreSQL, as libpq itself writes it down: no way to the database goes past it."""

import os
import re
import tempfile
from typing import Any

from django.db import connection
from psycopg.pq import Trace

# A statement is a Query of the simple protocol or an Execute of the extended one (PostgreSQL documentation, §55.2).
_STATEMENT = re.compile(rb"^F\t\d+\t(?:Query|Execute)\t", re.MULTILINE)
_TEXT = re.compile(rb"^F\t\d+\t(?:Query|Parse)\t(.*)$", re.MULTILINE)


class Wire:
    """Counts the statements on the product's connection; `since` begins anew with each call."""

    def __init__(self) -> None:
        self._written = tempfile.TemporaryFile()  # noqa: SIM115  # as long as the process counts
        self._traced: Any = None
        self._at = 0

    def listen(self) -> None:
        """Begin to count; also on a connection that was opened anew."""
        connection.ensure_connection()
        if connection.connection is not self._traced:
            self._traced = connection.connection
            self._traced.pgconn.trace(os.dup(self._written.fileno()))
            self._traced.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)
        self._at = os.fstat(self._written.fileno()).st_size

    def counted(self) -> int:
        """Statements sent since `listen`. Raises RuntimeError when the connection was replaced in between."""
        if connection.connection is not self._traced:
            raise RuntimeError("the connection was replaced: what went over the new one was not counted")
        return len(_STATEMENT.findall(self._since()))

    def texts(self) -> list[str]:
        """The statements themselves, to find the difference by."""
        return [found.decode("utf-8", "replace") for found in _TEXT.findall(self._since())]

    def _since(self) -> bytes:
        end = os.fstat(self._written.fileno()).st_size
        return os.pread(self._written.fileno(), end - self._at, self._at)
