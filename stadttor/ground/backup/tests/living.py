"""A running cell as tests see it, and what is compared after it came back."""

import io
import json
import os
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg

from stadttor.ground import audit, files
from stadttor.ground.actor import SYSTEM
from stadttor.ground.backup import making
from stadttor.ground.backup.cell import Cell
from stadttor.ground.backup.folder import Folder
from stadttor.ground.backup.manifest import Manifest
from stadttor.ground.launcher.postgres import Cluster, find_binaries
from stadttor.ground.launcher.roles import BACKUP
from stadttor.ground.launcher.testing import FAST_AND_SMALL
from stadttor.ground.work import work

WATCHED = ("ground_authority", "ground_blob", "ground_auditentry", "ground_auditseal")


@dataclass
class Living:
    """A running cell, and what of it is kept where."""

    authority: UUID
    url: str
    cell: Cell
    folder: Folder

    def keep(self, text: str) -> str:
        """Store a file; gives its path below the file store."""
        ref = files.put(self.authority, text.encode(), media_type="text/plain")
        with work(self.authority):
            files.enter(self.authority, ref, datetime.now(UTC))
            audit.record(self.authority, act="kept", actor=SYSTEM, subject=("file", ref.blob_id), at=datetime.now(UTC))
        self._flush()
        return str(files.path_of(self.authority, ref.blob_id).relative_to(self.cell.files))

    def _flush(self) -> None:
        """The tests' server answers before a commit is on the disk; the product's does not."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("SET synchronous_commit = on")
            connection.execute("SELECT pg_logical_emit_message(true, 'stadttor', 'kept')")

    def make(self, *, logical: bool = False) -> Manifest:
        return making.make(self.folder, self.url, self.cell, now=datetime.now(UTC), out=io.StringIO(), logical=logical)

    def rows(self) -> dict[str, list[str]]:
        return rows(self.url)


def rows(url: str) -> dict[str, list[str]]:
    """Every row of the watched tables, as text."""
    with psycopg.connect(url) as connection:
        return {
            table: [row[0] for row in connection.execute(f"SELECT t::text FROM {table} t ORDER BY 1")]
            for table in WATCHED
        }


def rows_of_cluster(data: Path, tmp_path: Path) -> dict[str, list[str]]:
    """The same from a data directory, whose server runs for this long."""
    place = tmp_path / "served"
    place.mkdir()
    (place / "data").symlink_to(data)
    cluster = Cluster(place, find_binaries(wanted=os.environ.get("STADTTOR_POSTGRES", "")), settings=FAST_AND_SMALL)
    with cluster.running(log=place / "postgres.log"):
        return rows(cluster.url(user=BACKUP, database="stadttor"))


def contents(folder: Path) -> dict[str, bytes]:
    """All files below a folder by their path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Followed(threading.Thread):
    """The follower in a thread, ended at the end of the block."""

    def __init__(self, living: Living) -> None:
        super().__init__()
        self._living, self._ended, self._rounds = living, threading.Event(), threading.Semaphore(0)
        self.out = io.StringIO()
        self.problem: BaseException | None = None

    def run(self) -> None:
        from stadttor.ground.backup.following import follow

        living = self._living
        try:
            follow(living.folder, living.url, living.cell, goes_on=self._goes_on, out=self.out, every=0.05)
        except BaseException as problem:
            self.problem = problem
            self._rounds.release(1_000)

    def rounds(self, count: int) -> None:
        """Wait until so many rounds have begun from now on."""
        while self._rounds.acquire(blocking=False):
            pass
        for _ in range(count):
            assert self._rounds.acquire(timeout=30)

    def catch_up(self, moment: datetime) -> None:
        """Wait until everything of before this moment is kept."""
        while not any(_reached(path) > moment for path in self._living.folder.path.glob("wal/*/reached.json")):
            self.rounds(1)

    def _goes_on(self) -> bool:
        self._rounds.release()
        return not self._ended.is_set()

    def __enter__(self) -> "Followed":
        self.start()
        self.rounds(1)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()
        if self.problem:
            raise self.problem


def _reached(path: Path) -> datetime:
    return datetime.fromisoformat(json.loads(path.read_text())["at"])
