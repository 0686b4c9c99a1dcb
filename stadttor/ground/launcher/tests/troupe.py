"""A supervisor with small real children, run as a process of its own by the tests.

Usage: troupe.py SOCKET LOG_FOLDER NAME[:KIND]… ; each name is a stage of its own. A child reports `hello NAME PID` to
the socket, and `bye NAME` when it is asked to end. Kinds: `calm`, `stubborn` (does not end when asked), `parent`
(has a child in a session of its own that reports as NAME-child), `failing`.
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from stadttor.ground.launcher.problems import LaunchProblem
from stadttor.ground.launcher.supervisor import Ended, Program, Supervisor


def report(address: str, text: str) -> None:
    """One datagram to the test."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.sendto(text.encode(), address)


def play(address: str, name: str, kind: str) -> None:
    """What a child does."""
    if kind == "failing":
        sys.exit("the curtain is stuck")
    if kind == "parent":
        subprocess.Popen(
            [sys.executable, __file__, "--play", address, f"{name}-child", "stubborn"], start_new_session=True
        )
    signal.signal(signal.SIGTERM, lambda *_: _leave(address, name, kind))
    report(address, f"hello {name} {os.getpid()}")
    while True:
        signal.pause()


def _leave(address: str, name: str, kind: str) -> None:
    report(address, f"bye {name}")
    if kind != "stubborn":
        os._exit(0)


def lead(address: str, logs: str, names: list[str]) -> None:
    """What the supervisor does."""
    try:
        with Supervisor(Path(logs), tell=lambda line: report(address, line)) as supervisor:
            for word in names:
                name, _, kind = word.partition(":")
                command = (sys.executable, __file__, "--play", address, name, kind)
                ready = (lambda: False) if kind == "failing" else None
                supervisor.start(Program(name, command, os.environ, ready=ready, patience=0.5))
            report(address, "all started")
            supervisor.watch()
    except LaunchProblem as problem:
        report(address, f"problem {problem}")
    except Ended:
        pass
    report(address, "the end")


if __name__ == "__main__":
    if sys.argv[1] == "--play":
        play(*sys.argv[2:5])
    else:
        lead(sys.argv[1], sys.argv[2], sys.argv[3:])
