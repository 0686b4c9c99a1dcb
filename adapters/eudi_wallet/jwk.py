"""Keys on P-256 as JSON (RFC 7517, RFC 7518 §6.2); only what makes the point is read."""

import hashlib
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.encoding import b64url, compact_json, from_b64url
from stadttor.identity.ports import NotProven

SIZE = 32


def public_key(jwk: Any) -> ec.EllipticCurvePublicKey:
    """The key of a holder. Refuses other curves, points beside the curve, and a private key given away."""
    if not isinstance(jwk, dict) or jwk.get("kty") != "EC" or jwk.get("crv") != "P-256":
        raise NotProven("jwk_kind")
    if "d" in jwk:
        raise NotProven("jwk_private")
    x, y = jwk.get("x"), jwk.get("y")
    if not isinstance(x, str) or not isinstance(y, str):
        raise NotProven("jwk_point")
    return point(from_b64url(x), from_b64url(y))


def point(x: object, y: object) -> ec.EllipticCurvePublicKey:
    """The key of this point; each coordinate 32 bytes."""
    if not isinstance(x, bytes) or not isinstance(y, bytes) or len(x) != SIZE or len(y) != SIZE:
        raise NotProven("key_point")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + x + y)
    except ValueError as error:
        raise NotProven("key_point") from error


def public_jwk(key: ec.EllipticCurvePublicKey) -> dict[str, str]:
    """Its JSON, with the required members alone."""
    numbers = key.public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": b64url(numbers.x.to_bytes(SIZE)), "y": b64url(numbers.y.to_bytes(SIZE))}


def thumbprint(jwk: dict[str, Any]) -> bytes:
    """The SHA-256 of the required members in their order (RFC 7638 §3)."""
    return hashlib.sha256(compact_json({name: jwk[name] for name in ("crv", "kty", "x", "y")})).digest()
