"""The supervisor with real processes: what is killed comes back, and nothing is left behind."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stadttor.ground.launcher.supervisor import pause_before_start
from stadttor.ground.launcher.tests import troupe

ROOT = Path(__file__).resolve().parents[4]
# The machine may be busy with something else; a promise in seconds is asserted apart from this.
DEADLINE_S = 30.0


class Stage:
    """Starts a troupe and hears what its members say."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = str(folder / "ear")
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(self.address)
        self.ear.settimeout(DEADLINE_S)
        self.heard: list[str] = []
        self.handles: dict[str, int] = {}
        self.pids: dict[str, int] = {}

    def raise_curtain(self, *names: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, troupe.__file__, self.address, str(self.folder / "log"), *names]
        self.lead = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
        return self.lead

    def hear(self, wanted: str) -> str:
        """Wait for a line that begins like this."""
        while True:
            line = self.ear.recv(4096).decode()
            self.heard.append(line)
            if line.startswith("hello "):
                _, name, pid = line.split()
                self.pids[name] = int(pid)
                self.handles[name] = os.pidfd_open(int(pid))
            if line.startswith(wanted):
                return line

    def gone(self, name: str, seconds: float = DEADLINE_S) -> bool:
        return bool(select.select([self.handles[name]], [], [], seconds)[0])

    def close(self) -> None:
        self.lead.kill()
        self.lead.wait()
        self.ear.close()
        for name, handle in self.handles.items():
            assert self.gone(name), f"{name} outlived its supervisor"
            os.close(handle)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    stage = Stage(tmp_path)
    yield stage
    stage.close()


def test_a_killed_child_is_back_within_five_seconds(stage: Stage) -> None:
    stage.raise_curtain("web", "worker")
    stage.hear("all started")
    stage.hear("hello worker")
    killed_at = time.monotonic()
    os.kill(stage.pids["worker"], signal.SIGKILL)
    stage.hear("worker ended (by SIGKILL)")
    stage.hear("hello worker")
    assert time.monotonic() - killed_at < 5


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_all_in_reverse_order(stage: Stage, sig: signal.Signals) -> None:
    lead = stage.raise_curtain("postgres", "web", "mail")
    for name in ("postgres", "web", "mail"):
        if name not in stage.pids:
            stage.hear(f"hello {name}")
    lead.send_signal(sig)
    stage.hear("the end")
    assert [line for line in stage.heard if line.startswith("bye")] == ["bye mail", "bye web", "bye postgres"]
    assert lead.wait(DEADLINE_S) == 0


def test_children_die_with_a_killed_supervisor(stage: Stage) -> None:
    lead = stage.raise_curtain("web")
    stage.hear("hello web")
    lead.kill()
    assert stage.gone("web")


def test_who_does_not_end_when_asked_is_killed(stage: Stage) -> None:
    lead = stage.raise_curtain("web:stubborn")
    stage.hear("hello web")
    lead.terminate()
    stage.hear("the end")
    assert stage.gone("web", 0)


def test_a_grandchild_in_a_session_of_its_own_is_not_left_behind(stage: Stage) -> None:
    lead = stage.raise_curtain("web:parent")
    stage.hear("hello web-child")
    lead.terminate()
    stage.hear("the end")
    assert stage.gone("web-child", 0)


def test_what_never_starts_is_explained_by_its_own_last_words(stage: Stage) -> None:
    stage.raise_curtain("web:failing")
    assert "the curtain is stuck" in stage.hear("problem web did not start")


def test_the_pause_grows_while_starts_fail() -> None:
    pauses = [pause_before_start(deaths) for deaths in range(12)]
    assert pauses[:4] == [0.0, 0.25, 0.5, 1.0]
    assert pauses[-1] == 30.0
