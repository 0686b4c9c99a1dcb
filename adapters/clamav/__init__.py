"""Virus scanner ClamAV: asks clamd by INSTREAM (clamd(8))."""

import socket
import struct
import time
from collections.abc import Callable
from typing import Literal

CHUNK = 64 * 1024
# All of a scan. A scanner that lets this pass is left alone for a while: its files wait in quarantine, people do not.
SECONDS = 10.0
REST_S = 10.0
ANSWER_MAX = 4096


class Clamd:
    """A clamd at `host:port`, or at the path of a Unix socket. Implements `stadttor.forms.ports.Scanner`."""

    def __init__(self, address: str, *, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic):
        self.address, self._seconds, self._clock = address, seconds, clock
        self._rests_until = 0.0

    def scan(self, data: bytes) -> Literal["clean", "infected", "unavailable"]:
        """The verdict; `unavailable` when clamd is away, slow or answers anything else."""
        if self._clock() < self._rests_until:
            return "unavailable"
        try:
            answer = self._ask(data)
        except TimeoutError:
            self._rests_until = self._clock() + REST_S
            return "unavailable"
        except OSError:
            return "unavailable"
        if answer.endswith("FOUND"):
            return "infected"
        return "clean" if answer.endswith("OK") else "unavailable"

    def _ask(self, data: bytes) -> str:
        deadline = self._clock() + self._seconds
        with self._connect() as link:
            self._send(link, b"zINSTREAM\0", deadline)
            for start in range(0, len(data), CHUNK):
                piece = data[start : start + CHUNK]
                self._send(link, struct.pack("!I", len(piece)) + piece, deadline)
            self._send(link, struct.pack("!I", 0), deadline)
            return self._whole_answer(link, deadline)

    def _connect(self) -> socket.socket:
        if self.address.startswith("/"):
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(self._seconds)
            link.connect(self.address)
            return link
        host, port = self.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)), timeout=self._seconds)

    def _send(self, link: socket.socket, piece: bytes, deadline: float) -> None:
        link.settimeout(self._left(deadline))
        link.sendall(piece)

    def _whole_answer(self, link: socket.socket, deadline: float) -> str:
        """Up to its closing NUL; clamd may send it in pieces."""
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < ANSWER_MAX:
            link.settimeout(self._left(deadline))
            piece = link.recv(4096)
            if not piece:
                break
            answer += piece
        return answer.rstrip(b"\0").decode(errors="replace")

    def _left(self, deadline: float) -> float:
        left = deadline - self._clock()
        if left <= 0:
            raise TimeoutError
        return left
