"""Lets old sets go, and with them what only they needed: what was deleted in the cell is gone from its backups too."""

import shutil
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from .checking import segment_name, segments
from .folder import Folder, read_entries
from .making import FILES
from .manifest import Log, Manifest
from .problems import BackupProblem
from .server import as_number


@dataclass(frozen=True)
class Forgotten:
    """Counts of what went; `beyond` names the sets that stay although their time is over."""

    sets: int
    files: int
    log_pieces: int
    beyond: tuple[str, ...]


def forget(folder: Folder, *, before: datetime, keep: Collection[str] = ()) -> Forgotten:
    """Drop sets that ended before this moment, then files and log no kept set needs.

    The newest of all stays, whatever its kind: one of another kind, kept for ever, would keep all that was deleted
    since. `keep` names sets that stay nevertheless. Raises BackupProblem when one of them is not there.
    """
    folder.must_be_one()
    with folder.locked("make.lock", patient=False):
        sets = folder.finished()
        _must_be_there(keep, sets)
        over = [one for one in sets if one.end < before]
        beyond = [one for one in over if one.name in keep or one is sets[-1]]
        old = [one for one in over if one not in beyond]
        for one in old:
            shutil.rmtree(folder.sets / one.name)
        kept = [one for one in sets if one not in old]
        files, pieces = _forget_files(folder, kept), _forget_log(folder, kept, before)
        return Forgotten(len(old), files, pieces, tuple(one.name for one in beyond))


def _must_be_there(keep: Collection[str], sets: list[Manifest]) -> None:
    """A mistyped name must not let the set go that was meant."""
    for name in sorted(set(keep) - {one.name for one in sets}):
        raise BackupProblem(f"There is no set {name} to keep; nothing was dropped.", "stadttor backup list")


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


def _forget_log(folder: Folder, kept: list[Manifest], before: datetime) -> int:
    """The pieces before the first one that a kept base backup of the same life of the server needs.

    Where none is kept, no piece is of use: it goes with its time, as a base backup may be on its way.
    """
    count = 0
    for here in sorted(folder.path.glob("wal/*")):
        needed = [_first(one.log) for one in kept if one.log and folder.wal(one.system, one.timeline) == here]
        for name, path in segments(here).items():
            if name < min(needed) if needed else path.stat().st_mtime < before.timestamp():
                path.unlink()
                count += 1
    return count


def _first(log: Log) -> str:
    return segment_name(log, as_number(log.start) // log.segment)
