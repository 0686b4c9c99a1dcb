"""The cell of the row: filled with the demo's data, written to by threads with a journal, followed, lost, brought back."""

import contextlib
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from tests.measuring.circumstances import ROOT
from tests.safety.backup.erasures import NOBODY, Erased, Matters
from tests.safety.backup.filling import fill_rest, settle_neighbour
from tests.safety.backup.hashing import checksums, hashes
from tests.safety.running import RowLines
from tests.safety.stand import Stand

LIVES_S = 5.0
KEPT_WITHIN_S = 60.0


@dataclass
class Act:
    """One file's life by the clock of its writer: when its work began and was acknowledged, the same for its deletion.

    `sha256` of what it holds, `stored` of its bytes on the disk, where it lies below the folder of files at `path`.
    """

    blob: UUID
    sha256: str
    path: str
    stored: str
    begun: datetime
    acked: datetime
    deleting: datetime | None = None
    deleted: datetime | None = None

    def expected(self, moment: datetime) -> bool | None:
        """Whether the row is there at this moment; None where the clock cannot tell."""
        if self.begun > moment or (self.deleted and self.deleted < moment):
            return False
        return True if self.acked < moment and (self.deleting is None or self.deleting > moment) else None


@dataclass
class LostCell:
    """`before` are checksums as they were when nobody wrote any more, `quiet` those before people were deleted.

    `files` are hashes of the end, `first` those from before anybody wrote.
    """

    stand: Stand
    database: str
    before: dict[str, tuple[int, str]] = field(default_factory=dict)
    quiet: dict[str, tuple[int, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    first: dict[str, str] = field(default_factory=dict)
    erased: Erased = NOBODY

    @property
    def place(self) -> Path:
        return self.stand.folder / "backup"

    @property
    def folder(self) -> Path:
        return self.place / "folder"

    @property
    def var(self) -> Path:
        return self.stand.folder / "var"

    @contextlib.contextmanager
    def living(self, *, households: int) -> Iterator["LostCell"]:
        """With the demo's towns, people and packages, a town with one of everything, and so many households that apply in one
        town besides one that stays; no table is empty."""
        shutil.rmtree(self.var / "files", ignore_errors=True)
        shutil.rmtree(self.var / "audit-heads", ignore_errors=True)
        self.addresses = self.stand.database(self.database)
        self.stand.product_at(self.addresses)
        self.place.mkdir()
        self.stadttor("demo-data", var=self.var, check=True)
        from stadttor.ground.models import Authority
        from stadttor.ground.work import common

        with common():
            self.towns = list(Authority.objects.order_by("slug").values_list("id", flat=True)[:3])
            weissenburg = Authority.objects.get(slug="weissenburg").id
        neighbour = settle_neighbour()
        self.matters = Matters(weissenburg, households)
        fill_rest(self.stand.superuser(self.database), neighbour)
        self.seal()
        self.first = hashes(self.var / "files")
        yield self

    def stadttor(self, *words: str, var: Path, check: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        """A command as an operator types it."""
        return self.python("stadttor", *words, var=var, check=check, **more)

    def python(self, *words: str, var: Path, check: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        """A module with its words, as the product with this folder; `more` are settings."""
        environment = (
            os.environ | self.addresses.environment() | {"STADTTOR_VAR": str(var), "STADTTOR_DEMO": "1"} | more
        )
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=check,
            timeout=600,
        )  # fmt: skip

    def command(self, lines: RowLines, what: str, *more: str) -> None:
        begun = time.monotonic()
        done = self.stadttor("backup", what, *more, str(self.folder), var=self.var)
        lines.write("command", what=" ".join([what, *more]), code=done.returncode, said=(done.stdout + done.stderr)[-400:],
                    seconds=time.monotonic() - begun)  # fmt: skip

    @contextlib.contextmanager
    def followed(self, lines: RowLines) -> Iterator[None]:
        """The follower runs for this long; how far it is behind is measured all the time."""
        environment = os.environ | self.addresses.environment() | {"STADTTOR_VAR": str(self.var)}
        words = [sys.executable, "-m", "stadttor", "backup", "follow", str(self.folder)]
        with (self.place / "follow.log").open("ab") as log:
            process = subprocess.Popen(words, cwd=ROOT, env=environment, stdout=log, stderr=log)
        ended = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(lines, ended))
        try:
            self.wait_until_kept(datetime.now(UTC))
            watcher.start()
            yield
        finally:
            ended.set()
            process.send_signal(signal.SIGTERM)
            code = process.wait(60)
            lines.write(
                "command", what="follow", code=code, said=(self.place / "follow.log").read_text()[-400:], seconds=0
            )
            watcher.join()

    def _watch(self, lines: RowLines, ended: threading.Event) -> None:
        while not ended.wait(0.5):
            lines.write("behind", seconds=max(0.0, (datetime.now(UTC) - self._kept()).total_seconds()))

    def _kept(self) -> datetime:
        told = [json.loads(path.read_text())["at"] for path in self.folder.glob("wal/*/reached.json")]
        return max(map(datetime.fromisoformat, told), default=datetime.min.replace(tzinfo=UTC))

    def wait_until_kept(self, moment: datetime) -> None:
        deadline = time.monotonic() + KEPT_WITHIN_S
        while self._kept() < moment:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not followed: {(self.place / 'follow.log').read_text()[-400:]}")
            time.sleep(0.1)

    @contextlib.contextmanager
    def written_to(self, *, writers: int) -> Iterator[list[Act]]:
        """Threads store and delete files and seal what they did, each in its own work; gives their journal."""
        journal: list[Act] = []
        ended = threading.Event()
        threads = [threading.Thread(target=self._write, args=(journal, ended, number)) for number in range(writers)]
        for thread in threads:
            thread.start()
        try:
            yield journal
        finally:
            ended.set()
            for thread in threads:
                thread.join()

    def _write(self, journal: list[Act], ended: threading.Event, number: int) -> None:
        from django.db import connections

        chance, town, mine = random.Random(number), self.towns[number], []
        while not ended.wait(chance.random() * 0.1):
            mine.append(_store(town, chance.randbytes(chance.randint(1, 30_000))))
            journal.append(mine[-1])
            # On a busy machine the follower may be behind: what it has not seen lives on, however old it is.
            kept, now = self._kept(), datetime.now(UTC)
            old = [act for act in mine[:-1] if act.acked < kept and (now - act.acked).total_seconds() > LIVES_S]
            if old and chance.random() < 0.3:
                _delete(town, act := chance.choice(old))
                mine.remove(act)
            if chance.random() < 0.1:
                _seal(town)
        connections.close_all()

    def seal(self) -> None:
        """Of every town: a verifier calls what waits longer than a minute late, however long the way back takes."""
        from stadttor.ground.sealing import authorities_waiting

        for town in authorities_waiting():
            _seal(town)

    def erase(self) -> None:
        """Nobody writes any more: the people whose cases are in the cell are deleted."""
        self.quiet = checksums(self.stand.superuser(self.database))
        self.erased = self.matters.erase()

    def remember(self) -> None:
        """This is what must come back."""
        from django.db import connections

        connections.close_all()
        self.stadttor("backup", "keys", str(self.place / "safe"), var=self.var, check=True)
        self.before = checksums(self.stand.superuser(self.database))
        self.files = hashes(self.var / "files") | hashes(self.var / "audit-heads")

    def refusals(self, lines: RowLines) -> None:
        """What must not happen, tried."""
        full = self.place / "full"
        (full / "data").mkdir(parents=True)
        (full / "data" / "mine").touch()
        shutil.copytree(self.place / "safe", full / "var" / "keys")
        late = datetime.now(UTC).replace(year=2099).isoformat()
        for what, words in {
            "over a cluster": ["--data", str(full / "data")],
            "over a database": ["--server", self.stand.cluster.url()],
            "later than the log": ["--data", str(full / "new"), "--until", late],
            "before the first set": ["--data", str(full / "new"), "--until", "2001-01-01T00:00:00Z"],
        }.items():
            done = self.stadttor("restore", str(self.folder), *words, var=full / "var")
            lines.write("refusal", what=what, refused=done.returncode == 1 and "Traceback" not in done.stderr,
                        said=done.stderr[-300:])  # fmt: skip


def _store(town: UUID, data: bytes) -> Act:
    from stadttor.ground import audit, files
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.work import work

    begun = datetime.now(UTC)
    ref = files.put(town, data, media_type="application/pdf")
    with work(town):
        files.enter(town, ref, begun)
        audit.record(town, act="kept", actor=SYSTEM, subject=("file", ref.blob_id), at=begun)
    acked, place = datetime.now(UTC), files.path_of(town, ref.blob_id)
    stored, path = hashlib.sha256(place.read_bytes()).hexdigest(), f"files/{'/'.join(place.parts[-3:])}"
    return Act(ref.blob_id, hashlib.sha256(data).hexdigest(), path, stored, begun, acked)


def _delete(town: UUID, act: Act) -> None:
    from stadttor.ground import files
    from stadttor.ground.work import work

    act.deleting = datetime.now(UTC)
    with work(town):
        files.delete(town, act.blob)
    act.deleted = datetime.now(UTC)


def _seal(town: UUID) -> None:
    from stadttor.ground import sealing

    sealing.seal_waiting(town, datetime.now(UTC))
