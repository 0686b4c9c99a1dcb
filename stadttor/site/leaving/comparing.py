"""Whether an authority here is the one in an export: every row, every byte."""

import hashlib
from collections import Counter
from pathlib import Path
from uuid import UUID

from stadttor.site.leaving.archive import FILE_LIST, Export, read
from stadttor.site.leaving.exporting import Stored, lines, opened, stored_files
from stadttor.site.leaving.house import House
from stadttor.site.leaving.readable import rows_of
from stadttor.site.leaving.tables import JOBS, own_tables, seen

GROWING = frozenset({"ground_auditentry", "ground_auditseal"})
"""The chain goes on, also by the return itself: what was exported must be there unchanged, more may be."""
PASSING = frozenset({"ground_auditwaiting", JOBS})
"""What waits to be done is done meanwhile."""


def export_restore_differences(path: Path, *, url: str, house: House) -> dict[str, int]:
    """Rows and files in which the authority differs from its export, by table; nothing where all is the same.

    `url` is an address of the product's role. What waits (jobs, seals) and new entries of the audit chain are no difference.
    """
    with read(path) as export, seen(url, UUID(export.manifest.authority)) as connection:
        authority_id = UUID(export.manifest.authority)
        found: dict[str, int] = dict.fromkeys(export.faults(), 1)
        for table in own_tables(connection):
            there = Counter(_digest(line.rstrip("\n")) for line in export.lines(table.name))
            here = Counter(_digest(line) for line in lines(connection, table, authority_id))
            found[table.name] = _apart(table.name, there, here)
        stored = stored_files(connection, authority_id)
        found["files"] = _files_apart(export, stored, authority_id, house)
    return {name: count for name, count in found.items() if count}


def _digest(line: str) -> bytes:
    return hashlib.sha256(line.encode()).digest()


def _apart(table: str, there: Counter[bytes], here: Counter[bytes]) -> int:
    if table in PASSING:
        return 0
    gone, more = (there - here).total(), (here - there).total()
    return gone if table in GROWING else max(gone, more)


def _files_apart(export: Export, stored: list[Stored], authority_id: UUID, house: House) -> int:
    """By their bytes as they open here."""
    with export.entry(FILE_LIST) as listed:
        rows = rows_of(line.decode("utf-8-sig") for line in listed)
        there = {row["id"]: row["sha256"] for row in rows}
    here = {
        str(one.id): hashlib.sha256(data).hexdigest()
        for one in stored
        if (data := opened(house, authority_id, one)) is not None
    }
    return len({*there.items()} ^ {*here.items()})
