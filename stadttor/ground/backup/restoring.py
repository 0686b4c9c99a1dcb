"""Brings a cell back into an empty place: a cluster at any second of a base backup's window, or a dump."""

import hashlib
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO
from uuid import UUID

from cryptography.exceptions import InvalidTag

from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import Cluster, find_binaries
from stadttor.ground.launcher.problems import LaunchProblem
from stadttor.ground.launcher.roles import BACKUP, bootstrap
from stadttor.ground.sealed import unseal

from . import programs
from .aside import database_put_aside, has_tables, must_be_free, put_aside
from .cell import Cell
from .checking import check, segments, window
from .copying import copy_file
from .folder import HALF, Folder
from .making import BASE, BASE_LIST, BASE_LOG, DUMP
from .manifest import Manifest
from .problems import BackupProblem, database_problems, disk_problems
from .progress import Progress
from .server import StoredRow, connected, path_of, stored_rows

HOURS_S = 4 * 3600.0
SPARE = 200_000_000
UNPACKED = 5
RECOVERY_LOG = "recovery.log"
_REACHED = re.compile(r"last completed transaction was at log time (.+)")


@dataclass(frozen=True)
class Brought:
    """Files by count and path: `opened` with the key, `missing` in the folder, `damaged` when copied or opened."""

    files: int
    opened: int
    missing: tuple[str, ...]
    damaged: tuple[str, ...]


@dataclass(frozen=True)
class Restored:
    """What came back. `reached` is the time of the last transaction, empty when the log told none."""

    reached: str
    brought: Brought


def restore_base(
    folder: Folder, manifest: Manifest, data: Path, cell: Cell, *, until: datetime | None, over: bool, now: datetime,
    out: TextIO, only: UUID | None = None,
) -> Restored:  # fmt: skip
    """Into the data directory `data` and the folders of `cell`; the server runs only meanwhile. Raises BackupProblem.

    With `only` the database is whole and the files are those of one authority.
    What is there is put aside when the database is back, and comes back itself when the files do not.
    """
    places, half = [cell.files, cell.heads, data], data.with_name(f"{data.name}{HALF}")
    with disk_problems(data), database_problems():
        must_be_free(places, over=over)
        # Of one authority alone each file is told by itself: none, least of all a neighbour's, stops the others.
        _check(folder, manifest, cell, out, files=only is None)
        _check_until(folder, manifest, until)
        shutil.rmtree(half, ignore_errors=True)
        base = (folder.sets / manifest.name / BASE).stat().st_size
        _must_fit([(half, base * UNPACKED), (cell.files, 0 if only else manifest.file_bytes)])
        half.mkdir(parents=True, mode=0o700)
        _lay_out(folder, manifest, half / "data", out)
        with ExitStack() as way:
            with _recovered(half, manifest, until) as url:
                way.enter_context(put_aside(places, now))
                brought = _bring_files(folder, url, cell, out, only)
            reached = _REACHED.findall((half / RECOVERY_LOG).read_text(errors="replace"))
            if data.exists():
                data.rmdir()
            (half / "data").rename(data)
        shutil.rmtree(half)
    return Restored(reached[-1] if reached else "", brought)


def restore_dump(
    folder: Folder, manifest: Manifest, admin: str, cell: Cell, *, over: bool, now: datetime, out: TextIO
) -> Restored:
    """Into the server at the superuser's address `admin`, which need not have anything yet. Raises BackupProblem.

    What is there is put aside and comes back when the dump or its files do not.
    """
    places = [cell.files, cell.heads]
    with disk_problems(cell.files), database_problems():
        if not over and has_tables(admin, manifest.database):
            raise BackupProblem(f"The database {manifest.database} is not empty.", "--over renames it and goes on")
        must_be_free(places, over=over)
        _check(folder, manifest, cell, out)
        _must_fit([(cell.files, manifest.file_bytes)])
        with database_put_aside(admin, manifest.database, now):
            url = _read_in(folder, manifest, admin, out)
            with put_aside(places, now):
                return Restored(manifest.ended, _bring_files(folder, url, cell, out))


def _read_in(folder: Folder, manifest: Manifest, admin: str, out: TextIO) -> str:
    """Roles and database from the dump; gives the superuser's address of it."""
    bootstrap(admin, database=manifest.database)
    progress = Progress(out, "of the database")
    target = changed(admin, dbname=manifest.database)
    words = ["--exit-on-error", "--no-password", f"--dbname={programs.address(target)}"]
    dump = folder.sets / manifest.name / DUMP
    programs.run([programs.wanted("pg_restore", manifest.postgres), *words, dump], url=target, into=dump.parent)
    progress.add(dump.stat().st_size)
    progress.end()
    return target


def _check(folder: Folder, manifest: Manifest, cell: Cell, out: TextIO, *, files: bool = True) -> None:
    progress = Progress(out, "checked")
    faults = list(check(folder, manifest, cell, progress, files=files))
    progress.end()
    if faults:
        raise BackupProblem(f"{manifest.name} is not as it was made: {'; '.join(faults[:5])}.", "take another set")


def _check_until(folder: Folder, manifest: Manifest, until: datetime | None) -> None:
    can = window(folder, manifest)
    if until and not can.since <= until <= can.until:
        raise BackupProblem(f"{until} is outside what this set can bring back: {can.since} to {can.until}.")


def _must_fit(needs: list[tuple[Path, int]]) -> None:
    """Better before than in the middle: `needs` in bytes, summed where places share a disk."""
    disks: dict[int, tuple[Path, int]] = {}
    for place, needed in needs:
        there = next(path for path in (place, *place.absolute().parents) if path.exists())
        _, known = disks.get(there.stat().st_dev, (there, SPARE))
        disks[there.stat().st_dev] = there, known + needed
    for place, needed in disks.values():
        free = shutil.disk_usage(place).free
        if free < needed:
            raise BackupProblem(f"{place} has {free // 10**6} MB left; this needs about {needed // 10**6} MB.")


