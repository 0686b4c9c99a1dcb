"""`stadttor backup make|follow|list|verify|keys|forget FOLDER` and `stadttor restore FOLDER`."""

import argparse
import os
import shutil
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from stadttor.ground.commands import AWAY
from stadttor.ground.launcher.problems import LaunchProblem

from . import following, making, restoring
from .cell import MASTER, Cell, cell_of
from .checking import check, choose, window
from .folder import Folder
from .forgetting import forget
from .manifest import Manifest
from .problems import BackupProblem, NotReachable, disk_problems
from .progress import Progress
from .restoring import Restored

MB = 1_000_000
DAYS = 35
NOT_CHECKED = "NOT PROVEN: every hash fits, but its signature was not checked, as keys/signing.key is not here"
NEXT = """Next, before web and worker start (docs/operating/backup.md):
  python -m stadttor migrate
  python -m stadttor privacy erase-again
  python -m stadttor audit verify
  python -m stadttor backup make FOLDER"""


def backup(arguments: Sequence[str]) -> int:
    """Exit codes: 0 done, 1 a problem in words, 2 wrong use, 3 the database does not answer."""
    asked = _backup_words().parse_args(arguments)
    return _told(lambda: int(asked.act(asked)))


def restore(arguments: Sequence[str]) -> int:
    """Exit codes as above; 1 also when a file was missing, damaged or not opened, as its key is not here."""
    asked = _restore_words().parse_args(arguments)
    return _told(lambda: _restore(asked))


def _backup_words() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stadttor backup", description="Make and keep backups of this cell.")
    acts = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, act, line in (
        ("make", _make, "make a set: database, files, heads"),
        ("follow", _follow, "stream the log and copy new files until it is ended"),
        ("list", _list, "say which moments can be restored"),
        ("verify", _verify, "check sets without a database"),
        ("keys", _keys, "copy the keys to a folder of their own"),
        ("forget", _forget, "drop old sets and what only they needed"),
    ):
        words = acts.add_parser(name, help=line, description=line)
        words.add_argument("folder", type=Path)
        words.set_defaults(act=act)
        if name == "make":
            words.add_argument("--dump", action="store_true", help="a dump even where a base backup can be made")
        if name == "verify":
            words.add_argument("set", nargs="?", default="", help="one set; all without it")
        if name == "forget":
            words.add_argument("--days", type=_days, default=DAYS, help=f"sets older than this many days ({DAYS})")
            words.add_argument(
                "--keep", action="append", default=[], metavar="SET", help="a set that stays; repeatable"
            )
    return parser


def _restore_words() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stadttor restore", description="Bring a cell back into an empty place.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("set", nargs="?", default="", help="a set; the newest that fits without it")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--data", type=Path, help="base backup: the data directory of PostgreSQL to make")
    where.add_argument("--server", help="dump: the address of a superuser")
    parser.add_argument("--until", type=moment, help="a moment, as 2026-11-22T10:15:03+01:00")
    parser.add_argument(
        "--without-keys", action="store_true", help="go on although keys are missing; files stay closed"
    )
    parser.add_argument("--over", action="store_true", help="put a cell that is there aside and go on")
    return parser


