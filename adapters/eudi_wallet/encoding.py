"""Texts and bytes as the protocols write them, read so strictly that each has one reading only."""

import base64
import binascii
import json
import math
from typing import Any, NoReturn

from stadttor.identity.ports import NotProven

DEPTH_MAX = 24


def b64url(data: bytes) -> str:
    """Base64url without padding (RFC 7515 §2)."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64url(text: str) -> bytes:
    """The bytes. Refuses padding, other letters and every second spelling of the same bytes."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotProven("base64url") from error
    if b64url(data) != text:
        raise NotProven("base64url_not_canonical")
    return data


def from_b64(text: object) -> bytes:
    """Standard base64 with padding, as in x5c (RFC 7515 §4.1.6)."""
    if not isinstance(text, str):
        raise NotProven("base64")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotProven("base64") from error


def read_json(data: bytes | str) -> Any:
    """JSON in which no name stands twice (RFC 8725 §2.4), no number is infinite and nothing is nested without end."""
    try:
        text = data.decode() if isinstance(data, bytes) else data
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError) as error:
        raise NotProven("json") from error
    _must_be_flat(value, DEPTH_MAX)
    return value


def read_object(data: bytes | str) -> dict[str, Any]:
    """The same where an object is due."""
    value = read_json(data)
    if not isinstance(value, dict):
        raise NotProven("json_no_object")
    return value


def compact_json(value: object) -> bytes:
    """Without blanks, letters as they are."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotProven("json_name_twice")
    return found


def _no_constant(name: str) -> NoReturn:
    raise NotProven("json_constant")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotProven("json_infinite")
    return value


def _must_be_flat(value: Any, left: int) -> None:
    if left < 0:
        raise NotProven("json_depth")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            _must_be_flat(one, left - 1)
