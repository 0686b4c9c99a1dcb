"""Tries one thing in a process of its own and measures it: time, memory, what it leaves running."""

import json
import os
import resource
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

GRACE_S = 2.0
LONGEST = 1_000
KB_PER_MB = 1_000


@dataclass(frozen=True)
class Answer:
    """`refused`: the code, empty when it was taken; `text` is what the sender reads."""

    refused: str
    text: str


@dataclass(frozen=True)
class Tried:
    """`memory_mb`: how much the process grew, and all of the largest process it started (which the kernel counts from
    the size of its parent on, so less than about 100 MB cannot be seen). `left`: processes that still ran afterwards.
    """

    refused: str
    text: str
    seconds: float
    memory_mb: float
    left: int
    died: bool


def tried(act: Callable[[], Answer]) -> Tried:
    """Fork, act, measure. The caller holds no connection, no thread and no lock."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.setsid()
        _report(act, writing)
    os.close(writing)
    with os.fdopen(reading) as answers:
        told = answers.read()
    os.waitpid(child, 0)
    left = _left_of(child)
    return Tried(**json.loads(told), left=left, died=False) if told else Tried("", "", 0, 0, left, died=True)


def _report(act: Callable[[], Answer], writing: int) -> None:
    """In the child: never comes back."""
    code = 1
    try:
        before, begun = _grown_kb(), time.monotonic()
        answer = act()
        seconds = time.monotonic() - begun
        grown = _grown_kb() - before + resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        told = asdict(answer) | {"text": answer.text[:LONGEST], "seconds": seconds, "memory_mb": grown / KB_PER_MB}
        os.write(writing, json.dumps(told).encode())
        code = 0
    finally:
        os._exit(code)


def _grown_kb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _left_of(session: int) -> int:
    """Processes of the child's session that run on after a moment; they are ended."""
    deadline = time.monotonic() + GRACE_S
    while (running := _of_session(session)) and time.monotonic() < deadline:
        time.sleep(0.02)
    for pid in running:
        os.kill(pid, 9)
    return len(running)


def _of_session(session: int) -> list[int]:
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _parent, _group, of = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state != "Z":
            found.append(int(path.parent.name))
    return found
