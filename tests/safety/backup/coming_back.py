"""The lost cell comes back into an empty place, is compared with what was there, and goes on as the guide says."""

import json
import shutil
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from stadttor.ground.launcher.postgres import Cluster
from stadttor.ground.launcher.roles import APP, BACKUP
from stadttor.ground.launcher.testing import FAST_AND_SMALL
from tests.safety.backup.erasures import files_there, rows_naming
from tests.safety.backup.hashing import Checksums, checksums, hashes, plain_sha256
from tests.safety.backup.lost_cell import Act, LostCell
from tests.safety.running import RowLines

WRITTEN = frozenset({"ground_blob", "ground_auditentry", "ground_auditseal", "ground_auditwaiting"})
"""The tables in which the writers write while the moments pass: they have the journal, and the chain itself."""
TOLD = frozenset({"privacy_deletion", "procrastinate_events", "procrastinate_jobs", "procrastinate_periodic_defers"})
"""The proofs of deletions that were made again are new ones; what waits to be done is the worker's, and names nobody of them."""
Went = list[dict[str, Any]]


@dataclass(frozen=True)
class Restored:
    """The cell `of` this restore runs for as long as it is looked at; `var` is its folder."""

    cell: LostCell
    lines: RowLines
    of: str
    cluster: Cluster
    var: Path

    @property
    def all_rows(self) -> str:
        """The address for the one whom no wall stops."""
        return self.cluster.url(database=self.cell.database)

    def at_the_end(self) -> Went:
        """As it was when it was lost: every row, every file."""
        self._tables(self.of, self.cell.before)
        files = hashes(self.var / "files") | hashes(self.var / "audit-heads")
        for path in sorted(self.cell.files | files):
            self.lines.write("file", of=self.of, name=path, before=self.cell.files.get(path), after=files.get(path))
        return self._go_on()

    def at_a_moment(self, journal: Sequence[Act], until: datetime) -> Went:
        """As it was then: by the journal, and where nobody wrote, row by row. Whoever was deleted later is there."""
        self._journal(journal, until)
        self._files(journal, until)
        self._tables(self.of, self.cell.quiet, without=WRITTEN)
        went = self._go_on()
        self._tables(f"{self.of}, deleted again", self.cell.before, without=WRITTEN | TOLD)
        return went

    def _tables(self, of: str, was: Checksums, without: Collection[str] = ()) -> None:
        after = checksums(self.all_rows)
        for name in sorted((was | after).keys() - set(without)):
            rows, before = was.get(name, (0, "absent"))
            self.lines.write(
                "table", of=of, name=name, rows=rows, before=before, after=after.get(name, (0, "absent"))[1]
            )

    def _journal(self, journal: Sequence[Act], until: datetime) -> None:
        with psycopg.connect(self.cluster.url(user=BACKUP, database=self.cell.database)) as connection:
            found = dict(connection.execute("SELECT id, encode(sha256, 'hex') FROM ground_blob").fetchall())
        for act in journal:
            there = found.get(act.blob) == act.sha256
            self.lines.write("act", of=self.of, blob=str(act.blob), expected=act.expected(until), there=there)

    def _files(self, journal: Sequence[Act], until: datetime) -> None:
        """Each row's file opens with the keys of the cell and holds what the row says; and byte by byte each is what its
        writer saw on the disk. What no row names did not come."""
        with psycopg.connect(self.cluster.url(user=BACKUP, database=self.cell.database)) as connection:
            rows = connection.execute("SELECT authority_id, id, encode(sha256, 'hex') FROM ground_blob").fetchall()
        wrong = sum(plain_sha256(self.var / "files", town, blob) != sha256 for town, blob, sha256 in rows)
        noted = self.cell.first | {act.path: act.stored for act in journal}
        must = set(self.cell.first) | {act.path for act in journal if act.expected(until)}
        found = hashes(self.var / "files")
        differing = [path for path in must | found.keys() if found.get(path) != noted.get(path)]
        self.lines.write(
            "moment_files", of=self.of, rows=len(rows), wrong=wrong, noted=len(must), differing=sorted(differing)[:20],
            unnamed=len(found) - len(rows),
        )  # fmt: skip

    def _go_on(self) -> Went:
        """The commands of the guide, and what is left of whoever was deleted."""
        erased = self.cell.erased
        back = rows_naming(self.all_rows, erased.names)
        files = files_there(self.var, erased)
        went = self._commands()
        self.lines.write(
            "erased_again", of=self.of, cases=len(erased.cases), back=back.get("cases_case", 0), rows=sum(back.values()),
            files=files, rows_left=rows_naming(self.all_rows, erased.names), files_left=files_there(self.var, erased),
            proofs=self._proofs(),
        )  # fmt: skip
        return went

    def _commands(self) -> Went:
        address = self.cluster.url(user=APP, database=self.cell.database)
        ran = self.cell.python("tests.safety.backup.going_on", var=self.var, STADTTOR_DATABASE_URL=address)
        if ran.returncode:
            self._command("after the restore", ran.returncode, ran.stderr)
            return []
        went: Went = json.loads(ran.stdout)
        for one in went:
            if one["what"] != "audit verify":
                self._command(one["what"], one["code"], one["said"])
        return went

    def _command(self, what: str, code: int, said: str) -> None:
        self.lines.write("command", of=self.of, what=what, code=code, said=said[-400:], seconds=0)

    def _proofs(self) -> int:
        query = "SELECT count(DISTINCT case_id) FROM privacy_deletion WHERE case_id = ANY(%s)"
        with psycopg.connect(self.all_rows) as connection:
            row = connection.execute(query, [list(self.cell.erased.cases)]).fetchone()
        return int(row[0]) if row else 0


def bring_back(
    cell: LostCell, lines: RowLines, of: str, *, journal: Sequence[Act] = (), until: datetime | None = None, dump: bool = False
) -> None:  # fmt: skip
    """Into an empty place, with the keys from where they were kept apart."""
    place = cell.place / of.replace(" ", "-")
    var = place / "var"
    shutil.copytree(cell.place / "safe", var / "keys")
    cluster = Cluster(place / "postgres", cell.stand.cluster.binaries, settings=FAST_AND_SMALL)
    begun = time.monotonic()
    if dump:
        with cluster.running(log=place / "postgres.log"):
            done = cell.stadttor("restore", str(cell.folder), "--server", cluster.url(), var=var)
    else:
        words = ["--until", until.isoformat()] if until else []
        cluster.folder.mkdir()
        done = cell.stadttor("restore", str(cell.folder), "--data", str(cluster.data), *words, var=var)
    seconds, went = time.monotonic() - begun, Went()
    if done.returncode == 0:
        with cluster.running(log=place / "postgres.log"):
            back = Restored(cell, lines, of, cluster, var)
            went = back.at_a_moment(journal, until) if until else back.at_the_end()
    first, last = [one for one in went if one["what"] == "audit verify"] or [None, None]
    lines.write(
        "restore", of=of, until=until.isoformat() if until else None, code=done.returncode, seconds=seconds,
        said=_without_progress(done.stderr + done.stdout)[-600:], told=first["code"] if first else None,
        told_said=first["said"][-600:] if first else "", audit=last["code"] if last else None,
        audit_said=last["said"][-600:] if last else "",
    )  # fmt: skip
    shutil.rmtree(place)


def _without_progress(said: str) -> str:
    return "\n".join(line for line in said.splitlines() if not line.startswith("["))
