"""Lets old sets go, and with them what only they needed: what was deleted in the cell is gone from its backups too."""

import shutil
from dataclasses import dataclass
from datetime import datetime

from .checking import segment_name, segments
from .folder import Folder, read_entries
from .making import FILES
from .manifest import Log, Manifest
from .server import as_number


@dataclass(frozen=True)
class Forgotten:
    """Counts of what went."""

    sets: int
    files: int
    log_pieces: int


def forget(folder: Folder, *, before: datetime) -> Forgotten:
    """Drop sets that ended before this moment, but never the newest one of its kind; then files and log no kept set needs."""
    with folder.locked("make.lock", patient=False):
        sets = folder.finished()
        newest = {one.kind: one.name for one in sets}
        old = [one for one in sets if one.end < before and one.name != newest[one.kind]]
        for one in old:
            shutil.rmtree(folder.sets / one.name)
        kept = [one for one in sets if one not in old]
        return Forgotten(len(old), _forget_files(folder, kept), _forget_log(folder, kept))


def _forget_files(folder: Folder, kept: list[Manifest]) -> int:
    """A file that no kept set lists was deleted in the cell, or came later: it goes when it is older than all of them."""
    if not kept:
        return 0
    listed = {entry.path for one in kept for entry in read_entries(folder.sets / one.name / FILES)}
    oldest = min(datetime.fromisoformat(one.begun) for one in kept)
    with folder.locked("index.lock"):
        entries = folder.entries()
        gone = [path for path, one in entries.items()
                if path not in listed and datetime.fromisoformat(one.added) < oldest]  # fmt: skip
        folder.rewrite(entry for path, entry in entries.items() if path not in set(gone))
        for path in gone:
            (folder.files / path).unlink(missing_ok=True)
    return len(gone)


def _forget_log(folder: Folder, kept: list[Manifest]) -> int:
    """The pieces before the first one that a kept base backup of the same life of the server needs."""
    count = 0
    for here in sorted(folder.path.glob("wal/*")):
        first = min(
            (_first(one.log) for one in kept if one.log and folder.wal(one.system, one.timeline) == here), default=""
        )
        for name, path in segments(here).items():
            if name < first:
                path.unlink()
                count += 1
    return count


def _first(log: Log) -> str:
    return segment_name(log, as_number(log.start) // log.segment)
