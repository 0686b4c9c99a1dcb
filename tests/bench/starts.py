"""How long `make demo` takes: from the start of the launcher to the first page, with an empty folder and again."""

import http.client
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from stadttor.ground.launcher.children import dies_with_parent
from stadttor.ground.launcher.ports import free_port
from stadttor.ground.launcher.postgres import end
from tests.measuring.lines import Lines

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 300


def starts(lines: Lines, folder: Path, warm: int) -> None:
    """One cold start, then warm ones. Packages and built assets are there; database and demo data are not."""
    for kind in ("cold", *("warm",) * warm):
        lines.write("starts", kind=kind, wall_ms=_start(folder) * 1000)


def _start(folder: Path) -> float:
    port = free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "STADTTOR_", "DATABASE"))}
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    with (folder / "launcher.log").open("ab") as out:
        launcher = subprocess.Popen(
            [sys.executable, "-m", "stadttor", "demo"],
            env=own | {"STADTTOR_VAR": str(folder / "var"), "PORT": str(port)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            preexec_fn=dies_with_parent(signal.SIGTERM),
        )
    try:
        _wait_for_page(port, launcher, folder / "launcher.log")
        return time.perf_counter() - begun
    finally:
        end(launcher, patience=30)


def _wait_for_page(port: int, launcher: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not _has_page(port):
        if launcher.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the demo did not start:\n" + "\n".join(log.read_text().splitlines()[-5:]))
        time.sleep(0.02)


def _has_page(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/", headers={"Host": f"weissenburg.localhost:{port}"})
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
