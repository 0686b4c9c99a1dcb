"""Signed texts (JWS compact, RFC 7515) with the ECDSA algorithms of HAIP 1.0 §7, and nothing else.

No algorithm is taken from the message: the key decides, the header has to agree (RFC 8725 §3.1).
"""

from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm

from adapters.eudi_wallet.encoding import b64url, compact_json, from_b64url, read_object
from stadttor.identity.ports import NotProven

TEXT_MAX = 4 * 1024 * 1024
# By curve: name (RFC 7518 §3.4), hash, bytes of each half of the signature.
ALGORITHMS: dict[str, tuple[str, HashAlgorithm, int]] = {
    "secp256r1": ("ES256", SHA256(), 32),
    "secp384r1": ("ES384", SHA384(), 48),
    "secp521r1": ("ES512", SHA512(), 66),
}
NAMES = tuple(name for name, _hash, _size in ALGORITHMS.values())


@dataclass(frozen=True)
class Jws:
    """A signed text that was read, not yet verified."""

    header: dict[str, Any]
    payload: bytes
    signed: bytes
    signature: bytes

    def claims(self) -> dict[str, Any]:
        """The payload where it is a JSON object."""
        return read_object(self.payload)


def read_jws(compact: str, *, typ: str) -> Jws:
    """The parts, where the header is of this type and asks for nothing that is not understood here."""
    parts = compact.split(".")
    if len(compact) > TEXT_MAX or len(parts) != 3:
        raise NotProven("jws_form")
    header = read_object(from_b64url(parts[0]))
    if header.get("typ") != typ:
        raise NotProven("jws_typ")
    if "crit" in header or "b64" in header:
        raise NotProven("jws_critical_header")
    if header.get("alg") not in NAMES:
        raise NotProven("jws_alg")
    return Jws(header, from_b64url(parts[1]), f"{parts[0]}.{parts[1]}".encode(), from_b64url(parts[2]))


def must_be_signed_by(jws: Jws, key: ec.EllipticCurvePublicKey) -> None:
    """Refuses when the signature is not this key's."""
    name, hashing, size = ALGORITHMS.get(key.curve.name, ("", SHA256(), 0))
    if jws.header.get("alg") != name:
        raise NotProven("jws_alg")
    must_be_signature(key, jws.signature, jws.signed, hashing, size)


def must_be_signature(
    key: ec.EllipticCurvePublicKey, signature: bytes, signed: bytes, hashing: HashAlgorithm, size: int
) -> None:
    """Refuses when r || s, each of `size` bytes, does not sign these bytes. COSE writes signatures the same way."""
    if len(signature) != 2 * size:
        raise NotProven("signature")
    r, s = (int.from_bytes(half) for half in (signature[:size], signature[size:]))
    try:
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashing))
    except InvalidSignature as error:
        raise NotProven("signature") from error


def sign_jws(header: dict[str, Any], claims: dict[str, Any], key: ec.EllipticCurvePrivateKey) -> str:
    """The signed text; `alg` is that of the key."""
    name, hashing, size = ALGORITHMS[key.curve.name]
    signed = f"{b64url(compact_json({'alg': name, **header}))}.{b64url(compact_json(claims))}"
    r, s = decode_dss_signature(key.sign(signed.encode(), ec.ECDSA(hashing)))
    return f"{signed}.{b64url(r.to_bytes(size) + s.to_bytes(size))}"
