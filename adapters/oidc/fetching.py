"""Asking a provider over TLS: from the hosts the operator named, bounded in time and size, no redirection followed."""

import http.client
import socket
import ssl
import threading
from base64 import b64encode
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from adapters.oidc.reading import read_object
from stadttor.identity.ports import NotBelieved

SIZE_MAX = 256 * 1024
SECONDS = 8.0


class Web:
    """Gets and posts. Hosts are `host` or `host:port`: an organiser's choice must not send us into other networks."""

    def __init__(self, hosts: Collection[str], *, seconds: float = SECONDS) -> None:
        self._hosts, self._seconds = frozenset(hosts), seconds

    def get(self, address: str) -> dict[str, Any]:
        """The object at this address."""
        return self._object(address, "GET", None, {})

    def post(self, address: str, form: Mapping[str, str], client: tuple[str, str]) -> dict[str, Any]:
        """What the provider answers to this form, sent as the client of this id and secret (RFC 6749 §2.3.1)."""
        named = b64encode(":".join(quote(one, safe="") for one in client).encode()).decode() if client[1] else ""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._object(
            address, "POST", urlencode(form), headers | ({"Authorization": f"Basic {named}"} if named else {})
        )

    def _object(self, address: str, method: str, body: str | None, headers: Mapping[str, str]) -> dict[str, Any]:
        try:
            return read_object(self._asked(address, method, body, headers), "answer")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotBelieved("unreachable") from error

    def _asked(self, address: str, method: str, body: str | None, headers: Mapping[str, str]) -> bytes:
        parts = urlsplit(address)
        if parts.scheme != "https" or parts.netloc not in self._hosts:
            raise NotBelieved("host")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        context = ssl.create_default_context()
        link = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=self._seconds, context=context)
        link.connect()
        # The timeout of a socket is that of each piece; this ends the whole.
        ending = threading.Timer(self._seconds, _hang_up, [link.sock])
        ending.daemon = True
        ending.start()
        try:
            link.request(method, path, body, {"Accept": "application/json", **headers})
            return _whole(link.getresponse())
        finally:
            ending.cancel()
            link.close()


def _whole(answer: http.client.HTTPResponse) -> bytes:
    if answer.status != 200:
        raise NotBelieved("status")
    data = answer.read(SIZE_MAX + 1)
    if len(data) > SIZE_MAX:
        raise NotBelieved("size")
    return data


def _hang_up(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
