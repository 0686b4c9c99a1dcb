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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

from stadttor.ground.launcher.postgres import Cluster
from stadttor.ground.launcher.roles import APP, BACKUP
from stadttor.ground.launcher.testing import FAST_AND_SMALL
from tests.measuring.circumstances import ROOT
from tests.safety.running import RowLines
from tests.safety.stand import Stand

LIVES_S = 5.0
KEPT_WITHIN_S = 60.0
WRITTEN = frozenset({"ground_blob", "ground_auditentry", "ground_auditseal", "ground_auditwaiting"})
"""The tables in which the writers write while the moments pass."""


@dataclass
class Act:
    """One file's life by the clock of its writer: when its work began and was acknowledged, the same for its deletion."""

    blob: UUID
    sha256: str
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
    """`before` are checksums as they were when nobody wrote any more."""

    stand: Stand
    database: str
    before: dict[str, tuple[int, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

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
    def living(self) -> Iterator["LostCell"]:
        """With the demo's towns, people and packages."""
        shutil.rmtree(self.var / "files", ignore_errors=True)
        shutil.rmtree(self.var / "audit-heads", ignore_errors=True)
        self.addresses = self.stand.database(self.database)
        self.stand.product_at(self.addresses)
        self.place.mkdir()
        self._stadttor("demo-data", var=self.var, check=True)
        from stadttor.ground.models import Authority
        from stadttor.ground.work import common

        with common():
            self.towns = list(Authority.objects.order_by("slug").values_list("id", flat=True)[:3])
        yield self

    def _stadttor(self, *words: str, var: Path, check: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
        environment = (
            os.environ | self.addresses.environment() | {"STADTTOR_VAR": str(var), "STADTTOR_DEMO": "1"} | more
        )
        return subprocess.run(
            [sys.executable, "-m", "stadttor", *words], cwd=ROOT, env=environment, capture_output=True, text=True,
            check=check, timeout=600,
        )  # fmt: skip

    def command(self, lines: RowLines, what: str, *more: str) -> None:
        begun = time.monotonic()
        done = self._stadttor("backup", what, *more, str(self.folder), var=self.var)
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
            old = [act for act in mine[:-1] if (datetime.now(UTC) - act.acked).total_seconds() > LIVES_S]
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

    def remember(self) -> None:
        """Nobody writes any more: this is what must come back."""
        from django.db import connections

        connections.close_all()
        self._stadttor("backup", "keys", str(self.place / "safe"), var=self.var, check=True)
        self.before = checksums(self.stand.superuser(self.database))
        self.files = hashes(self.var / "files") | hashes(self.var / "audit-heads")

    def bring_back(
        self,
        lines: RowLines,
        of: str,
        *,
        journal: Sequence[Act] = (),
        until: datetime | None = None,
        dump: bool = False,
    ) -> None:
        """Into an empty place, with the keys from where they were kept apart."""
        place = self.place / of.replace(" ", "-")
        var = place / "var"
        shutil.copytree(self.place / "safe", var / "keys")
        cluster = Cluster(place / "postgres", self.stand.cluster.binaries, settings=FAST_AND_SMALL)
        begun = time.monotonic()
        if dump:
            with cluster.running(log=place / "postgres.log"):
                done = self._stadttor("restore", str(self.folder), "--server", cluster.url(), var=var)
        else:
            words = ["--until", until.isoformat()] if until else []
            cluster.folder.mkdir()
            done = self._stadttor("restore", str(self.folder), "--data", str(cluster.data), *words, var=var)
        seconds = time.monotonic() - begun
        audit = None
        if done.returncode == 0:
            with cluster.running(log=place / "postgres.log"):
                audit = self._compare(lines, of, cluster, var, journal, until)
        lines.write(
            "restore", of=of, until=until.isoformat() if until else None, code=done.returncode, seconds=seconds,
            said=(done.stdout + done.stderr)[-600:], audit=audit.returncode if audit else None,
            audit_said=audit.stdout[-300:] if audit else "",
        )  # fmt: skip
        shutil.rmtree(place)

    def _compare(
        self, lines: RowLines, of: str, cluster: Cluster, var: Path, journal: Sequence[Act], until: datetime | None
    ) -> subprocess.CompletedProcess[str] | None:
        if until:
            url = cluster.url(user=BACKUP, database=self.database)
            self._compare_with_journal(lines, of, url, journal, until)
            self._compare_files(lines, of, url, var)
            self._compare_tables(lines, of, cluster.url(database=self.database))
            return None
        after = checksums(cluster.url(database=self.database))
        for name in sorted(self.before | after):
            rows, before = self.before.get(name, (0, "absent"))
            lines.write("table", of=of, name=name, rows=rows, before=before, after=after.get(name, (0, "absent"))[1])
        files = hashes(var / "files") | hashes(var / "audit-heads")
        for path in sorted(self.files | files):
            lines.write("file", of=of, name=path, before=self.files.get(path), after=files.get(path))
        if of == "end":
            self._erase_again(lines, cluster, var)
        return self._audited(cluster, var)

    def _audited(self, cluster: Cluster, var: Path) -> subprocess.CompletedProcess[str]:
        address = cluster.url(user=APP, database=self.database)
        return self._stadttor("audit", "verify", var=var, STADTTOR_DATABASE_URL=address)

    def _erase_again(self, lines: RowLines, cluster: Cluster, var: Path) -> None:
        """As the guide says after a restore: what was deleted since is deleted once more."""
        address = cluster.url(user=APP, database=self.database)
        done = self._stadttor("privacy", "erase-again", var=var, STADTTOR_DATABASE_URL=address)
        said = (done.stdout + done.stderr)[-400:]
        lines.write("command", what="privacy erase-again", code=done.returncode, said=said, seconds=0)

    def _compare_files(self, lines: RowLines, of: str, url: str, var: Path) -> None:
        """Each row's file is there, encrypted as it was: it opens with the keys of the cell, and holds what the row says."""
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT authority_id, id, encode(sha256, 'hex') FROM ground_blob").fetchall()
        wrong = sum(_plain_sha256(var / "files", town, blob) != sha256 for town, blob, sha256 in rows)
        lines.write("moment_files", of=of, rows=len(rows), wrong=wrong)

    def _compare_tables(self, lines: RowLines, of: str, url: str) -> None:
        """Those in which nobody wrote meanwhile are as they were at the end; the others have the journal."""
        after = checksums(url)
        for name in sorted((self.before | after).keys() - WRITTEN):
            rows, before = self.before.get(name, (0, "absent"))
            lines.write("table", of=of, name=name, rows=rows, before=before, after=after.get(name, (0, "absent"))[1])

    def _compare_with_journal(
        self, lines: RowLines, of: str, url: str, journal: Sequence[Act], until: datetime
    ) -> None:
        with psycopg.connect(url) as connection:
            rows = connection.execute("SELECT id, encode(sha256, 'hex') FROM ground_blob").fetchall()
        found = dict(rows)
        for act in journal:
            there = found.get(act.blob) == act.sha256
            lines.write("act", of=of, blob=str(act.blob), expected=act.expected(until), there=there)

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
            done = self._stadttor("restore", str(self.folder), *words, var=full / "var")
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
    return Act(ref.blob_id, hashlib.sha256(data).hexdigest(), begun, datetime.now(UTC))


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


def _plain_sha256(folder: Path, town: UUID, blob: UUID) -> str:
    """Of the file with the keys of the cell opened; empty where it is not there or was changed."""
    from cryptography.exceptions import InvalidTag

    from stadttor.ground import files
    from stadttor.ground.sealed import unseal

    path = folder / str(town) / blob.hex[-2:] / blob.hex
    try:
        return hashlib.sha256(unseal(files._key(town), blob, path.read_bytes())).hexdigest()
    except (OSError, InvalidTag):
        return ""


def checksums(url: str) -> dict[str, tuple[int, str]]:
    """Of every table: how many rows, and one checksum over all of them in the order of their text."""
    found = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for (table,) in tables:
            query = sql.SQL(
                "SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM {} t"
            )
            row = connection.execute(query.format(sql.Identifier(table))).fetchone()
            assert row
            found[table] = (row[0], row[1])
    return found


def hashes(folder: Path) -> dict[str, str]:
    """Of every file below, by its path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        f"{folder.name}/{path.relative_to(folder)}": hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }
