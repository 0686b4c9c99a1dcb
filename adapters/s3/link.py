"""One request, one answer, over a connection of its own: bounded in time, each piece and the whole, and in size."""

import http.client
import io
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property


class TookTooLong(OSError):
    """A time limit passed."""


@dataclass(frozen=True)
class Bounds:
    """Seconds: until the connection stands, between two pieces, in all; and `pace`, bytes that give the whole one more."""

    connect: float = 3.0
    silent: float = 5.0
    whole: float = 8.0
    pace: int = 2_000_000


BOUNDS = Bounds()
PIECE = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What came back: at most as many bytes as were asked for."""

    status: int
    data: bytes


class Link:
    """To `host`, which is `name` or `name:port`."""

    def __init__(self, scheme: str, host: str, bounds: Bounds) -> None:
        self._scheme, self._host, self._bounds = scheme, host, bounds

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes, most: int) -> Answer:
        """Raises TookTooLong, and any other OSError when the connection does not stand or breaks."""
        link = self._new()
        ending: _Ending | None = None
        whole = self._bounds.whole + max(len(body), most) / self._bounds.pace
        try:
            link.connect()
            ending = _Ending(link.sock, whole)
            link.sock.settimeout(self._bounds.silent)
            # In pieces: a socket's timeout is that of one `sendall`, however much it sends.
            pieces = io.BytesIO(body) if body else None
            link.request(
                method, target, pieces, {**headers, "content-length": str(len(body))} if body else dict(headers)
            )
            # The last of it may still lie with us when it counts as sent: the answer has the time of the whole.
            if body:
                link.sock.settimeout(whole)
            with link.getresponse() as answer:
                return _whole(answer, most)
        except TimeoutError as error:
            raise TookTooLong from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            if ending and ending.came:
                raise TookTooLong from error
            raise ConnectionError(type(error).__name__) from error
        finally:
            if ending:
                ending.cancel()
            link.close()

    def _new(self) -> http.client.HTTPConnection:
        if self._scheme == "https":
            return http.client.HTTPSConnection(
                self._host, timeout=self._bounds.connect, context=self._tls, blocksize=PIECE
            )
        return http.client.HTTPConnection(self._host, timeout=self._bounds.connect, blocksize=PIECE)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """The authorities this machine trusts, or those of SSL_CERT_FILE."""
        return ssl.create_default_context()


class _Ending:
    """Hangs up when the whole has taken too long: the timeout of a socket is that of each piece."""

    def __init__(self, link: socket.socket, seconds: float) -> None:
        self.came, self._link = False, link
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        self._timer.cancel()

    def _hang_up(self) -> None:
        self.came = True
        with suppress(OSError):
            self._link.shutdown(socket.SHUT_RDWR)


def _whole(answer: http.client.HTTPResponse, most: int) -> Answer:
    """An answer that ends before it said is an error; one that is longer than wanted is cut."""
    data = answer.read(most)
    if answer.length and len(data) < most:
        raise http.client.IncompleteRead(data, answer.length)
    return Answer(answer.status, data)
