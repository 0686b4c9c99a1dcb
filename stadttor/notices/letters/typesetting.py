"""Sets letters in a confined process of its own: a letter from a stranger's package can neither read nor hang here.

One such process per process of ours, started with the first letter and kept, because a warm compiler is faster; ended
when a letter takes too long, and renewed after `LETTERS_PER_PROCESS`.
"""

import atexit
import base64
import json
import os
import struct
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from stadttor.ground.child import python, search_path
from stadttor.ground.web.manifest import letter_fonts

LENGTH = struct.Struct("!I")
CPU_SECONDS, SECONDS = 10.0, 60.0
"""Of processor time, and by the clock for one that hangs: on a busy machine a letter waits, and is no worse for it."""
LETTERS_PER_PROCESS = 500
LARGEST_SOURCE = 20 * 1024 * 1024
LARGEST_PDF = 20 * 1024 * 1024
HERE = Path(__file__).parent


class LetterFailed(RuntimeError):
    """A letter that cannot be set; the text says why, in the words of the typesetter."""


class LetterTooCostly(LetterFailed):
    """A letter that takes more time or memory than any letter needs."""


@dataclass(frozen=True)
class Sheet:
    """A set letter; `warnings` are the typesetter's remarks."""

    pdf: bytes
    warnings: tuple[str, ...]


class Setter:
    """The other process. Letters are set one after the other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._done = 0

    def set(self, request: dict[str, Any]) -> dict[str, Any]:
        """The answer to one request. Raises LetterFailed when the process ends over it or takes too long."""
        body = json.dumps(request).encode()
        if len(body) > LARGEST_SOURCE:
            raise LetterFailed("The letter is too large.")
        with self._lock:
            try:
                return self._exchange(self._running(), body)
            except OSError as error:
                self._end()
                raise LetterFailed("The typesetter ended.") from error

    def _exchange(self, process: subprocess.Popen[bytes], body: bytes) -> dict[str, Any]:
        assert process.stdin
        assert process.stdout
        watch = threading.Timer(SECONDS, process.kill)
        watch.start()
        try:
            process.stdin.write(LENGTH.pack(len(body)) + body)
            process.stdin.flush()
            answer = _read(process.stdout)
        finally:
            watch.cancel()
        if answer is None:
            self._end()
            raise LetterTooCostly("The letter takes too much time or memory.")
        self._done += 1
        found: dict[str, Any] = json.loads(answer)
        return found

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process and (self._process.poll() is not None or self._done >= LETTERS_PER_PROCESS):
            self._end()
        if self._process is None:
            self._process = self._start()
        return self._process

    def _start(self) -> subprocess.Popen[bytes]:
        if not letter_fonts().is_dir():
            raise LetterFailed("The letters' fonts are missing: run `python -m stadttor assets`.")
        self._folder = tempfile.TemporaryDirectory(prefix="stadttor-letters-")
        self._done = 0
        words = [str(HERE / "setter.py"), str(HERE / "platform" / "letter.typ"), str(letter_fonts())]
        return subprocess.Popen(  # noqa: S603  # our own file, no words of strangers
            python(*words),
            cwd=self._folder.name,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def _end(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                _close(stream)
        if self._folder:
            self._folder.cleanup()
        self._process = self._folder = None

    def close(self) -> None:
        """End the other process; the next letter starts a new one."""
        with self._lock:
            self._end()


def _close(stream: IO[bytes] | None) -> None:
    try:
        if stream:
            stream.close()
    except OSError:
        return


def _environment() -> dict[str, str]:
    """Nothing of ours: no address of a database, no key. Who asks for the network meets a closed door."""
    nowhere = "http://127.0.0.1:9"
    return search_path() | {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "RAYON_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "http_proxy": nowhere,
        "https_proxy": nowhere,
        "all_proxy": nowhere,
    }


def _read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    size = LENGTH.unpack(head)[0]
    if size > 2 * LARGEST_PDF:
        return None
    body = stream.read(size)
    return body if len(body) == size else None


_setter = Setter()
atexit.register(_setter.close)
# After a fork the child must not talk to its parent's typesetter.
os.register_at_fork(after_in_child=lambda: globals().__setitem__("_setter", Setter()))


def set_letter(source: str, files: Mapping[str, bytes], data: Mapping[str, Any]) -> Sheet:
    """The letter as PDF/UA-1 and PDF/A-2a. `files` are the package's letter files by path, `data` its document.

    The same source, files and data give the same bytes. Raises LetterFailed.
    """
    answer = _setter.set(
        {
            "source": source,
            "files": {path: base64.b64encode(content).decode() for path, content in files.items()},
            "data": json.dumps(data, ensure_ascii=False),
            "created": int(data.get("created", 0)),
            "check": data.get("check") is True,
            "cpu_s": CPU_SECONDS,
        }
    )
    if "error" in answer:
        raise LetterFailed(" ".join([answer["error"], *answer["hints"]]))
    return Sheet(base64.b64decode(answer["pdf"]), tuple(answer["warnings"]))
