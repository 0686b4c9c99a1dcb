"""Virus scanner ClamAV: asks clamd by INSTREAM (clamd(8))."""

import socket
import struct
from typing import Literal

CHUNK = 64 * 1024
SECONDS = 15.0
ANSWER_MAX = 4096


class Clamd:
    """A clamd at `host:port`, or at the path of a Unix socket. Implements `stadttor.forms.ports.Scanner`."""

    def __init__(self, address: str):
        self.address = address

    def scan(self, data: bytes) -> Literal["clean", "infected", "unavailable"]:
        """The verdict; `unavailable` when clamd is away, slow or answers anything else."""
        try:
            answer = self._ask(data)
        except OSError:
            return "unavailable"
        if answer.endswith("FOUND"):
            return "infected"
        return "clean" if answer.endswith("OK") else "unavailable"

    def _ask(self, data: bytes) -> str:
        with self._connect() as link:
            link.sendall(b"zINSTREAM\0")
            for start in range(0, len(data), CHUNK):
                piece = data[start : start + CHUNK]
                link.sendall(struct.pack("!I", len(piece)) + piece)
            link.sendall(struct.pack("!I", 0))
            return _whole_answer(link)

    def _connect(self) -> socket.socket:
        if self.address.startswith("/"):
            link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            link.settimeout(SECONDS)
            link.connect(self.address)
            return link
        host, port = self.address.rsplit(":", 1)
        return socket.create_connection((host, int(port)), timeout=SECONDS)


def _whole_answer(link: socket.socket) -> str:
    """Up to its closing NUL; clamd may send it in pieces."""
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_MAX and (piece := link.recv(4096)):
        answer += piece
    return answer.rstrip(b"\0").decode(errors="replace")
