"""A wallet for the demo, with its issuer: credentials of invented people below a root that this demo made. It proves nothing.

It takes the same question and gives the same kind of answer as a real one (OpenID4VP 1.0, `direct_post.jwt`), so that the demo
walks the way of a real wallet. Its root says in its name that it proves nothing, and only a verifier of a demo believes it.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID

from adapters.eudi_wallet.encoding import b64url, compact_json
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import read_jws, sign_jws
from adapters.eudi_wallet.request_object import TYPE
from adapters.eudi_wallet.vocabulary import PID_SD_JWT, PLACES, Path
from adapters.eudi_wallet.x509_path import PROVES_NOTHING, der

LASTS = timedelta(days=10 * 365)
CREDENTIAL_LASTS = timedelta(days=14)


@dataclass(frozen=True)
class Keys:
    """A key with its certificate below a root, all PEM."""

    key: str
    certificate: str
    root: str


@dataclass(frozen=True)
class Asked:
    """A question as the wallet reads it: `claims` by the words of identity."""

    client_id: str
    nonce: str
    claims: tuple[str, ...]
    jwk: Mapping[str, Any]


def new_keys(name: str, now: datetime) -> Keys:
    """A root of its own, and below it whoever has this name."""
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    root = _certificate(f"{name} (root)", root_key, root_key, f"{name} (root)", now, authority=True)
    leaf = _certificate(name, key, root_key, f"{name} (root)", now, authority=False)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Keys(pem, *(one.public_bytes(Encoding.PEM).decode() for one in (leaf, root)))


def asking(request: str) -> Asked:
    """What is asked. Raises NotProven for what is no request."""
    claims = read_jws(request, typ=TYPE).claims()
    query = next(one for one in claims["dcql_query"]["credentials"] if one["meta"].get("vct_values") == [PID_SD_JWT])
    paths = {tuple(one["path"]) for one in query["claims"]}
    names = tuple(name for name, place in PLACES.items() if place.sd_jwt in paths)
    return Asked(claims["client_id"], claims["nonce"], names, claims["client_metadata"]["jwks"]["keys"][0])


def answered(asked: Asked, person: Mapping[str, str], issuer: Keys, now: datetime) -> str:
    """The encrypted answer: a credential made for this occasion, shown with what was asked for and nothing else."""
    holder = ec.generate_private_key(ec.SECP256R1())
    shown = {PLACES[name].sd_jwt: person[name] for name in asked.claims if person.get(name)}
    issued = _credential(shown, issuer, holder, now)
    bound = {"iat": int(now.timestamp()), "aud": asked.client_id, "nonce": asked.nonce, "sd_hash": _digest(issued)}
    presentation = issued + sign_jws({"typ": "kb+jwt"}, bound, holder)
    return _encrypted({"vp_token": {"pid": [presentation]}}, asked.jwk)


def _credential(shown: Mapping[Path, str], issuer: Keys, holder: ec.EllipticCurvePrivateKey, now: datetime) -> str:
    disclosures: list[str] = []
    hidden = _hidden(_nested(shown), disclosures)
    seconds = int(now.timestamp())
    payload = {
        "vct": PID_SD_JWT,
        "iat": seconds,
        "exp": seconds + int(CREDENTIAL_LASTS.total_seconds()),
        "cnf": {"jwk": public_jwk(holder.public_key())},
        **hidden,
    }
    leaf = x509.load_pem_x509_certificate(issuer.certificate.encode())
    header = {"typ": "dc+sd-jwt", "x5c": [base64.b64encode(der(leaf)).decode()]}
    return "~".join((sign_jws(header, payload, _private(issuer.key)), *disclosures, ""))


def _nested(shown: Mapping[Path, str]) -> dict[str, Any]:
    """{("address", "locality"): …} as {"address": {"locality": …}}; a list has one member."""
    whole: dict[str, Any] = {}
    for path, value in shown.items():
        first, *rest = path
        if not rest:
            whole[str(first)] = value
        elif rest == [None]:
            whole[str(first)] = [value]
        else:
            whole.setdefault(str(first), {})[str(rest[0])] = value
    return whole


def _hidden(value: Mapping[str, Any], disclosures: list[str]) -> dict[str, Any]:
    """Every member behind a digest (RFC 9901 §4.2)."""
    digests = []
    for name, member in value.items():
        inner = _hidden(member, disclosures) if isinstance(member, dict) else member
        text = b64url(compact_json([secrets.token_urlsafe(16), name, inner]))
        disclosures.append(text)
        digests.append(_digest(text))
    return {"_sd": sorted(digests)}


def _encrypted(answer: Mapping[str, Any], jwk: Mapping[str, Any]) -> str:
    from joserfc.jwe import JWERegistry, encrypt_compact
    from joserfc.jwk import ECKey

    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": jwk["kid"]}
    key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    registry = JWERegistry(algorithms=["ECDH-ES", "A256GCM"])
    return encrypt_compact(header, compact_json(answer), key, registry=registry)


def _digest(text: str) -> str:
    return b64url(hashlib.sha256(text.encode()).digest())


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer_key: ec.EllipticCurvePrivateKey,
    issuer: str,
    now: datetime,
    *,
    authority: bool,
) -> x509.Certificate:
    usage = x509.KeyUsage(not authority, False, False, False, False, authority, authority, False, False)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LASTS)
        .add_extension(x509.BasicConstraints(authority, None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, SHA256())
    )


def _named(name: str) -> x509.Name:
    owner = x509.NameAttribute(NameOID.ORGANIZATION_NAME, PROVES_NOTHING)
    return x509.Name([owner, x509.NameAttribute(NameOID.COMMON_NAME, name[:64])])


def _private(pem: str) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("a key on an elliptic curve was expected")
    return key
