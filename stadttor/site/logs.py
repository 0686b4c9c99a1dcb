"""Log lines without data of persons: where an error came from, never what it says.

Messages of errors quote what they are about, for example the row a constraint refused. Kept are the kinds of the errors
and the places in the code.
"""

import copy
import logging
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from types import TracebackType


class Line(logging.Formatter):
    """Time, level, logger, message, and of an exception its kinds and places."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # the name logging calls
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def format(self, record: logging.LogRecord) -> str:
        own = copy.copy(record)
        own.exc_text = None  # what another handler may have made of it, with the message
        return super().format(own)

    def formatException(  # noqa: N802  # the name logging calls
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        return "\n".join(_told(ei[1])) if ei[1] else ""


def _told(error: BaseException) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause:
        yield from _told(cause)
        yield "which led to"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    yield f"{type(error).__module__}.{type(error).__qualname__}"
