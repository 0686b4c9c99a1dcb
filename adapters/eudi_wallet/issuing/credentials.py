"""An SD-JWT VC as we write it (RFC 9901; SD-JWT VC draft 19; HAIP 1.0 §6.1): every claim of the person may be kept back.

Decoys hide how many claims there are, and times are rounded, so that two credentials of one batch say nothing of each other.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.credential import SD_JWT_VC
from adapters.eudi_wallet.encoding import b64url, compact_json
from adapters.eudi_wallet.jws import sign_jws
from adapters.eudi_wallet.sd_jwt import digest_of
from adapters.eudi_wallet.x509_path import der

SALT_BYTES = 16
DIGESTS = 16
"""How many digests a credential has at least, whatever it says."""


@dataclass(frozen=True)
class Content:
    """What is written. `open_claims` are seen by everybody it is shown to, `claims` only if the holder shows them."""

    type: str
    open_claims: Mapping[str, Any]
    claims: Mapping[str, Any]
    begins: datetime
    ends: datetime
    status_uri: str
    status_place: int


def signed(
    content: Content,
    holder: Mapping[str, str],
    chain: Sequence[x509.Certificate],
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
) -> str:
    """The credential for the holder of this key; `chain` leaf first, without the anchor."""
    disclosures = [_disclosure(name, value) for name, value in content.claims.items()]
    digests = [digest_of(one, "sha-256") for one in disclosures]
    digests += [b64url(secrets.token_bytes(32)) for _ in range(DIGESTS - len(digests))]
    payload = {
        **content.open_claims,
        "vct": content.type,
        "iat": _full_hour(now),
        "nbf": _seconds(content.begins),
        "exp": _seconds(content.ends),
        "cnf": {"jwk": dict(holder)},
        "status": {"status_list": {"idx": content.status_place, "uri": content.status_uri}},
        "_sd_alg": "sha-256",
        # In an order that says nothing (RFC 9901 §4.2.4.1).
        "_sd": sorted(digests),
    }
    x5c = [base64.b64encode(der(one)).decode() for one in chain]
    return "~".join([sign_jws({"typ": SD_JWT_VC, "x5c": x5c}, payload, key), *disclosures, ""])


def _disclosure(name: str, value: Any) -> str:
    return b64url(compact_json([b64url(secrets.token_bytes(SALT_BYTES)), name, value]))


def _full_hour(now: datetime) -> int:
    """The hour that has begun: the minute would tell which credentials came together."""
    return _seconds(now - timedelta(minutes=now.minute, seconds=now.second))


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
