"""Asking other installations for their catalogue: over TLS, at public addresses, bounded in size and time.

An address that somebody named must not send us into our own network: every address of the host is looked at before, and
the one that was looked at is asked (DNS rebinding). No redirection is followed, no compression understood.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import urlsplit

from stadttor.catalog.ports import CatalogueRefused
from stadttor.core.network import is_public, may_be_asked

SECONDS = 120.0
CONNECT_S = 10.0
PIECE = 64 * 1024


class OtherCatalogues:
    """Implements `stadttor.catalog.ports.Fetching`.

    `inside` are hosts (`host` or `host:port`) that the operator named although they lie in networks of his own. `trying`: the demo and
    tests, where all runs on one machine without TLS.
    """

    def __init__(self, inside: Collection[str] = (), *, trying: bool = False, seconds: float = SECONDS) -> None:
        self._inside, self._trying, self._seconds = frozenset(inside), trying, seconds

    def get(self, address: str, *, most: int) -> bytes:
        parts = urlsplit(address)
        if parts.scheme != "https" and not (self._trying and parts.scheme == "http"):
            raise CatalogueRefused("host")
        anywhere = self._trying or parts.netloc in self._inside
        link = _Link(parts.hostname or "", parts.port, tls=parts.scheme == "https", anywhere=anywhere)
        ending = threading.Timer(self._seconds, link.hang_up)
        ending.daemon = True
        ending.start()
        try:
            return _asked(link, parts.path, most)
        except ssl.SSLCertVerificationError as error:
            raise CatalogueRefused("certificate") from error
        except TimeoutError as error:
            raise CatalogueRefused("slow") from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            code = "slow" if link.is_late else "broken_off" if link.opened else "away"
            raise CatalogueRefused(code) from error
        finally:
            ending.cancel()
            link.close()


def _asked(link: "_Link", path: str, most: int) -> bytes:
    link.connect()
    link.request("GET", path, headers={"Accept-Encoding": "identity", "User-Agent": "Stadttor"})
    with link.getresponse() as answer:
        if 300 <= answer.status < 400:
            raise CatalogueRefused("redirect")
        if answer.status != 200 or answer.headers.get("Content-Encoding", "identity") != "identity":
            raise CatalogueRefused("status", str(answer.status))
        announced = answer.length
        if announced is not None and announced > most:
            raise CatalogueRefused("too_large")
        data = _whole(answer, most)
    if link.is_late:
        raise CatalogueRefused("slow")
    # `read` of a number of bytes does not notice by itself that fewer came than were announced.
    if announced is not None and len(data) < announced:
        raise CatalogueRefused("broken_off")
    return data


def _whole(answer: http.client.HTTPResponse, most: int) -> bytes:
    data = bytearray()
    while piece := answer.read(min(PIECE, most + 1 - len(data))):
        data += piece
        if len(data) > most:
            raise CatalogueRefused("too_large")
    return bytes(data)


class _Link(http.client.HTTPConnection):
    """To the address that was looked at, and no other; the certificate is still that of the name."""

    def __init__(self, host: str, port: int | None, *, tls: bool, anywhere: bool) -> None:
        super().__init__(host, port or (443 if tls else 80), timeout=CONNECT_S)
        self._context = ssl.create_default_context() if tls else None
        self._anywhere, self.is_late = anywhere, False
        # `sock` is forgotten as soon as an answer begins that ends with the connection.
        self.opened: socket.socket | None = None

    def connect(self) -> None:
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        for one in addresses:
            found = ipaddress.ip_address(str(one[4][0]).partition("%")[0])
            if not (may_be_asked(found) if self._anywhere else is_public(found)):
                raise CatalogueRefused("host")
        sock = socket.create_connection((str(addresses[0][4][0]), self.port), timeout=self.timeout)
        if self._context is not None:
            # The handshake comes after: what hangs up in time must know the socket already.
            sock = self._context.wrap_socket(sock, server_hostname=self.host, do_handshake_on_connect=False)
        self.sock = self.opened = sock
        if self.is_late:
            raise TimeoutError("the time was over before anybody answered")
        if isinstance(sock, ssl.SSLSocket):
            sock.do_handshake()

    def hang_up(self) -> None:
        """The timeout of a socket is that of each piece; this ends the whole."""
        self.is_late = True
        if self.opened is not None:
            with suppress(OSError):
                self.opened.shutdown(socket.SHUT_RDWR)
