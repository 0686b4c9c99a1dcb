"""A proxy before a dependency that does to it what networks do: refuse, hang, cut after some bytes, trickle."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PIECE = 65_536


@dataclass(frozen=True)
class Fault:
    """`kind`: through, refuse, hang, cut (after `size` bytes of answer), slow (a byte of answer each `pause` seconds) or
    silent (half open: links stay, and nothing comes through any more)."""

    kind: str
    size: int = 0
    pause: float = 0.0


THROUGH = Fault("through")


class Proxy:
    """Listens at `place` (a path, or any port of this machine) before `target` (the same)."""

    def __init__(self, target: Path | int, place: Path | None = None) -> None:
        self._target, self._place, self.port = target, place, 0
        self._fault, self._lock = THROUGH, threading.Lock()
        self._listener: socket.socket | None = None
        self._links: set[socket.socket] = set()
        self._listen()

    def set(self, fault: Fault) -> None:
        """From here on; what was connected before is cut, as it would be, unless the line only falls silent."""
        self._fault = fault
        if fault.kind != "silent":
            self._cut()
        if fault.kind == "refuse":
            self._deafen()
        elif self._listener is None:
            self._listen()

    def close(self) -> None:
        """For good."""
        self._deafen()
        self._cut()

    def _listen(self) -> None:
        if self._place:
            self._place.unlink(missing_ok=True)
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(str(self._place))
            self._place.chmod(0o777)
        else:
            listener = socket.socket()
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", self.port))
            self.port = listener.getsockname()[1]
        listener.listen()
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _deafen(self) -> None:
        if self._listener:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _cut(self) -> None:
        with self._lock:
            links, self._links = self._links, set()
        for link in links:
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                link, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._links.add(link)
            if self._fault.kind not in ("hang", "silent"):
                threading.Thread(target=self._join, args=(link, self._fault), daemon=True).start()

    def _join(self, link: socket.socket, fault: Fault) -> None:
        with contextlib.suppress(OSError), link, self._reached() as other:
            with self._lock:
                self._links.add(other)
            threading.Thread(target=self._carry, args=(link, other, THROUGH), daemon=True).start()
            self._carry(other, link, fault)

    def _reached(self) -> socket.socket:
        if isinstance(self._target, Path):
            other = socket.socket(socket.AF_UNIX)
            other.connect(str(self._target))
            return other
        return socket.create_connection(("127.0.0.1", self._target), timeout=60)

    def _carry(self, source: socket.socket, to: socket.socket, fault: Fault) -> None:
        """Until one side ends, or the fault does; then both are ended."""
        left = fault.size if fault.kind == "cut" else None
        with contextlib.suppress(OSError):
            while piece := source.recv(PIECE):
                if self._fault.kind == "silent":
                    continue
                for part in _parts(piece, fault):
                    to.sendall(part if left is None else part[:left])
                if left is not None and (left := left - len(piece)) <= 0:
                    break
        for link in (source, to):
            with contextlib.suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)


def _parts(piece: bytes, fault: Fault) -> Iterator[bytes]:
    if fault.kind != "slow":
        yield piece
        return
    for place in range(len(piece)):
        time.sleep(fault.pause)
        yield piece[place : place + 1]