def _lay_out(folder: Folder, manifest: Manifest, data: Path, out: TextIO) -> None:
    """The copy of the cluster, with all of the log that is there, told to recover."""
    here = folder.sets / manifest.name
    _unpacked(here / BASE, data, out)
    _unpacked(here / BASE_LOG, data / "pg_wal", out)
    shutil.copyfile(here / BASE_LIST, data / BASE_LIST)
    if verifier := programs.program("pg_verifybackup", manifest.postgres):
        programs.run([verifier, "--no-parse-wal", "--quiet", data], url="", into=data)
    assert manifest.log
    for name, path in segments(folder.wal(manifest.system, manifest.log.timeline)).items():
        if not (data / "pg_wal" / name).exists() or path.suffix != ".partial":
            shutil.copyfile(path, data / "pg_wal" / name)
    (data / "recovery.signal").touch(mode=0o600)


def _unpacked(archive: Path, target: Path, out: TextIO) -> None:
    """Files and folders below `target`; links (table spaces) are refused, as nothing outside comes back."""
    target.mkdir(exist_ok=True, mode=0o700)
    progress = Progress(out, f"of {archive.name}")
    with tarfile.open(archive) as opened:
        for member in opened:
            path = target / member.name
            if not (member.isfile() or member.isdir()) or not path.resolve().is_relative_to(target.resolve()):
                raise BackupProblem(f"{archive.name} holds {member.name}, which is no file of the cluster.")
            opened.extract(member, target, set_attrs=False)
            path.chmod(0o700 if member.isdir() else 0o600)
            progress.add(member.size)
    progress.end()


@contextmanager
def _recovered(half: Path, manifest: Manifest, until: datetime | None) -> Iterator[str]:
    """The server behind a private socket, recovered to the moment; the address for the backup's role."""
    _write_settings(half)
    with ExitStack() as stack:
        try:
            cluster = stack.enter_context(_served(half, manifest, until))
        except LaunchProblem as problem:
            # The log is known to reach the moment: nobody wrote anything after it, so all of the log is that moment.
            # Asked of the whole log: in its last lines others may stand, such as who knocked meanwhile.
            if "before configured recovery target" not in (half / RECOVERY_LOG).read_text(errors="replace"):
                raise BackupProblem(str(problem)) from problem
            cluster = stack.enter_context(_served(half, manifest, None))
        yield cluster.url(user=BACKUP, database=manifest.database)


@contextmanager
def _served(half: Path, manifest: Manifest, until: datetime | None) -> Iterator[Cluster]:
    cluster = Cluster(half, find_binaries(major=manifest.postgres), settings=_recovery(half, until))
    with cluster.running(log=half / RECOVERY_LOG, patience=HOURS_S):
        yield cluster


@contextmanager
def private(folder: Path, manifest: Manifest) -> Iterator[Cluster]:
    """The server over the restored data directory `folder/data`, behind a private socket, until the block ends."""
    _write_settings(folder)
    cluster = Cluster(folder, find_binaries(major=manifest.postgres), settings=_places(folder))
    try:
        with cluster.running(log=folder / "postgres.log", patience=HOURS_S):
            yield cluster
    except LaunchProblem as problem:
        raise BackupProblem(str(problem)) from problem


def _write_settings(folder: Path) -> None:
    """Those of the lost machine play no part."""
    for name, text in {"postgresql.conf": "", "pg_hba.conf": "local all all trust\n", "pg_ident.conf": ""}.items():
        (folder / name).write_text(text)


def _places(folder: Path) -> dict[str, str]:
    named = {"config_file": "postgresql.conf", "hba_file": "pg_hba.conf", "ident_file": "pg_ident.conf"}
    return {name: str(folder / file) for name, file in named.items()}


def _recovery(half: Path, until: datetime | None) -> Mapping[str, str]:
    """All of the log lies beside the data, so nothing is fetched; settings of the lost machine play no part."""
    moment = {"recovery_target_time": until.astimezone(UTC).isoformat(sep=" ")} if until else {}
    return {
        **_places(half), **moment, "restore_command": "false", "hot_standby": "off", "recovery_target_action": "promote",
        "recovery_target_timeline": "current",
    }  # fmt: skip


def _bring_files(folder: Folder, url: str, cell: Cell, out: TextIO, only: UUID | None = None) -> Brought:
    """Exactly the files that the rows of this moment name, and all heads that were kept."""
    held = folder.entries()
    files, opened, missing, damaged = 0, 0, [], []
    progress = Progress(out, "of files")
    with connected(url) as connection:
        for row in stored_rows(connection, only):
            path = path_of(row.authority, row.blob)
            entry = held.get(path)
            if entry is None or not (folder.files / path).exists():
                missing.append(path)
                continue
            part = copy_file(folder.files / path, cell.files / path)
            key = cell.files_key(row.authority)
            if part.sha256 != entry.sha256 or (key and not _opens(cell.files / path, row, key)):
                damaged.append(path)
            files += 1
            opened += key is not None
            progress.add(part.size)
    progress.end()
    for head in sorted(folder.heads.glob("*.jsonl")):
        copy_file(head, cell.heads / head.name)
    return Brought(files, opened, tuple(missing), tuple(damaged))


def _opens(path: Path, row: StoredRow, key: bytes) -> bool:
    """Whether the key opens it and what is in it is what its row says."""
    try:
        plain = unseal(key, row.blob, path.read_bytes())
    except InvalidTag:
        return False
    return hashlib.sha256(plain).digest() == row.sha256
