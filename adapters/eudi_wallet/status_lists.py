"""Status lists fetched from their issuers, and kept as long as these say."""

import http.client
import ssl
import threading
import time
from collections.abc import Callable, Collection
from datetime import datetime
from urllib.parse import urlsplit

from adapters.eudi_wallet.credential import Credential
from adapters.eudi_wallet.status_list import StatusList, must_be_valid, read_status_token
from adapters.eudi_wallet.x509_path import Anchors
from stadttor.identity.ports import NotProven

SIZE_MAX = 4 * 1024 * 1024
SECONDS = 5.0
# An issuer may ask for more, but whoever was revoked must not be let in for long.
TTL_MAX = 300
KEPT = 16
MEDIA_TYPE = "application/statuslist+jwt"

Fetch = Callable[[str], str]
Own = Callable[[str], str | None]
"""A list of this installation itself, None for any other address."""


class StatusLists:
    """Asks for the status of credentials; whatever cannot be asked is not proven."""

    def __init__(self, fetch: Fetch, own: Own = lambda uri: None) -> None:
        self._fetch, self._own = fetch, own
        self._kept: dict[tuple[str, str], StatusList] = {}
        self._lock = threading.Lock()

    def must_be_valid(self, credential: Credential, anchors: Anchors, now: datetime) -> None:
        """Refuses a credential whose issuer took it back. One without a status ends by its own date alone."""
        if credential.status is not None:
            must_be_valid(self._list(credential.status.uri, credential.type, anchors, now), credential.status)

    def _list(self, uri: str, type_: str, anchors: Anchors, now: datetime) -> StatusList:
        if (token := self._own(uri)) is not None:
            # As it is now: our own lists are never kept, so that what was revoked is refused at once.
            return read_status_token(token, uri, type_, anchors, now, TTL_MAX)
        with self._lock:
            known = self._kept.get((uri, type_))
        if known is not None and known.fresh_until > now.timestamp():
            return known
        found = read_status_token(self._fetch(uri), uri, type_, anchors, now, TTL_MAX)
        with self._lock:
            self._kept.pop((uri, type_), None)
            self._kept[(uri, type_)] = found
            while len(self._kept) > KEPT:
                self._kept.pop(next(iter(self._kept)))
        return found


class FetchFrom:
    """Fetches over TLS from the named hosts (`host` or `host:port`) only, so that no credential sends us anywhere else."""

    def __init__(self, hosts: Collection[str], *, seconds: float = SECONDS) -> None:
        self._hosts, self._seconds = frozenset(hosts), seconds

    def __call__(self, uri: str) -> str:
        """The text at this address; a redirection is not followed."""
        try:
            parts = urlsplit(uri)
            if parts.scheme != "https" or parts.netloc not in self._hosts:
                raise NotProven("status_list_host")
            return self._get(parts.hostname or "", parts.port, parts.path + (f"?{parts.query}" if parts.query else ""))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotProven("status_list_unreachable") from error

    def _get(self, host: str, port: int | None, path: str) -> str:
        deadline = time.monotonic() + self._seconds
        link = http.client.HTTPSConnection(host, port, timeout=self._seconds, context=ssl.create_default_context())
        try:
            link.request("GET", path or "/", headers={"Accept": MEDIA_TYPE})
            answer = link.getresponse()
            if answer.status != 200 or answer.headers.get_content_type() != MEDIA_TYPE:
                raise NotProven("status_list_unreachable")
            return self._whole(answer, deadline)
        finally:
            link.close()

    def _whole(self, answer: http.client.HTTPResponse, deadline: float) -> str:
        data = b""
        while piece := answer.read1(64 * 1024):
            data += piece
            if len(data) > SIZE_MAX or time.monotonic() > deadline:
                raise NotProven("status_list_size")
        return data.decode("ascii").strip()
