"""Folders on disks of some megabytes, for real: tmpfs of a namespace that lives as long as its keeper, so that no right is needed."""

import contextlib
import errno
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

from stadttor.ground.launcher.children import dies_with_parent
from stadttor.ground.launcher.postgres import Account, Cluster
from stadttor.ground.launcher.testing import FAST_AND_SMALL
from tests.safety.stand import Stand

ROOM_MB = 24
"""What is free on a disk when nobody has filled it yet."""
LASTING = {"synchronous_commit": "on", "full_page_writes": "on", "min_wal_size": "32MB", "max_wal_size": "32MB"}
"""What was answered is written: a server that stops for want of room may lose nothing of it."""
PIECE = bytes(1 << 20)
NOBODY = "65534"
SWITCHES, READY_S = 8, 3.0
MOUNT = """
used=$(du -sm "$1" | cut -f1) && mount -t tmpfs -o "size=$((used + $2))m,mode=0700" none "$3" && cp -a "$1/." "$3/"
&& mount --bind "$3" "$1" && echo there && exec cat
""".replace("\n", " ")


@dataclass(frozen=True)
class SmallFolder:
    """`path` as this process reaches it; who enters the namespace finds it where it always was."""

    path: Path
    keeper: int

    @property
    def entering(self) -> tuple[str, ...]:
        """Words before a command that is to see it."""
        return ("nsenter", f"--target={self.keeper}", "--user", "--mount", "--preserve-credentials", "--")

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is free for the length of the block."""
        filler = self.path / "filler"
        with filler.open("wb", buffering=0) as out:
            for piece in (PIECE, PIECE[:4096], PIECE[:1]):
                _write_all(out.fileno(), piece)
        try:
            yield
        finally:
            filler.unlink()


def _write_all(out: int, piece: bytes) -> None:
    try:
        while True:
            os.write(out, piece)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise


@contextlib.contextmanager
def small(folder: Path, room_mb: int = ROOM_MB) -> Iterator[SmallFolder | None]:
    """What is in the folder, on a small disk; what is done to it is gone afterwards. None where this machine allows no mount."""
    place = folder.with_name(f"{folder.name}-small")
    place.mkdir(exist_ok=True)
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", MOUNT, "sh", folder, str(room_mb), place]
    with subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(signal.SIGKILL),
    ) as keeper:
        assert keeper.stdin
        assert keeper.stdout
        there = keeper.stdout.readline() == b"there\n"
        found = SmallFolder(Path(f"/proc/{keeper.pid}/root{folder}"), keeper.pid)
        try:
            yield found if there and _can_be_used(found) else None
        finally:
            keeper.stdin.close()


def _can_be_used(found: SmallFolder) -> bool:
    """By this process, and by one that enters."""
    if subprocess.run([*found.entering, "true"], capture_output=True, check=False).returncode != 0:
        return False
    try:
        (found.path / "tried").touch()
        (found.path / "tried").unlink()
    except OSError:
        return False
    return True


class SmallServer:
    """The server of a cluster whose whole data folder, log and all, lies on a small disk."""

    def __init__(self, stand: Stand, disk: SmallFolder) -> None:
        ordinary, self.disk, self._running = stand.cluster, disk, contextlib.ExitStack()
        other = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}") if os.geteuid() == 0 else ()
        account = Account((*disk.entering, *other), ordinary.account.uid, ordinary.account.gid)
        self._cluster = Cluster(
            ordinary.folder, ordinary.binaries, account=account, settings={**FAST_AND_SMALL, **LASTING}
        )
        self._log = stand.folder / "whole-postgres.log"

    def up(self) -> bool:
        """As whoever watches over a server brings it up again; gives whether it had to be begun anew."""
        if _within(READY_S, self._cluster.is_ready):
            return False
        self.close()
        self._running.enter_context(self._cluster.running(log=self._log))
        return True

    def close(self) -> None:
        self._running.close()

    def wants_room_for_its_log(self) -> None:
        """It must begin a new file of its log, for which there is no room."""
        for _ in range(SWITCHES):
            with contextlib.suppress(psycopg.Error), psycopg.connect(self._cluster.url(), autocommit=True) as admin:
                admin.execute("SELECT pg_logical_emit_message(true, 'room', 'x'), pg_switch_wal()")


def _within(seconds: float, ready: Callable[[], bool]) -> bool:
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True
