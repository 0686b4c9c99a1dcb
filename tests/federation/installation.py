"""A second installation of the product beside that of the test: its own database server, its own processes, real HTTP."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stadttor.ground.launcher.ports import free_port
from tests.tables import with_tables

ROOT = Path(__file__).resolve().parents[2]
START_S = 60


@dataclass(frozen=True)
class Installation:
    """`address` is where it serves its catalogue. Its commands run as an operator's do."""

    address: str
    environment: dict[str, str]

    def run(self, *words: str) -> str:
        """`python -m stadttor …` there; gives what it said. Fails when it refuses."""
        done = subprocess.run(
            [sys.executable, "-m", "stadttor", *words], cwd=ROOT, env=self.environment, capture_output=True, text=True,
            timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def installed(var: Path) -> Iterator[Installation]:
    """As in production, without the demo's switch; its web process serves until the end of the block."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("STADTTOR_", "PG", "DATABASE_"))}
    port = free_port()
    with with_tables() as addresses:
        environment = own | addresses.environment() | {"STADTTOR_VAR": str(var), "PORT": str(port)}
        there = Installation(f"http://localhost:{port}", environment)
        with _web(there, port):
            yield there


@contextmanager
def _web(there: Installation, port: int) -> Iterator[None]:
    where = ("--host", "127.0.0.1", "--port", str(port), "--workers", "1")
    running = subprocess.Popen(
        [sys.executable, "-m", "granian", *where, "--interface", "wsgi", "--no-ws", "stadttor.site.wsgi:application"],
        cwd=ROOT, env=there.environment | {"DJANGO_SETTINGS_MODULE": "stadttor.site.web_settings"},
    )  # fmt: skip
    try:
        _wait(f"{there.address}/", running)
        yield
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def _wait(address: str, running: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310  # our own address
                return
        except OSError as error:
            if running.poll() is not None or time.monotonic() > end:
                raise RuntimeError("The second installation did not start.") from error
            time.sleep(0.1)
