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

from adapters.eudi_wallet.credential import SD_JWT_VC
from adapters.eudi_wallet.encoding import b64url, compact_json
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import read_jws, sign_jws
from adapters.eudi_wallet.request_object import TYPE
from adapters.eudi_wallet.simulated_receiving import disclosing
from adapters.eudi_wallet.vocabulary import PID_SD_JWT, PLACES, Path
from adapters.eudi_wallet.x509_path import PROVES_NOTHING, der

PID = "pid"
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
    """A question as the wallet reads it: `claims` of the identity card by the words of identity.

    `own`: by the id under which it is asked for, type and claims of what the asking town itself issued. `options`: which of
    them answer together, the preferred ones first; the identity card is PID there.
    """

    client_id: str
    nonce: str
    claims: tuple[str, ...]
    jwk: Mapping[str, Any]
    own: Mapping[str, tuple[str, tuple[str, ...]]]
    options: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Held:
    """A credential that was received, and the key (PEM) it is bound to."""

    credential: str
    key: str


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
    dcql = claims["dcql_query"]
    queries = {one["id"]: one for one in dcql["credentials"] if one["format"] == SD_JWT_VC}
    paths = {tuple(one["path"]) for one in queries[PID]["claims"]} if PID in queries else set()
    names = tuple(name for name, place in PLACES.items() if place.sd_jwt in paths)
    own = {id_: _type_and_names(one) for id_, one in queries.items() if id_ != PID}
    together = dcql.get("credential_sets", [{"options": [list(queries)]}])[0]["options"]
    options = tuple(tuple(one) for one in together if set(one) <= queries.keys())
    key = claims["client_metadata"]["jwks"]["keys"][0]
    return Asked(claims["client_id"], claims["nonce"], names, key, own, options)


def _type_and_names(query: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    return query["meta"]["vct_values"][0], tuple(str(one["path"][0]) for one in query["claims"])


def answered(
    asked: Asked, person: Mapping[str, str], issuer: Keys, now: datetime, held: Mapping[str, Held] | None = None
) -> str:
    """The encrypted answer with what was asked for and nothing else: an identity card made for this occasion, where `person`
    says something, and of what is `held`, by the id under which it is asked for.
    """
    shown: dict[str, list[str]] = {}
    if person:
        holder = ec.generate_private_key(ec.SECP256R1())
        values = {PLACES[name].sd_jwt: person[name] for name in asked.claims if person.get(name)}
        shown[PID] = [_bound(_credential(values, issuer, holder, now), asked, holder, now)]
    for id_, one in (held or {}).items():
        chosen = disclosing(one.credential, asked.own[id_][1])
        shown[id_] = [_bound(chosen, asked, _private(one.key), now)]
    return _encrypted({"vp_token": shown}, asked.jwk)


def _bound(credential: str, asked: Asked, holder: ec.EllipticCurvePrivateKey, now: datetime) -> str:
    """The presentation for this question alone (RFC 9901 §4.3)."""
    said = {"iat": int(now.timestamp()), "aud": asked.client_id, "nonce": asked.nonce, "sd_hash": _digest(credential)}
    return credential + sign_jws({"typ": "kb+jwt"}, said, holder)


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
