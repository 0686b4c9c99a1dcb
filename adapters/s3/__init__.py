"""Encrypted files in a bucket of any S3-compatible store (SeaweedFS, Ceph, MinIO, Garage, AWS …).

Asked by plain HTTP over TLS, signed by ourselves (`signing`): a client library would weigh more than all of the web
process may. An object is written by one PUT, so it is whole or not there, and never changed.
"""

import hashlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlsplit
from uuid import UUID

from adapters.s3.link import BOUNDS, Answer, Bounds, Link, TookTooLong
from adapters.s3.signing import Credentials, Request, signed
from stadttor.ground.ports import BlobGone, StoreAway, key_of

REST_S = 10.0
"""So long a store that let its time pass is left alone: whoever sends a file then hears of it at once."""
PAGE = 1_000
TELLS_MOST = 64 * 1024
LIST_MOST = 4 * 1024 * 1024
CODE = re.compile(rb"<Code>([A-Za-z0-9.]{1,60})</Code>")
NAME = re.compile(r"([0-9a-f]{32})")
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@dataclass(frozen=True)
class Place:
    """The bucket's `address`, `https://host/bucket` or `https://bucket.host`; plain HTTP only on this machine."""

    address: str
    who: Credentials

    def __post_init__(self) -> None:
        parts = urlsplit(self.address)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise ValueError("the object store needs an address with https://")
        if not parts.hostname or parts.query or parts.fragment or parts.username:
            raise ValueError("the object store's address is https://host/bucket and nothing more")
        if not self.who.key_id or not self.who.secret:
            raise ValueError("the object store needs a key and its secret")


def place_from(environment: Mapping[str, str]) -> Place | None:
    """What the operator set; None where files lie on a disk. Raises ValueError in words, without the secret."""
    address = environment.get("STADTTOR_S3_URL", "")
    if not address:
        return None
    key, secret = environment.get("STADTTOR_S3_KEY", ""), environment.get("STADTTOR_S3_SECRET", "")
    return Place(address, Credentials(key, secret, environment.get("STADTTOR_S3_REGION") or "us-east-1"))


def _utc_now() -> datetime:
    return datetime.now(UTC)


class S3:
    """Implements `stadttor.ground.ports.BlobStore`. One for the process; threads may share it."""

    def __init__(
        self,
        place: Place,
        *,
        bounds: Bounds = BOUNDS,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        parts = urlsplit(place.address)
        self._link = Link(parts.scheme, parts.netloc, bounds)
        self._host, self._path, self._who = parts.netloc, quote(parts.path.rstrip("/")), place.who
        self._clock, self._now, self._rests_until = clock, now, 0.0

    def put(self, authority_id: UUID, blob_id: UUID, sealed: bytes) -> None:
        _well(self._asked("PUT", key_of(authority_id, blob_id), body=sealed))

    def get(self, authority_id: UUID, blob_id: UUID, at_most: int) -> bytes:
        answer = self._asked("GET", key_of(authority_id, blob_id), most=max(at_most + 1, TELLS_MOST))
        if answer.status == 404 and _code(answer) == "NoSuchKey":
            raise BlobGone
        return _well(answer).data[: at_most + 1]

    def remove(self, authority_id: UUID, blob_id: UUID) -> None:
        answer = self._asked("DELETE", key_of(authority_id, blob_id))
        if not (answer.status == 204 or (answer.status == 404 and _code(answer) == "NoSuchKey")):
            _well(answer)

    def old(self, authority_id: UUID, before: datetime) -> Iterator[UUID]:
        from adapters.s3.listing import read_page

        asked = {"list-type": "2", "prefix": f"{authority_id}/", "max-keys": str(PAGE)}
        while True:
            page = read_page(_well(self._asked("GET", "", query=asked, most=LIST_MOST)).data)
            for key, put_at in page.objects:
                if (found := NAME.fullmatch(key.rpartition("/")[2])) and put_at < before:
                    blob_id = UUID(found[1])
                    if key == key_of(authority_id, blob_id):
                        yield blob_id
            if page.next in (None, asked.get("continuation-token")):
                return
            asked["continuation-token"] = page.next

    def drop_halves(self, authority_id: UUID, before: datetime) -> int:
        """None: a PUT is whole or not there, and nothing is sent in parts."""
        return 0

    def _asked(
        self,
        method: str,
        key: str,
        *,
        query: Mapping[str, str] | None = None,
        body: bytes = b"",
        most: int = TELLS_MOST,
    ) -> Answer:
        if self._clock() < self._rests_until:
            raise StoreAway("rests after it took too long")
        path = f"{self._path}/{key}"
        request = Request(method, path, query or {}, {"host": self._host}, hashlib.sha256(body).hexdigest())
        target = path + (f"?{request.query_string()}" if query else "")
        try:
            return self._link.ask(method, target, signed(request, self._who, self._now()), body, most)
        except TookTooLong as error:
            self._rests_until = self._clock() + REST_S
            raise StoreAway("took too long") from error
        except OSError as error:
            raise StoreAway(type(error).__name__) from error


def _well(answer: Answer) -> Answer:
    """Anything but a plain yes is no: a redirection, a refusal, a store that is full."""
    if answer.status != 200:
        raise StoreAway(f"{answer.status} {_code(answer)}".strip())
    return answer


def _code(answer: Answer) -> str:
    found = CODE.search(answer.data[:TELLS_MOST])
    return found[1].decode() if found else ""
