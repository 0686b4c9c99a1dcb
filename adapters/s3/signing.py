"""AWS Signature Version 4 for S3, as every S3-compatible store checks it: a keyed hash over all of a request.

https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

ALGORITHM = "AWS4-HMAC-SHA256"


@dataclass(frozen=True)
class Credentials:
    """Who asks: key id and secret (K4) as the store gave them, and the name the store gives to its region."""

    key_id: str
    secret: str
    region: str


@dataclass(frozen=True)
class Request:
    """What is signed: `path` as it is sent (quoted), `query` plain, `payload` the SHA-256 of the body in hex."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    payload: str

    def query_string(self) -> str:
        """Sorted and quoted: what is sent is what was signed."""
        return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in sorted(self.query.items()))


def signed(request: Request, who: Credentials, at: datetime) -> dict[str, str]:
    """The headers to send: those of the request, the time, the hash of the body, the signature over all of them."""
    moment = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    headers = {name.lower(): value for name, value in request.headers.items()}
    headers |= {"x-amz-content-sha256": request.payload, "x-amz-date": moment}
    scope = f"{moment[:8]}/{who.region}/s3/aws4_request"
    to_sign = "\n".join([ALGORITHM, moment, scope, _hash(_canonical(request, headers))])
    signature = hmac.digest(_key(who, scope), to_sign.encode(), "sha256").hex()
    told = f"Credential={who.key_id}/{scope},SignedHeaders={_names(headers)},Signature={signature}"
    return headers | {"authorization": f"{ALGORITHM} {told}"}


def _canonical(request: Request, headers: Mapping[str, str]) -> str:
    lines = [f"{name}:{' '.join(value.split())}\n" for name, value in sorted(headers.items())]
    parts = [request.method, request.path, request.query_string(), "".join(lines), _names(headers), request.payload]
    return "\n".join(parts)


def _names(headers: Mapping[str, str]) -> str:
    return ";".join(sorted(headers))


def _key(who: Credentials, scope: str) -> bytes:
    """A key for this day, region and service alone."""
    key = f"AWS4{who.secret}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
