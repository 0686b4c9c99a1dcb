"""Follows a running cell: streams its log as it is written, copies each new file within seconds."""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO

import psycopg

from stadttor.core.ids import uuid7
from stadttor.ground.launcher.children import dies_with_parent
from stadttor.ground.launcher.postgres import end, exits_within
from stadttor.ground.ports import StoreAway

from . import programs
from .cell import Cell
from .copying import copy_new
from .folder import Folder, write_whole
from .heads import Heads
from .problems import BackupProblem, NotReachable, disk_full
from .server import Facts, as_number, connected, facts, position, received, stored_files

SLOT = "stadttor_backup"
REACHED = "reached.json"
EVERY_S = 2.0
# A row may commit this long after its file got its id: a job stores all files of an application before the one work that
# notes them, each within the bounds of a slow store.
OVERLAP = timedelta(minutes=30)


def follow(
    folder: Folder, url: str, cell: Cell, *, goes_on: Callable[[], bool], out: TextIO, every: float = EVERY_S
) -> None:
    """Until `goes_on` says no. Raises BackupProblem when the log cannot be received, or another life of the server begins.

    A head that was changed is told when it is found, and raised at the end: the rest is followed meanwhile.
    """
    folder.make()
    with folder.locked("follow.lock", patient=False):
        server = _server(url)
        here = folder.wal(server.system, server.timeline)
        here.mkdir(mode=0o700, exist_ok=True)
        with _receiving(url, here, server) as receiver:
            round_ = _Rounds(folder, url, cell, server, here, out)
            while goes_on():
                if exits_within(receiver, every):
                    raise _ended(here)
                round_.once()
            round_.once()
            round_.heads.must_be_sound()


class _Rounds:
    """Each copies what is new and notes how far the log has come."""

    def __init__(self, folder: Folder, url: str, cell: Cell, server: Facts, here: Path, out: TextIO) -> None:
        self._folder, self._url, self._cell, self._server, self._here = folder, url, cell, server, here
        self._out, self.heads = out, Heads(cell.heads, folder)
        self._told: set[str] = set()
        self._mark, self._held = folder.rewritten(), folder.entries()
        self._since: datetime | None = None
        self._written: list[tuple[str, datetime]] = []
        self._away = False

    def once(self) -> None:
        """A server or an object store that does not answer is told of once, and asked again the next time."""
        self._see_forgotten()
        try:
            at, slot, paths = self._asked()
            copy_new(self._cell, self._folder, paths, self._held, at)
        except (psycopg.Error, NotReachable, StoreAway) as problem:
            if not self._away:
                told = f"The object store gives no files: {problem}." if isinstance(problem, StoreAway) else problem
                self._out.write(f"{told}\nGoing on when it answers.\n")
            self._away = True
            return
        self._away = False
        self._keep_heads()
        self._since = at
        self._note_reached(slot)

    def _keep_heads(self) -> None:
        self.heads.keep()
        faults = set(self.heads.faults())
        self._out.writelines(f"{fault}.\n" for fault in sorted(faults - self._told))
        self._told = faults

    def _see_forgotten(self) -> None:
        """What `forget` dropped is not held any more: then all rows are asked for again, not the newest alone."""
        if self._mark != self._folder.rewritten():
            with self._folder.locked("index.lock"):
                self._mark, self._held = self._folder.rewritten(), self._folder.entries()
            self._since = None

    def _asked(self) -> tuple[datetime, str | None, list[str]]:
        with connected(self._url) as connection:
            if facts(connection).timeline != self._server.timeline:
                raise BackupProblem("The server began a new timeline.", "make a new set, then follow again")
            lsn, at = position(connection)
            # What is listed below was seen later than `at`, so no row of before can be missing.
            connection.commit()
            slot = received(connection, SLOT)
            since = uuid7(int((self._since - OVERLAP).timestamp() * 1_000), bytes(10)) if self._since else None
            paths = list(stored_files(connection, since))
        self._written.append((lsn, at))
        return at, slot, paths

    def _note_reached(self, slot: str | None) -> None:
        """The newest moment whose log is on our disk and whose files are copied."""
        reached = [one for one in self._written if slot and as_number(one[0]) <= as_number(slot)]
        if reached:
            lsn, at = reached[-1]
            write_whole(self._here / REACHED, json.dumps({"lsn": lsn, "at": at.isoformat()}) + "\n")
            self._written = [one for one in self._written if one[1] > at]


def _server(url: str) -> Facts:
    with connected(url) as connection:
        server = facts(connection)
    if not server.can_stream:
        raise BackupProblem(
            "The role may not stream the log, or wal_level is minimal.",
            "ALTER ROLE stadttor_backup REPLICATION, as a superuser; or make dumps more often (stadttor backup make)",
        )
    return server


@contextmanager
def _receiving(url: str, here: Path, server: Facts) -> Iterator[subprocess.Popen[bytes]]:
    """PostgreSQL's own receiver with a slot, so that nothing is thrown away before it is here."""
    receiver = programs.wanted("pg_receivewal", server.major)
    words = [str(receiver), "-D", str(here), "-d", programs.address(url), f"--slot={SLOT}", "--no-password"]
    made = subprocess.run(  # noqa: S603  # a program of PostgreSQL, our own words, no shell
        [*words, "--create-slot", "--if-not-exists"],
        capture_output=True,
        text=True,
        env=programs.environment(url),
        check=False,
    )
    if made.returncode != 0:
        raise BackupProblem(f"pg_receivewal: {made.stderr.strip()}")
    with (here / "receiver.log").open("ab") as log:
        process = subprocess.Popen(  # noqa: S603  # as above
            [*words, "--synchronous", "--status-interval=1"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            env=programs.environment(url), preexec_fn=dies_with_parent(signal.SIGINT),
        )  # fmt: skip
    try:
        yield process
    finally:
        end(process)


def _ended(here: Path) -> BackupProblem:
    last = (here / "receiver.log").read_text(errors="replace").splitlines()[-1:]
    if last and "No space left" in last[0]:
        return disk_full(here)
    return BackupProblem(f"The log is not received any more: {' '.join(last)}", "start again; the slot kept the rest")
