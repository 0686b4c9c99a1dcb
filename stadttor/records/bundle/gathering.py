"""What a bundle is made of, within its bounds."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import IO
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.records.queries import DocumentRow, FileRow, documents, file_of

LARGEST_BYTES = 250 * 1024 * 1024
AT_ONCE = 2
_places = BoundedSemaphore(AT_ONCE)


def gathered(authority_id: UUID, case_id: UUID, *, all_versions: bool) -> tuple[FileRow, list[DocumentRow]]:
    """The file with its documents. Refused as not found without a file, and when it is too large for one document."""
    found = file_of(authority_id, case_id)
    if found is None:
        raise not_found()
    rows = documents(authority_id, case_id, all_versions=all_versions)
    if sum(row.size for row in rows) > LARGEST_BYTES:
        raise too_large()
    return found, rows


def too_large() -> Refused:
    """The documents are still there, one by one."""
    return Refused(
        "too_large", "The file is too large to be put together. Download its documents one by one.", status=413
    )


@contextmanager
def a_place() -> Iterator[None]:
    """One of the few places of this process. Refused when all are taken: each takes disk and a processor for a while."""
    if not _places.acquire(blocking=False):
        raise Refused(
            "busy", "Several files are being put together at this moment. Please try again in a minute.", status=503
        )
    try:
        yield
    finally:
        _places.release()


def spool() -> IO[bytes]:
    """A file without a name: nobody else opens it, and it is gone with this process, whatever happens."""
    return tempfile.TemporaryFile(prefix="stadttor-bundle-")
