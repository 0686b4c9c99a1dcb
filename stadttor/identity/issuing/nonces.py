"""Nonces for proofs (OpenID4VCI 1.0 §7): anybody may ask for one, so none is stored. Each says until when it counts, and only
we can make one; that it counts once is seen when it is used.
"""

import hmac
import secrets
from base64 import b64decode, urlsafe_b64encode
from binascii import Error
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from stadttor.ground.keys import derived

PURPOSE = "credential nonce"
LASTS = timedelta(minutes=5)
RANDOM, TIME = 16, 8


def new_nonce(authority_id: UUID, now: datetime) -> str:
    """Counts for five minutes, at this authority."""
    said = secrets.token_bytes(RANDOM) + int((now + LASTS).timestamp()).to_bytes(TIME)
    return _written(said + _sealed(authority_id, said))


def is_fresh(authority_id: UUID, nonce: str, now: datetime) -> bool:
    """Whether it is one of ours, spelled as we did, and still counts: under another spelling it would count once more."""
    try:
        data = b64decode(nonce + "=" * (-len(nonce) % 4), altchars=b"-_", validate=True)
    except (Error, ValueError):
        return False
    said, sealed = data[: RANDOM + TIME], data[RANDOM + TIME :]
    if (
        _written(data) != nonce
        or len(said) != RANDOM + TIME
        or not hmac.compare_digest(sealed, _sealed(authority_id, said))
    ):
        return False
    return now.timestamp() < int.from_bytes(said[RANDOM:])


def _written(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _sealed(authority_id: UUID, said: bytes) -> bytes:
    return hmac.digest(derived(authority_id, PURPOSE), said, sha256)
