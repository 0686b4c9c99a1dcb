"""The running house: its processes by what they do, and its database for whoever counts."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from stadttor.ground.launcher.ports import free_port
from stadttor.ground.launcher.postgres import Cluster, end, find_binaries
from tests.bench import cpu
from tests.measuring.circumstances import ROOT

START_S = 400
"""Until pages are served, on a machine that does much else; a quiet one needs twenty."""


@dataclass(frozen=True)
class House:
    """`pid` is the launcher's, `points` the folder in which it is ordered after which step somebody dies.

    `commands` are processes beside it, by what they do.
    """

    folder: Path
    pid: int
    port: int
    commands: dict[int, str] = field(default_factory=dict)

    @property
    def points(self) -> Path:
        return self.folder / "points"

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.folder / "postgres", find_binaries())

    def around(self) -> dict[str, str]:
        """What a command of the product's own finds around itself: the rights of the product, no more."""
        address = self.cluster.url(user="stadttor_app", database="stadttor")
        return environment(self.folder, self.port) | {"STADTTOR_DATABASE_URL": address}

    def admin(self) -> "psycopg.Connection[Any]":
        """A connection that no wall stops."""
        return psycopg.connect(self.cluster.url(database="stadttor"), autocommit=True, connect_timeout=5)

    def web_workers(self) -> list[int]:
        """The processes that answer requests: children of granian's own."""
        return [pid for server in self.web_servers() for pid in self._children(server) if "granian" in cpu.command(pid)]

    def web_servers(self) -> list[int]:
        """Granian's own process, which starts web workers anew."""
        return [pid for pid in self._children(self.pid) if "granian" in cpu.command(pid)]

    def job_workers(self) -> list[int]:
        return [pid for pid in self._children(self.pid) if "worker" in cpu.command(pid)]

    def postmaster(self) -> int:
        return int((self.cluster.data / "postmaster.pid").read_text().split()[0])

    def _children(self, pid: int) -> list[int]:
        with suppress(OSError):
            tasks = Path(f"/proc/{pid}/task").iterdir()
            return [int(one) for task in tasks for one in (task / "children").read_text().split()]
        return []


@contextmanager
def house(folder: Path, smtp_port: int) -> Iterator[House]:
    """Start everything in `folder` and wait for the first page; ends it with the block."""
    points, port = folder / "points", free_port()
    points.mkdir(parents=True)
    around = environment(folder, port) | {"SMTP_PORT": str(smtp_port), "STADTTOR_CRASH_POINTS": str(points)}
    command = [sys.executable, "-m", "tests.safety.kills.house"]
    log = folder / "house.log"
    with log.open("wb") as out:
        launcher = subprocess.Popen(command, cwd=ROOT, env=around, stdout=out, stderr=out)
    try:
        _wait(launcher, log)
        yield House(folder, launcher.pid, port)
    finally:
        end(launcher, patience=30)


def _wait(launcher: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_S
    while "\nready\n" not in log.read_text():
        if launcher.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the house did not start: {log.read_text()[-2000:]}")
        time.sleep(0.05)


def marked(folder: Path) -> dict[str, list[str]]:
    """Every step of the product by its decorator's own account, with the arguments of those that are jobs."""
    command = [sys.executable, "-m", "tests.safety.kills.marked"]
    done = subprocess.run(
        command, cwd=ROOT, env=environment(folder, 0), check=True, stdout=subprocess.PIPE, timeout=START_S
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def environment(folder: Path, port: int) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "STADTTOR_", "DATABASE"))}
    return own | {"STADTTOR_VAR": str(folder), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
