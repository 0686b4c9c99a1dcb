"""The demo's wallet receives: a key of its own for each credential, its proof, and what the credential says (OpenID4VCI 1.0 §8)."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from adapters.eudi_wallet.encoding import compact_json, from_b64url, read_json
from adapters.eudi_wallet.issuing.proofs import TYPE
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import read_jws, sign_jws


def new_key() -> str:
    """On P-256, PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def asking_for(kind: str, key: str, issuer: str, nonce: str, now: datetime) -> bytes:
    """The body that asks for one credential of this kind, with the proof of the key it shall be bound to."""
    private = load_pem_private_key(key.encode(), password=None)
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise TypeError("a key on an elliptic curve was expected")
    said = {"aud": issuer, "iat": int(now.timestamp()), "nonce": nonce}
    proof = sign_jws({"typ": TYPE, "jwk": public_jwk(private.public_key())}, said, private)
    return compact_json({"credential_configuration_id": kind, "proofs": {"jwt": [proof]}})


def type_of(credential: str) -> str:
    """Its `vct`."""
    return str(read_jws(credential.partition("~")[0], typ="dc+sd-jwt").claims()["vct"])


def says(credential: str) -> Mapping[str, Any]:
    """Every claim behind a digest, by name."""
    return {name: value for name, value, _text in _disclosed(credential)}


def disclosing(credential: str, names: Collection[str]) -> str:
    """The credential with these claims and no others, as it goes before the proof of its key."""
    chosen = [text for name, _value, text in _disclosed(credential) if name in names]
    return "~".join([credential.partition("~")[0], *chosen, ""])


def _disclosed(credential: str) -> list[tuple[str, Any, str]]:
    found = []
    for text in credential.split("~")[1:-1]:
        _salt, name, value = read_json(from_b64url(text))
        found.append((name, value, text))
    return found
