"""Turns and enlarges documents for the viewer without JavaScript: in a bounded child process, a few at a time.

What was made is kept until ten minutes after the last look, because a clerk turns a document, reads, and comes back to it.
"""

import subprocess
from collections import OrderedDict
from datetime import datetime, timedelta
from pathlib import Path
from threading import BoundedSemaphore, Lock
from uuid import UUID

from stadttor.core.refused import Refused
from stadttor.ground.child import python, search_path

TURNS = (0, 90, 180, 270)
ZOOMS = (100, 150, 200, 300)
KINDS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpeg"}
# The child ends itself after eight seconds of work; on a busy machine they may take longer.
SECONDS = 20
AT_ONCE = 2
PATIENCE_S = 5
KEPT_BYTES = 6_000_000
KEPT_FOR = timedelta(minutes=10)

Key = tuple[UUID, int, int]
_places = BoundedSemaphore(AT_ONCE)


class Kept:
    """The last results of this process, so many bytes at most; what is larger than a third of that is not kept.

    What was put in longer than KEPT_FOR ago goes with the next look at any document: nothing of a case stays for long.
    """

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._found: OrderedDict[Key, tuple[datetime, bytes]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, now: datetime) -> bytes | None:
        with self._lock:
            self._drop_old(now)
            return self._found[key][1] if key in self._found else None

    def put(self, key: Key, made: bytes, now: datetime) -> None:
        if 3 * len(made) > self._most:
            return
        with self._lock:
            if key in self._found:
                self._drop(key)
            self._found[key] = now, made
            self._size += len(made)
            while self._size > self._most:
                self._drop(next(iter(self._found)))

    def _drop_old(self, now: datetime) -> None:
        for key in [key for key, (since, _made) in self._found.items() if since + KEPT_FOR <= now]:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        self._size -= len(self._found.pop(key)[1])


_kept = Kept(KEPT_BYTES)


def seen(document_id: UUID, data: bytes, media_type: str, degrees: int, percent: int, now: datetime) -> bytes:
    """The document turned clockwise by a quarter, half or three quarters, a picture also enlarged.

    As it is when that is not possible; a PDF is never enlarged, its viewer does that. A document of one id never
    changes. Refused when too many are being turned.
    """
    kind = KINDS.get(media_type, "")
    degrees = degrees if degrees in TURNS else 0
    percent = percent if percent in ZOOMS and kind != "pdf" else 100
    if not kind or (degrees, percent) == (0, 100):
        return data
    key = (document_id, degrees, percent)
    made = _kept.get(key, now) or _made(data, kind, degrees, percent)
    if made:
        _kept.put(key, made, now)
    return made or data


def _made(data: bytes, kind: str, degrees: int, percent: int) -> bytes:
    """As `_child`, when a place is free."""
    if not _places.acquire(timeout=PATIENCE_S):
        raise Refused(
            "busy", "Many documents are being turned at this moment. Please try again in a few seconds.", status=503
        )
    try:
        return _child(data, kind, degrees, percent)
    finally:
        _places.release()


def _child(data: bytes, kind: str, degrees: int, percent: int) -> bytes:
    """What the child made, nothing when it could not or took too long."""
    script = str(Path(__file__).with_name("turning.py"))
    try:
        done = subprocess.run(  # noqa: S603  # our own script, the file comes on standard input
            python(script, kind, str(degrees), str(percent)),
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd="/",
            env=search_path(),  # whoever broke a parser finds no password here
            check=False,
        )
    except subprocess.TimeoutExpired:
        return b""
    return done.stdout if done.returncode == 0 else b""
