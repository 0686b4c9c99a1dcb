"""Checks a folder of backups: every set, every file, every link of the log, without a database."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from .cell import Cell
from .folder import Folder, read_entries
from .following import REACHED
from .making import FILES
from .manifest import NAME, Log, Manifest, hashed
from .problems import BackupProblem
from .progress import Progress
from .server import as_number

SEGMENT = re.compile(r"[0-9A-F]{24}(\.partial)?")
LOG_UNIT = 1 << 32


@dataclass(frozen=True)
class Window:
    """From when to when a set can stand for the cell; `until` is its own end where no log was kept."""

    since: datetime
    until: datetime


def check(
    folder: Folder, manifest: Manifest, cell: Cell, progress: Progress | None = None, *, files: bool = True
) -> Iterator[str]:
    """What is wrong with a set, in words; nothing when it can be restored. Without `files` they are left to who reads them."""
    here = folder.sets / manifest.name
    yield from check_signature(manifest, cell)
    found = {path.name for path in here.iterdir() if path.name != NAME}
    yield from (f"{manifest.name}/{name} does not belong to it" for name in sorted(found - set(manifest.parts)))
    for name, part in manifest.parts.items():
        yield from _check_part(here / name, f"{manifest.name}/{name}", part)
    for entry in read_entries(here / FILES) if files else ():
        yield from check_file(folder.files / entry.path, entry.path, (entry.size, entry.sha256))
        if progress:
            progress.add(entry.size)
    for name, part in manifest.heads.items():
        path = folder.heads / name
        if not path.exists() or hashed(path, part.size) != part:
            yield f"heads/{name} does not begin with what this set knew of it"


def check_signature(manifest: Manifest, cell: Cell) -> Iterator[str]:
    """Only who has the key can tell; `keys` of another cell are said to be that."""
    key = cell.signer()
    known = {name: mark for name, mark in cell.fingerprints().items() if name in manifest.keys}
    other = [name for name, mark in known.items() if mark != manifest.keys[name]]
    if other:
        yield f"{', '.join(other)}: not the keys this set was made with"
    elif key and not manifest.is_signed_by(key):
        yield f"{manifest.name}: its manifest is not signed by this installation"


def check_file(path: Path, name: str, expected: tuple[int, str]) -> Iterator[str]:
    """Whether a held file is as it was copied."""
    if not path.exists():
        yield f"files/{name} is gone"
        return
    part = hashed(path)
    if (part.size, part.sha256) != expected:
        yield f"files/{name} was changed"


def window(folder: Folder, manifest: Manifest) -> Window:
    """Which moments can be restored from this set. A gap in the log ends it."""
    alone = Window(manifest.end, manifest.end)
    if manifest.log is None:
        return alone
    here = folder.wal(manifest.system, manifest.log.timeline)
    reached = here / REACHED
    if not reached.exists():
        return alone
    told = json.loads(reached.read_text())
    if as_number(told["lsn"]) > unbroken_until(segments(here), manifest.log):
        return alone
    return Window(manifest.end, max(manifest.end, datetime.fromisoformat(told["at"])))


def segments(here: Path) -> dict[str, Path]:
    """The pieces of the log by name; the one that is still being written counts by its whole name."""
    found = sorted(path for path in here.glob("*") if SEGMENT.fullmatch(path.name))
    return {path.name[:24]: path for path in found}


def unbroken_until(found: dict[str, Path], log: Log) -> int:
    """How far the log goes from the end of the base backup on without a gap, in bytes."""
    number = as_number(log.end) // log.segment
    if segment_name(log, number) not in found:
        return as_number(log.end)
    while segment_name(log, number) in found:
        number += 1
    return number * log.segment


def segment_name(log: Log, number: int) -> str:
    """As PostgreSQL calls the piece: timeline, and the number in two halves."""
    per_unit = LOG_UNIT // log.segment
    return f"{log.timeline:08X}{number // per_unit:08X}{number % per_unit:08X}"


def choose(folder: Folder, name: str, until: datetime | None, *, kind: str = "") -> Manifest:
    """The set to restore: the one of this name, else the newest that ended before `until`. Raises BackupProblem."""
    sets = [one for one in folder.finished() if not kind or one.kind == kind]
    if name:
        sets = [one for one in sets if one.name == name]
    fitting = [one for one in sets if until is None or one.end <= until]
    if fitting:
        return fitting[-1]
    if sets and until:
        raise BackupProblem(f"No set is older than {until}: the oldest ended at {sets[0].ended}.", "a later moment")
    raise BackupProblem(f"There is no such set in {folder.path}.", f"stadttor backup list {folder.path}")


def _check_part(path: Path, name: str, expected: object) -> Iterator[str]:
    if not path.exists():
        yield f"{name} is gone"
    elif hashed(path) != expected:
        yield f"{name} was changed"
