"""CBOR (RFC 8949) read strictly, and COSE (RFC 9052) as far as an mdoc needs it: signatures by one key on P-256."""

import io
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from adapters.eudi_wallet.jwk import point
from adapters.eudi_wallet.jws import must_be_signature
from stadttor.identity.ports import NotProven

ITEM = 24
"""The tag of bytes that are CBOR themselves (RFC 8949 §3.4.5.1)."""
FULL_DATE = 1004
"""The tag of a day as text (RFC 8943 §2.2)."""
DEPTH_MAX = 24
# ES256 (RFC 9053 §2.1), ESP256 (RFC 9864 §2.1).
ALGORITHMS = (-7, -9)
HALF = 32
KTY, EC2, CRV, P_256, X, Y = 1, 2, -1, 1, -2, -3


def read_cbor(data: bytes) -> Any:
    """One value and nothing behind it; of definite lengths, no name twice in a map.

    A day (tag 1004) stays the text that it is: of a birthday only the year may be known (`1964-00-00`).
    """
    stream = io.BytesIO(data)
    try:
        value = cbor2.load(
            stream, max_depth=DEPTH_MAX, allow_indefinite=False, allow_duplicate_keys=False,
            semantic_decoders={FULL_DATE: _day},
        )  # fmt: skip
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise NotProven("cbor") from error
    if stream.tell() != len(data):
        raise NotProven("cbor")
    return value


def _day(value: Any, _immutable: bool) -> str:
    if not isinstance(value, str):
        raise ValueError("a day that is no text")
    return value


def read_item(value: Any) -> Any:
    """What is wrapped into tag 24."""
    if not isinstance(value, cbor2.CBORTag) or value.tag != ITEM or not isinstance(value.value, bytes):
        raise NotProven("cbor_item")
    return read_cbor(value.value)


def must_be_sign1(value: Any, key: ec.EllipticCurvePublicKey, *, detached: bytes | None = None) -> bytes:
    """The payload of a COSE_Sign1 by this key. With `detached` the payload is not in it but known to both."""
    if not isinstance(value, list) or len(value) != 4:
        raise NotProven("cose_form")
    protected, _unprotected, payload, signature = value
    if (payload is None) != (detached is not None):
        raise NotProven("cose_payload")
    payload = payload if detached is None else detached
    if not all(isinstance(one, bytes) for one in (protected, payload, signature)):
        raise NotProven("cose_form")
    header = read_cbor(protected)
    # Label 1 is the algorithm, 33 a chain of certificates; 2 would name headers that must be understood.
    if not isinstance(header, dict) or header.get(1) not in ALGORITHMS or 2 in header:
        raise NotProven("cose_alg")
    if key.curve.name != "secp256r1":
        raise NotProven("cose_alg")
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    must_be_signature(key, signature, signed, SHA256(), HALF)
    return bytes(payload)


def read_key(value: Any) -> ec.EllipticCurvePublicKey:
    """A COSE_Key on P-256 (RFC 9053 §7.1.1)."""
    if not isinstance(value, dict) or value.get(KTY) != EC2 or value.get(CRV) != P_256:
        raise NotProven("device_key")
    return point(value.get(X), value.get(Y))
