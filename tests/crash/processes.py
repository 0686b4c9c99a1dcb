"""Worker and live process as they run in production, started for one test."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def process(role: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
    """`python -m stadttor ROLE` with the environment of this test run; ended at the end of the block."""
    running = subprocess.Popen([sys.executable, "-m", "stadttor", role], cwd=ROOT, env=os.environ | more)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(15)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def until(look: Callable[[], Any], what: str, seconds: float = 60) -> Any:
    """Look until there is something to see; gives it. Fails after `seconds`."""
    end = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.05)
    return found
