"""What was handed over to other procedures, opened: the files lie in the folders of their cases, `handovers.csv` lists them.

In the rows each is sealed with the authority's key, which opens nothing without a program.
"""

import hashlib
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag

from stadttor.exchange.services.making import PURPOSE
from stadttor.ground.keys import purposed
from stadttor.ground.sealed import unseal
from stadttor.records.bundle import plain_name
from stadttor.site.leaving import readable
from stadttor.site.leaving.archive import Writer
from stadttor.site.leaving.opened import Opened
from stadttor.site.leaving.problems import FileDamaged
from stadttor.site.leaving.tables import Connection

LIST = "handovers.csv"
COLUMNS = ("id", "case_id", "service", "target", "state", "made", "due", "ended", "path", "sha256")
_ROWS = """
SELECT id, case_id, service, target, state, made, due, ended, name, sha256, payload
FROM exchange_handover WHERE authority_id = %(authority)s ORDER BY made, id
"""
AT_ONCE = 100


def write_handed(
    archive: Writer, connection: Connection, authority_id: UUID, key: bytes, named: dict[UUID, str], found: Opened
) -> None:
    """All of them; `key` is the authority's own. A file that does not open is among the missing and has no path in the list."""
    listed: list[list[Any]] = []
    for row in _rows(connection, authority_id):
        hand_over_id, case_id, name, sha256, payload = row[0], row[1], row[8], row[9], bytes(row[10])
        path = ""
        if payload:
            folder = named.get(case_id, "files")
            stem, _dot, ending = name.rpartition(".")
            place = f"{folder}/handed_over/{hand_over_id}_{plain_name(stem or name)}.{plain_name(ending) or 'bin'}"
            try:
                archive.put(place, _opened(key, hand_over_id, payload, sha256))
                path, found.sound = place, found.sound + 1
            except FileDamaged as why:
                found.note_damaged([hand_over_id, place, "", sha256, "", row[5].isoformat()], why)
        listed.append([*row[:8], path, sha256])
    with archive.entry(LIST) as write:
        write(readable.line(COLUMNS, first=True))
        for cells in listed:
            write(readable.line(cells))


def _rows(connection: Connection, authority_id: UUID) -> Iterator[tuple[Any, ...]]:
    with connection.cursor("handed") as cursor:
        cursor.itersize = AT_ONCE
        yield from cursor.execute(_ROWS, {"authority": authority_id})


def _opened(key: bytes, hand_over_id: UUID, payload: bytes, sha256: str) -> bytes:
    try:
        data = unseal(purposed(key, PURPOSE), hand_over_id, payload)
        if hashlib.sha256(data).hexdigest() == sha256:
            return data
    except InvalidTag:
        pass
    raise FileDamaged(
        f"The file of hand-over {hand_over_id} does not open: its bytes were changed, or the key here is another.",
        "is STADTTOR_VAR the cell's folder, with its keys?",
    )
