"""Hand-over by HTTP: one POST of the file, under a key by which the target knows what it has already. With proofs it is one
POST of `multipart/form-data` (RFC 7578): `manifest`, `file`, each `proof`; all of it taken, or nothing.

`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header) is the id of the hand-over, `Content-Digest` (RFC 9530) its
hash. Over TLS, to hosts the operator named; no redirection is followed.
"""

import hashlib
import http.client
import ipaddress
import json
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Collection
from contextlib import suppress
from urllib.parse import urlsplit

from stadttor.core.network import may_be_asked
from stadttor.exchange.ports import Parcel, Piece, Place, TargetAway, TargetRefuses

SECONDS = 30.0
CONNECT_S = 10.0
LONGEST_ANSWER = 200
# Answers after which the same again may be taken: too early, too many, being worked on under this key, out of order.
AGAIN = frozenset({401, 403, 404, 407, 408, 409, 421, 423, 425, 429})


class HttpApi:
    """Implements `stadttor.exchange.ports.Way`. `hosts` are `host` or `host:port`; those of `plain` are asked without TLS (tests)."""

    def __init__(self, hosts: Collection[str], *, seconds: float = SECONDS, plain: Collection[str] = ()) -> None:
        self._hosts, self._seconds, self._plain = frozenset(hosts), seconds, frozenset(plain)

    def allows(self, place: str) -> bool:
        """Whether the operator named the host."""
        return urlsplit(place).netloc in self._hosts

    def deliver(self, place: Place, parcel: Parcel) -> str:
        boundary = f"stadttor-{parcel.id.hex}"
        body = _together(parcel, boundary) if parcel.along else parcel.data
        digest = b64encode(hashlib.sha256(body).digest()).decode()
        kind = f"multipart/form-data; boundary={boundary}" if parcel.along else parcel.media_type
        headers = {
            "Content-Type": kind,
            "Content-Disposition": f'attachment; filename="{parcel.name}"',
            "Content-Digest": f"sha-256=:{digest}:",
            "Idempotency-Key": f'"{parcel.id}"',
        }
        status, said = self._asked(place, "POST", body, headers)
        if 200 <= status < 300:
            return f"{status} {_readable(said)}".strip()
        if status in AGAIN or status >= 500 or status < 400:
            raise TargetAway("login" if status in (401, 403) else f"status_{status}")
        raise TargetRefuses(f"status_{status}")

    def forget(self, place: Place, parcel: Parcel) -> None:
        """Nothing is kept there for us."""

    def look(self, place: Place) -> None:
        """Any answer but "you may not" shows that the way is open: not every target has something to look at."""
        status, _said = self._asked(place, "OPTIONS", None, {})
        if status in (401, 403) or status >= 500 or 300 <= status < 400:
            raise TargetAway("login" if status in (401, 403) else f"status_{status}")

    def _asked(self, place: Place, method: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(place.place)
        if not self.allows(place.place) or (parts.scheme != "https" and parts.netloc not in self._plain):
            raise TargetAway("host")
        try:
            return self._answer(place, method, body, headers)
        except ssl.SSLCertVerificationError as error:
            raise TargetAway("certificate") from error
        except TimeoutError as error:
            raise TargetAway("slow") from error
        except (ConnectionError, http.client.HTTPException) as error:
            raise TargetAway("broken_off") from error
        except OSError as error:
            raise TargetAway("unreachable") from error
        except ValueError as error:
            # A secret that does not fit into a header: it was kept before its form was looked at.
            raise TargetAway("login") from error

    def _answer(self, place: Place, method: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        parts = urlsplit(place.place)
        link = _Link(parts.hostname or "", parts.port, parts.scheme == "https")
        link.connect()
        # The timeout of a socket is that of each piece; this ends the whole.
        ending = threading.Timer(self._seconds, _hang_up, [link.sock])
        ending.daemon = True
        ending.start()
        try:
            link.request(method, parts.path or "/", body, {**_access(place), **headers})
            with link.getresponse() as answer:
                return answer.status, answer.read(LONGEST_ANSWER * 4)
        finally:
            ending.cancel()
            link.close()


def _together(parcel: Parcel, boundary: str) -> bytes:
    """The same bytes whenever it is made again. Names are ours: letters, digits, dots, hyphens."""
    file = Piece(parcel.id, parcel.name, parcel.media_type, parcel.data)
    named = [("manifest", parcel.manifest), ("file", file), *(("proof", one) for one in parcel.along)]
    body = b""
    for name, one in named:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{one.name}"\r\n'
            f"Content-Type: {one.media_type}\r\n\r\n"
        )
        body += head.encode() + one.data + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


class _Link(http.client.HTTPConnection):
    """To the address that was looked at, and no other; the certificate is still that of the name."""

    def __init__(self, host: str, port: int | None, tls: bool) -> None:
        super().__init__(host, port or (443 if tls else 80), timeout=CONNECT_S)
        self._context = ssl.create_default_context() if tls else None

    def connect(self) -> None:
        addresses = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        if not all(may_be_asked(ipaddress.ip_address(str(one[4][0]))) for one in addresses):
            raise TargetAway("host")
        self.sock = socket.create_connection((str(addresses[0][4][0]), self.port), timeout=self.timeout)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)


def _access(place: Place) -> dict[str, str]:
    """A name with its password (RFC 7617), or a token alone (RFC 6750)."""
    if not place.secret:
        return {}
    if place.username:
        pair = b64encode(f"{place.username}:{place.secret}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}
    return {"Authorization": f"Bearer {place.secret}"}


def _readable(said: bytes) -> str:
    """The target's own number if it gives one as JSON, else the first line of its words."""
    text = said.decode(errors="replace")
    with suppress(ValueError):
        found = json.loads(text)
        if isinstance(found, dict):
            text = str(found.get("id") or found.get("receipt") or "")
    line = text.strip().split("\n")[0]
    return "".join(one for one in line if one.isprintable())[:LONGEST_ANSWER]


def _hang_up(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
