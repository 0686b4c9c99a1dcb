"""Keeps the heads of the audit chains. They only grow: one that does not begin with what was kept of it was changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .copying import copy_file
from .folder import Folder
from .manifest import Part, hashed
from .problems import BackupProblem, disk_problems

CHANGED = ".changed"
Mark = tuple[int, int, int]


@dataclass(frozen=True)
class Head:
    """What is kept of one: `sound` when it begins the one at the source, and both files as they were then."""

    part: Part
    sound: bool
    marks: tuple[Mark, ...]


@dataclass
class Heads:
    """The heads of one cell in one folder of backups; what did not change since the last round is not read again."""

    source: Path
    folder: Folder
    _known: dict[str, Head] = field(default_factory=dict)

    def keep(self) -> None:
        """Copy what grew. One that was changed stays as it was kept, the other state of it lies beside; the rest goes on."""
        with self.folder.locked("heads.lock"), disk_problems(self.source):
            self._known = {path.name: self._kept(path) for path in sorted(self.source.glob("*.jsonl"))}

    def parts(self) -> dict[str, Part]:
        """Length and hash of each as it is kept."""
        return {name: head.part for name, head in self._known.items()}

    def faults(self) -> Iterator[str]:
        """A sentence for each that was changed."""
        for name, head in self._known.items():
            if not head.sound:
                yield f"{self.source / name} was changed: it does not begin with what was kept of it before"

    def must_be_sound(self) -> None:
        """Raises BackupProblem, in words for all of them."""
        if faults := list(self.faults()):
            raise BackupProblem(
                f"{'; '.join(faults)}. All else was kept.",
                f"stadttor audit verify; {self.folder.heads} holds both: as it was, and as it is (…{CHANGED})",
            )

    def _kept(self, path: Path) -> Head:
        place = self.folder.heads / path.name
        known = self._known.get(path.name)
        before = _mark(path), _mark(place)
        if known and known.marks == before:
            return known
        part, sound = _copied(path, place)
        # The source as it was before it was read: what was written meanwhile is copied in the next round.
        return Head(part, sound, (before[0], _mark(place)))


def _copied(source: Path, kept: Path) -> tuple[Part, bool]:
    """What is kept now, and whether it begins the source."""
    if not kept.exists():
        return copy_file(source, kept), True
    before = hashed(kept)
    if hashed(source, before.size) != before:
        copy_file(source, kept.with_name(kept.name + CHANGED))
        return before, False
    return (copy_file(source, kept) if source.stat().st_size > before.size else before), True


def _mark(path: Path) -> Mark:
    if not path.exists():
        return 0, 0, 0
    told = path.stat()
    return told.st_ino, told.st_size, told.st_mtime_ns
