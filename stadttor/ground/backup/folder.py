"""The folder of backups: its layout, its locks, the list of files it holds.

sets/<name>/       manifest.json, base.tar.gz + pg_wal.tar.gz + backup_manifest (or database.dump), files.jsonl
files/             encrypted files of all sets, each once, as <authority>/<xx>/<name>; files.jsonl lists them
heads/             heads of the audit chains, newest state
wal/<system>-<timeline>/   the write-ahead log as it streamed in, reached.json
"""

import fcntl
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from .manifest import Manifest, read_manifest
from .problems import BackupProblem, disk_problems

HALF = ".part"


@dataclass(frozen=True)
class Entry:
    """A file that is held: `path` below files/, `size` in bytes, `sha256` of the encrypted bytes, `added` as ISO time."""

    path: str
    size: int
    sha256: str
    added: str


@dataclass(frozen=True)
class Folder:
    """A folder of backups."""

    path: Path

    @property
    def sets(self) -> Path:
        return self.path / "sets"

    @property
    def files(self) -> Path:
        return self.path / "files"

    @property
    def heads(self) -> Path:
        return self.path / "heads"

    @property
    def index(self) -> Path:
        """The list of all files that are held."""
        return self.path / "files.jsonl"

    def wal(self, system: str, timeline: int) -> Path:
        """Where the log of one life of a server lies: a restore or a failover begins another one."""
        return self.path / "wal" / f"{system}-{timeline}"

    def make(self) -> None:
        """All folders, for the owner alone."""
        with disk_problems(self.path):
            for path in (self.path, self.sets, self.files, self.heads, self.path / "wal"):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)

    def finished(self) -> list[Manifest]:
        """The whole sets, oldest first. Raises BackupProblem when this is no folder of backups."""
        self.must_be_one()
        names = sorted(path for path in self.sets.iterdir() if path.is_dir() and path.suffix != HALF)
        return sorted((read_manifest(path) for path in names), key=lambda one: one.ended)

    def must_be_one(self) -> None:
        """Raises BackupProblem where nothing was ever kept."""
        if not self.sets.is_dir():
            raise BackupProblem(f"{self.path} holds no backups.", f"stadttor backup make {self.path}")

    def halves(self) -> list[Path]:
        """What runs that ended before their time left behind; it counts as nothing."""
        return sorted(self.sets.glob(f"*{HALF}"))

    def entries(self) -> dict[str, Entry]:
        """The files that are held, by path."""
        return {one.path: one for one in read_entries(self.index)}

    def rewritten(self) -> int:
        """Another number after the list of files was replaced, as `forget` does; 0 while there is none."""
        return self.index.stat().st_ino if self.index.exists() else 0

    def note(self, entries: Iterable[Entry]) -> None:
        """Append to the list of files; on disk when this returns."""
        with self.locked("index.lock"), disk_problems(self.path), self.index.open("a") as file:
            file.writelines(_line(entry) for entry in entries)
            _sync(file)

    def rewrite(self, entries: Iterable[Entry]) -> None:
        """Replace the list of files; the caller holds `index.lock`."""
        write_entries(self.index, entries)

    @contextmanager
    def locked(self, name: str, *, patient: bool = True) -> Iterator[None]:
        """One at a time. Raises BackupProblem when somebody else is at it and we are not to wait."""
        with disk_problems(self.path), (self.path / name).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | (0 if patient else fcntl.LOCK_NB))
            except BlockingIOError as error:
                raise BackupProblem(f"Another backup works in {self.path}.", "wait for its end") from error
            yield


def read_entries(path: Path) -> Iterator[Entry]:
    """The entries of a list. A line that cannot be read is left out: its file is copied again, a check sees its hash."""
    if not path.exists():
        return
    with path.open(errors="replace") as file:
        for line in file:
            with suppress(ValueError, TypeError):
                yield Entry(**json.loads(line))


def write_entries(path: Path, entries: Iterable[Entry]) -> None:
    """A list, whole or not at all."""
    _write(path, (_line(entry) for entry in entries))


def write_whole(path: Path, text: str) -> None:
    """A small file, whole or not at all."""
    _write(path, [text])


def make_folder(path: Path) -> None:
    """Make a folder and those above it; all that were made are there after a power cut."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(exist_ok=True, mode=0o700)
        sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """A new name is durable only when its folder is."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write(path: Path, lines: Iterable[str]) -> None:
    half = path.with_suffix(HALF)
    with disk_problems(path.parent):
        with half.open("w") as file:
            file.writelines(lines)
            _sync(file)
        half.rename(path)
        sync_folder(path.parent)


def _line(entry: Entry) -> str:
    return json.dumps(asdict(entry)) + "\n"


def _sync(file: IO[str]) -> None:
    file.flush()
    os.fsync(file.fileno())
