"""Turns and enlarges documents for the viewer without JavaScript: in a bounded child process, a few at a time.

What was made is kept for a while, because a clerk turns a document, reads, and comes back to it.
"""

import subprocess
from collections import OrderedDict
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

Key = tuple[UUID, int, int]
_places = BoundedSemaphore(AT_ONCE)


class Kept:
    """The last results of this process, so many bytes at most; what is larger than a third of that is not kept."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._found: OrderedDict[Key, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> bytes | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: Key, made: bytes) -> None:
        if 3 * len(made) > self._most:
            return
        with self._lock:
            self._size += len(made) - len(self._found.pop(key, b""))
            self._found[key] = made
            while self._size > self._most:
                self._size -= len(self._found.popitem(last=False)[1])


_kept = Kept(KEPT_BYTES)


def seen(document_id: UUID, data: bytes, media_type: str, degrees: int, percent: int) -> bytes:
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
    made = _kept.get(key)
    if made is None:
        made = _made(data, kind, degrees, percent)
        _kept.put(key, made)
    return made


def _made(data: bytes, kind: str, degrees: int, percent: int) -> bytes:
    if not _places.acquire(timeout=PATIENCE_S):
        raise Refused(
            "busy", "Many documents are being turned at this moment. Please try again in a few seconds.", status=503
        )
    try:
        return _child(data, kind, degrees, percent) or data
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
