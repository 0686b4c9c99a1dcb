"""Makes a set: the database at one moment, and every file its rows name."""

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TextIO

from stadttor.ground.ports import StoreAway

from . import programs
from .cell import ROOT, Cell
from .copying import copy_new
from .folder import HALF, Entry, Folder, sync_folder, write_entries, write_whole
from .heads import Heads
from .manifest import NAME, Kind, Log, Manifest, hashed
from .problems import BackupProblem, disk_problems
from .progress import Progress
from .server import Facts, connected, facts, stored_files

KB = 1_024
FILES = "files.jsonl"
DUMP, BASE, BASE_LOG, BASE_LIST = "database.dump", "base.tar.gz", "pg_wal.tar.gz", "backup_manifest"
_DONE = re.compile(r"(\d+)/(\d+) kB")


def make(folder: Folder, url: str, cell: Cell, *, now: datetime, out: TextIO, logical: bool = False) -> Manifest:
    """A new set, whole and listed when this returns.

    Without the right or the programs for a base backup it is a dump, and `out` says so. Raises BackupProblem, for heads
    that were changed when the set is whole.
    """
    folder.make()
    with folder.locked("make.lock", patient=False):
        with connected(url) as connection:
            server, before = facts(connection), list(stored_files(connection))
        kind: Kind = "dump" if logical or _no_base(server, out) else "base"
        half = _begun(folder, f"{now:%Y%m%dT%H%M%S%f}Z-{kind}")
        # Heads first: a head is written after its rows, so these fit every later state of the database.
        heads, held = Heads(cell.heads, folder), folder.entries()
        heads.keep()
        # Most files before the database too: what is deleted in between is still needed by the older moment.
        _copy(cell, folder, before, held, now, out)
        needed = (_dump if kind == "dump" else _base)(url, half, server, out)
        missing = _copy(cell, folder, needed, held, now, out)
        files = [held[path] for path in needed if path in held]
        write_entries(half / FILES, files)
        manifest = Manifest(
            name=half.stem, kind=kind, begun=now.isoformat(), ended=datetime.now(UTC).isoformat(), postgres=server.major,
            product=product(), system=server.system, timeline=server.timeline, database=server.database,
            parts={path.name: hashed(path) for path in sorted(half.iterdir())}, heads=heads.parts(), keys=cell.fingerprints(),
            file_count=len(files), file_bytes=sum(one.size for one in files), missing=tuple(missing),
            log=_log(half / BASE_LIST, server.segment) if kind == "base" else None,
        )  # fmt: skip
        made = _finished(half, manifest.signed(cell.signer()))
        heads.must_be_sound()
        return made


def _begun(folder: Folder, name: str) -> Path:
    """A folder that counts as nothing yet; what earlier runs left half done goes."""
    for half in folder.halves():
        shutil.rmtree(half)
    half = folder.sets / f"{name}{HALF}"
    with disk_problems(folder.path):
        half.mkdir(mode=0o700)
    return half


def _finished(half: Path, manifest: Manifest) -> Manifest:
    write_whole(half / NAME, manifest.as_json())
    with disk_problems(half.parent):
        half.rename(half.with_suffix(""))
        sync_folder(half.parent)
    return manifest


def _no_base(server: Facts, out: TextIO) -> bool:
    """Whether only a dump can be made here, and why."""
    if server.can_stream and programs.program("pg_basebackup", server.major):
        return False
    why = (
        f"pg_basebackup for PostgreSQL {server.major} is not on this machine (apt install postgresql-client-{server.major})"
        if server.can_stream
        else "the role may not stream (ALTER ROLE stadttor_backup REPLICATION), or wal_level is minimal"
    )
    out.write(f"No base backup: {why}.\nA dump is made instead; it stands for its own moment only.\n")
    return True


def _copy(
    cell: Cell, folder: Folder, paths: list[str], held: dict[str, Entry], now: datetime, out: TextIO
) -> list[str]:
    fresh = [path for path in paths if path not in held]
    progress = Progress(out, f"of {len(fresh)} new files")
    try:
        missing = copy_new(cell, folder, fresh, held, now, progress.add)
    except StoreAway as away:
        raise BackupProblem(f"The object store gives no files: {away}.", "start again when it answers") from away
    progress.end()
    return missing


def _base(url: str, half: Path, server: Facts, out: TextIO) -> list[str]:
    """A copy of the whole cluster with the log it needs; gives the files that its rows name, and some younger ones."""
    progress = Progress(out, "of the database cluster")

    def watch(line: str) -> None:
        if found := _DONE.search(line):
            progress.at(int(found[1]) * KB, int(found[2]) * KB)

    words = ["--format=tar", "--gzip", "--compress=1", "--wal-method=stream", "--checkpoint=fast", "--no-password"]
    words += [
        "--progress",
        "--manifest-checksums=SHA256",
        f"--label=stadttor {half.stem}",
        "-D",
        str(half),
        "-d",
        programs.address(url),
    ]
    programs.run([programs.wanted("pg_basebackup", server.major), *words], url=url, into=half, watch=watch)
    progress.end()
    with connected(url) as connection:
        return list(stored_files(connection))


def _dump(url: str, half: Path, server: Facts, out: TextIO) -> list[str]:
    """The database as one moment sees it, and exactly the files of that moment."""
    progress = Progress(out, "of the database")
    with connected(url) as connection:
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row
        words = ["--format=custom", "--compress=1", f"--snapshot={row[0]}", "--no-password", f"--file={half / DUMP}"]
        words += [f"--dbname={programs.address(url)}"]
        programs.run([programs.wanted("pg_dump", server.major), *words], url=url, into=half)
        progress.add((half / DUMP).stat().st_size)
        progress.end()
        return list(stored_files(connection))


def _log(base_list: Path, segment: int) -> Log:
    """What PostgreSQL's own list says of the log the copy needs."""
    told = json.loads(base_list.read_text())["WAL-Ranges"]
    if len(told) != 1:
        raise BackupProblem("The server changed its timeline while it was copied.", "start again")
    return Log(told[0]["Timeline"], told[0]["Start-LSN"], told[0]["End-LSN"], segment)


def product() -> str:
    """What to check out before this set is brought back: the commit where the program is a clone, else its version."""
    command = ["git", "-C", str(ROOT), "-c", f"safe.directory={ROOT}", "rev-parse", "--verify", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # words of ours
    except FileNotFoundError:
        return _installed()
    return done.stdout.strip() if done.returncode == 0 else _installed()


def _installed() -> str:
    try:
        return version("stadttor")
    except PackageNotFoundError:
        return "unreleased"
