"""Letters one behind the other as one PDF for the printer; a bounded child puts them together."""

import json
import os
import subprocess
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import IO
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground.child import python, search_path
from stadttor.records.bundle.gathering import LARGEST_BYTES, a_place, spool, too_large
from stadttor.records.queries import document_bytes

SECONDS = 240


def stack_letters(
    *, authority_id: UUID, letters: Sequence[Sequence[UUID]], first: Sequence[bytes], title: str
) -> IO[bytes]:
    """One PDF of all letters in their order, readable aloud as each of them (PDF/UA): a letter is its filed documents.

    `first` are sheets that go before the documents of the letter in this place, empty for none. Documents that were deleted
    meanwhile are left out. The same letters give the same bytes. The caller closes the file. Refused as not found when
    nothing is left, when it is too large, and when too many are being put together.
    """
    with ExitStack() as stack:
        stack.enter_context(a_place())
        given = stack.enter_context(spool())
        places: list[dict[str, int]] = []
        for number, documents in enumerate(letters, 1):
            found = [one for document_id in documents if (one := _bytes(authority_id, document_id))]
            for data in ([first[number - 1]] if found and first[number - 1] else []) + found:
                places.append({"start": given.tell(), "size": given.write(data), "letter": number})
        if not places:
            raise not_found()
        if given.tell() > LARGEST_BYTES:
            raise too_large()
        given.flush()
        return _stacked(given, {"documents": given.fileno(), "places": places, "title": title})


def _bytes(authority_id: UUID, document_id: UUID) -> bytes:
    """Empty for one that is gone with its case."""
    try:
        return document_bytes(authority_id, document_id)[1]
    except Refused:
        return b""


def _stacked(given: IO[bytes], order: dict[str, object]) -> IO[bytes]:
    target = spool()
    try:
        subprocess.run(  # noqa: S603  # our own script, its order comes on standard input
            python(str(Path(__file__).with_name("stacker.py"))),
            input=json.dumps(order).encode(),
            stdout=target.fileno(),
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd="/",
            env=search_path(),
            pass_fds=(given.fileno(),),
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        target.close()
        raise too_large() from error
    os.lseek(target.fileno(), 0, os.SEEK_SET)
    return target
