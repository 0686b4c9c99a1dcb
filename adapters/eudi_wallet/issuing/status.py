"""Our own status lists (Token Status List, draft 21): packed, and signed by whoever issued what is in them."""

import base64
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.encoding import b64url
from adapters.eudi_wallet.jws import sign_jws
from adapters.eudi_wallet.status_list import BITS
from adapters.eudi_wallet.x509_path import der

INVALID = 1
LASTS = timedelta(days=1)
TTL = timedelta(minutes=5)
PACKING = 6
"""Beyond it a list takes several times as long for hardly a byte less."""


def packed(size: int, bits: int, revoked: Iterable[int]) -> str:
    """A list of `size` entries in which these are invalid and all others valid (§4.1: lowest bits first).

    Raises ValueError for a number of bits that the specification does not have, IndexError for a place outside.
    """
    if bits not in BITS:
        raise ValueError(f"{bits} bits for each status")
    per_byte = 8 // bits
    data = bytearray(-(-size // per_byte))
    for place in revoked:
        if not 0 <= place < size:
            raise IndexError(place)
        data[place // per_byte] |= INVALID << (place % per_byte) * bits
    return b64url(zlib.compress(data, PACKING))


def signed(
    uri: str, bits: int, lst: str, chain: Sequence[x509.Certificate], key: ec.EllipticCurvePrivateKey, now: datetime
) -> str:
    """The token at this address (§5.1). `ttl` says for how long a verifier may believe it."""
    claims = {
        "sub": uri,
        "iat": int(now.timestamp()),
        "exp": int((now + LASTS).timestamp()),
        "ttl": int(TTL.total_seconds()),
        "status_list": {"bits": bits, "lst": lst},
    }
    x5c = [base64.b64encode(der(one)).decode() for one in chain]
    return sign_jws({"typ": "statuslist+jwt", "x5c": x5c}, claims, key)
