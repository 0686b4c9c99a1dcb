"""The files of an export come into the store, each by itself: what is sound here stays, what nobody has is named."""

import hashlib
from collections.abc import Mapping
from typing import TextIO
from uuid import UUID

from stadttor.ground.backup.progress import Progress
from stadttor.ground.keys import FILES, purposed
from stadttor.ground.ports import StoreAway
from stadttor.ground.sealed import seal
from stadttor.site.leaving import readable
from stadttor.site.leaving.archive import FILE_LIST, Export
from stadttor.site.leaving.exporting import MISSING
from stadttor.site.leaving.house import House
from stadttor.site.leaving.problems import LeaveProblem

Sound = Mapping[UUID, Mapping[str, str]]
"""Files that open here with the bytes their rows tell of, as lines of `files.csv` by their ids."""


def put_files(
    export: Export,
    authority_id: UUID,
    house: House,
    out: TextIO,
    put: dict[UUID, str],
    sound: Sound,
) -> None:
    """Seal every file of the export that is not `sound` here and make it durable; notes in `put` what may be there."""
    key = purposed(house.own(authority_id), FILES)
    progress = Progress(out, "of files")
    with export.entry(FILE_LIST) as lines:
        for row in readable.rows_of(line.decode("utf-8-sig") for line in lines):
            with export.entry(row["path"]) as opened:
                data = opened.read()
            if hashlib.sha256(data).hexdigest() != row["sha256"]:
                raise LeaveProblem(f"{row['path']} is not what {FILE_LIST} says.")
            blob_id = UUID(row["id"])
            put[blob_id] = row["sha256"]
            if not is_sound(row, sound):
                _put(house, authority_id, blob_id, seal(key, blob_id, data))
            progress.add(len(data))
    progress.end()


def listed(export: Export, name: str) -> dict[UUID, dict[str, str]]:
    """The lines of `files.csv` or `missing.csv` by the id of the file."""
    with export.entry(name) as lines:
        return {UUID(row["id"]): row for row in readable.rows_of(line.decode("utf-8-sig") for line in lines)}


def is_sound(row: Mapping[str, str], sound: Sound) -> bool:
    """Whether the file of a line is sound here already."""
    there = sound.get(UUID(row["id"]))
    return there is not None and there["sha256"] == row["sha256"]


def lost_of(export: Export, sound: Sound) -> tuple[str, ...]:
    """Files that rows of the export name and that are neither in it nor sound here."""
    if not export.manifest.missing:
        return ()
    if MISSING not in export.archive.namelist():
        return export.manifest.missing
    missing = listed(export, MISSING)
    return tuple(row["path"] for row in missing.values() if not is_sound(row, sound))


def _put(house: House, authority_id: UUID, blob_id: UUID, sealed: bytes) -> None:
    try:
        house.store.put(authority_id, blob_id, sealed)
    except StoreAway as away:
        raise LeaveProblem(f"The file store takes no files: {away}.", "start again when it does") from away
