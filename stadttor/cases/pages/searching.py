"""What somebody looks for is a name, and no name stands in an address: there it is sealed.

The token opens for the colleague who searched, at her authority, for half a day; anybody else who finds the address (in
a log, a history, over a shoulder) reads nothing. Nothing is stored: reload, pages, order and export carry the token.
"""

import os
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from stadttor.ground import keys
from stadttor.identity.queries import Staff

LASTS = timedelta(hours=12)
LONGEST = 2_000
_NONCE = 12
_UNTIL = struct.Struct("!Q")
# Tokens of short searches are equally long, so that an address does not tell how long the name was.
_BLOCK = 48


def sealed(staff: Staff, text: str, now: datetime) -> str:
    """The token of a search; empty for none."""
    if not text:
        return ""
    plain = _UNTIL.pack(int((now + LASTS).timestamp())) + text.encode()
    plain += b"\0" * (-len(plain) % _BLOCK)
    nonce = os.urandom(_NONCE)
    return urlsafe_b64encode(nonce + _cipher(staff).encrypt(nonce, plain, staff.id.bytes)).decode().rstrip("=")


def opened(staff: Staff, token: str, now: datetime) -> str | None:
    """What was searched; None when the search has ended, or is not hers."""
    if not token:
        return ""
    try:
        raw = urlsafe_b64decode(token[:LONGEST] + "=" * (-len(token) % 4))
        plain = _cipher(staff).decrypt(raw[:_NONCE], raw[_NONCE:], staff.id.bytes)
    except (ValueError, InvalidTag):
        return None
    (until,) = _UNTIL.unpack_from(plain)
    return plain[_UNTIL.size :].rstrip(b"\0").decode() if now.timestamp() < until else None


def _cipher(staff: Staff) -> AESGCM:
    return AESGCM(keys.derived(staff.authority_id, "searches"))