def moment(text: str) -> datetime:
    """A moment with its time zone, as a word of a command."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no moment: write it as 2026-11-22T10:15:03+01:00") from error
    if said.tzinfo is None:
        raise argparse.ArgumentTypeError("say the time zone too, as +01:00")
    return said


def _days(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no number of days; one at least: less would drop all sets but one")
    return int(text)


def _told(act: object) -> int:
    assert callable(act)
    try:
        return int(act())
    except LaunchProblem as problem:
        print(problem, file=sys.stderr)
        return AWAY if isinstance(problem, NotReachable) else 1


def _url() -> str:
    url = os.environ.get("STADTTOR_BACKUP_URL", "")
    if not url:
        raise BackupProblem("STADTTOR_BACKUP_URL is not set.", "the address of the database as role stadttor_backup")
    return url


def _make(asked: argparse.Namespace) -> int:
    made = making.make(
        Folder(asked.folder), _url(), cell_of(), now=datetime.now(UTC), out=sys.stderr, logical=asked.dump
    )
    print(_line(Folder(asked.folder), made))
    for path in made.missing:
        print(f"  deleted while the set was made: {path}")
    if not made.signature:
        print("  not signed: keys/signing.key does not lie here")
    return 0


def _follow(asked: argparse.Namespace) -> int:
    ended: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _frame: ended.append(got))
    following.follow(Folder(asked.folder), _url(), cell_of(), goes_on=lambda: not ended, out=sys.stderr)
    return 0


def _list(asked: argparse.Namespace) -> int:
    folder = Folder(asked.folder)
    for one in folder.finished():
        print(_line(folder, one))
    for half in folder.halves():
        print(f"{half.name}: half written, does not count")
    return 0


def _line(folder: Folder, one: Manifest) -> str:
    can = window(folder, one)
    size = sum(part.size for part in one.parts.values()) / MB
    until = f" to {can.until:%Y-%m-%d %H:%M:%S}" if can.until > can.since else ""
    return f"{one.name}: {can.since:%Y-%m-%d %H:%M:%S}{until} UTC, {size:.1f} MB and {one.file_count} files"


def _verify(asked: argparse.Namespace) -> int:
    folder, cell = Folder(asked.folder), cell_of()
    sets = [choose(folder, asked.set, None)] if asked.set else folder.finished()
    unproven = 0
    for one in sets:
        progress = Progress(sys.stderr, "of files")
        faults = list(check(folder, one, cell, progress))
        progress.end()
        checked = bool(one.signature and cell.signer())
        unproven += bool(faults) or not checked
        print(f"{_line(folder, one)}: {'BROKEN' if faults else 'sound' if checked else NOT_CHECKED}")
        for fault in faults:
            print(f"  {fault}")
    if not sets:
        raise BackupProblem(f"{folder.path} holds no whole set.", f"stadttor backup make {folder.path}")
    return 1 if unproven else 0


def _keys(asked: argparse.Namespace) -> int:
    cell = cell_of()
    place = asked.folder.resolve()
    if any((above / "sets").exists() for above in (place, *place.parents)):
        raise BackupProblem("Keys do not belong beside what they open.", "another disk, or paper in a safe")
    if not cell.master():
        raise BackupProblem(
            f"{cell.keys} holds no {MASTER}, so nothing was copied.", "is STADTTOR_VAR the cell's folder?"
        )
    with disk_problems(asked.folder):
        asked.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in sorted(cell.keys.glob("*.key")):
            shutil.copy2(path, asked.folder / path.name)
            (asked.folder / path.name).chmod(0o600)
            print(f"{path.name} {cell.fingerprints()[path.name]}")
    return 0


def _forget(asked: argparse.Namespace) -> int:
    gone = forget(Folder(asked.folder), before=datetime.now(UTC) - timedelta(days=asked.days), keep=asked.keep)
    print(f"{gone.sets} sets, {gone.files} files and {gone.log_pieces} pieces of the log are gone")
    for name in gone.beyond:
        print(f"{name} is kept beyond its time, and with it what was deleted in the cell since")
    return 0


def _restore(asked: argparse.Namespace) -> int:
    folder, cell, now = Folder(asked.folder), cell_of(), datetime.now(UTC)
    manifest = choose(folder, asked.set, asked.until, kind="base" if asked.data else "dump")
    if not asked.without_keys:
        _must_have_keys(manifest, cell)
    if asked.data:
        result = restoring.restore_base(
            folder, manifest, asked.data, cell, until=asked.until, over=asked.over, now=now, out=sys.stderr
        )
    else:
        if asked.until:
            raise BackupProblem("A dump stands for its own moment only.", "--data restores a base backup to a moment")
        result = restoring.restore_dump(folder, manifest, asked.server, cell, over=asked.over, now=now, out=sys.stderr)
    return _report(manifest, result, cell)


def _must_have_keys(manifest: Manifest, cell: Cell) -> None:
    """Before anything moves: without them nothing that comes back can be opened, and so none of it is proven."""
    if missing := _missing_keys(manifest, cell):
        raise BackupProblem(
            f"{', '.join(missing)} of this set: not in {cell.keys}. Nothing was moved.",
            "put the keys back there first; --without-keys goes on nevertheless, and leaves the files closed",
        )


def _missing_keys(manifest: Manifest, cell: Cell) -> list[str]:
    return sorted({MASTER, *manifest.keys} - set(cell.fingerprints()))


def _report(manifest: Manifest, result: Restored, cell: Cell) -> int:
    brought = result.brought
    print(f"Restored from {manifest.name}; last transaction: {result.reached or 'none after the copy'}")
    print(f"{brought.files} files, {brought.opened} opened with the key and compared with their rows")
    for word, paths in (("MISSING", brought.missing), ("DAMAGED", brought.damaged)):
        for path in paths:
            print(f"{word} files/{path}")
    missing = _missing_keys(manifest, cell)
    for name in missing:
        print(f"MISSING keys/{name}: put it back before anything starts, or another one is made")
    if cell.bucket:
        print(f"Files lie in an object store: copy {cell.files} into the bucket before web and worker start")
    print(NEXT)
    return 1 if brought.missing or brought.damaged or missing else 0
