"""A small issuer and a small wallet, honest unless told otherwise: everything the tests put before the verifier."""

import base64
import hashlib
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from joserfc import jwe
from joserfc.jwe import JWERegistry
from joserfc.jwk import ECKey

from adapters.eudi_wallet.encoding import b64url, compact_json
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import sign_jws
from adapters.eudi_wallet.mdoc import DOCUMENT_SIGNER, Handover
from adapters.eudi_wallet.vocabulary import PID_MDOC, PID_SD_JWT
from adapters.eudi_wallet.x509_path import Anchors, der

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
STATUS_URI = "https://status.example/1"
Private = ec.EllipticCurvePrivateKey
ADDRESS = {"street_address": "HEIDESTRAẞE 17", "postal_code": "51147", "locality": "KÖLN", "country": "DE"}
PERSON = {
    "family_name": "MUSTERMANN",
    "given_name": "ERIKA",
    "birthdate": "1964-08-12",
    "title": "",
    "address": ADDRESS,
}


@dataclass(frozen=True)
class Signer:
    """A key with its certificates, leaf first."""

    key: Private
    chain: tuple[x509.Certificate, ...]

    def x5c(self) -> list[str]:
        return [base64.b64encode(der(one)).decode() for one in self.chain]

    def pem(self) -> str:
        return "".join(one.public_bytes(Encoding.PEM).decode() for one in self.chain)

    def pkcs8(self) -> bytes:
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def new_key() -> Private:
    return ec.generate_private_key(ec.SECP256R1())


def certificate(
    name: str,
    key: Private,
    issuer: Signer | None = None,
    *,
    ca: bool = False,
    path_length: int | None = None,
    days: tuple[int, int] = (-1, 365),
    purpose: str | None = None,
    dns: str | None = None,
    critical: x509.ExtensionType | None = None,
    usage: bool = True,
    organisation: str = "",
) -> x509.Certificate:
    """`usage=False`: a key usage that allows neither documents nor certificates to be signed. `organisation`: its identifier."""
    named = [x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, organisation)] if organisation else []
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name), *named])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.chain[0].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca, path_length), critical=True)
        .add_extension(_usage(signs=usage and not ca, certifies=usage and ca), critical=True)
    )
    if purpose:
        builder = builder.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), critical=True)
    if dns:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(dns)]), critical=False)
    if critical:
        builder = builder.add_extension(critical, critical=True)
    return builder.sign(issuer.key if issuer else key, SHA256())


def _usage(*, signs: bool, certifies: bool) -> x509.KeyUsage:
    return x509.KeyUsage(signs, False, False, False, not (signs or certifies), certifies, certifies, False, False)


def root(name: str, **how: Any) -> Signer:
    key = new_key()
    return Signer(key, (certificate(name, key, ca=True, **how),))


def below(issuer: Signer, name: str, **how: Any) -> Signer:
    """Signed by this one; the chain goes on with those between it and the root."""
    key = new_key()
    between = [one for one in issuer.chain if one.subject != one.issuer]
    return Signer(key, (certificate(name, key, issuer, **how), *between))


@cache
def pid_root() -> Signer:
    return root("PID root")


@cache
def pid_signer() -> Signer:
    return below(pid_root(), "PID provider", purpose=DOCUMENT_SIGNER)


@cache
def town_root() -> Signer:
    return root("Town root")


@cache
def holder() -> Private:
    return new_key()


def anchors() -> Anchors:
    """The PID root for the PID, the town's for its own permits."""
    roots = {PID_SD_JWT: pid_root(), PID_MDOC: pid_root(), "urn:town:permit": town_root()}
    return Anchors({type_: signer.chain for type_, signer in roots.items()})


# SD-JWT VC


def disclosure(*parts: Any) -> str:
    return b64url(compact_json([secrets.token_urlsafe(16), *parts]))


def digest(text: str) -> str:
    return b64url(hashlib.sha256(text.encode()).digest())


def hide(value: dict[str, Any], found: list[str]) -> dict[str, Any]:
    """Every member selectively disclosable, members of members as well; the disclosures are added to `found`."""
    hidden = []
    for name, member in value.items():
        text = disclosure(name, hide(member, found) if isinstance(member, dict) else member)
        found.append(text)
        hidden.append(digest(text))
    return {"_sd": hidden}


def sd_jwt_vc(
    signer: Signer | None = None, person: dict[str, Any] = PERSON, header: dict[str, Any] | None = None, **claims: Any
) -> str:
    """As issued: all disclosures, no binding. A claim of None is left out."""
    signer = signer or pid_signer()
    found: list[str] = []
    payload = {
        "vct": PID_SD_JWT,
        "iat": SECONDS - 3600,
        "exp": SECONDS + 14 * 24 * 3600,
        "cnf": {"jwk": public_jwk(holder().public_key())},
        **hide(person, found),
        **claims,
    }
    kept = {name: value for name, value in payload.items() if value is not None}
    jwt = sign_jws({"typ": "dc+sd-jwt", "x5c": signer.x5c(), **(header or {})}, kept, signer.key)
    return "~".join((jwt, *found, ""))


def bound(issued: str, *, audience: str, nonce: str, key: Private | None = None, **claims: Any) -> str:
    """Shown by the holder for this request."""
    payload = {"iat": SECONDS, "aud": audience, "nonce": nonce, "sd_hash": digest(issued), **claims}
    kept = {name: value for name, value in payload.items() if value is not None}
    return issued + sign_jws({"typ": "kb+jwt"}, kept, key or holder())


# mdoc


def sign1(
    key: Private, payload: bytes, *, detached: bool = False, unprotected: dict[int, Any] | None = None
) -> list[Any]:
    protected = cbor2.dumps({1: -7})
    r, s = decode_dss_signature(key.sign(cbor2.dumps(["Signature1", protected, b"", payload]), ec.ECDSA(SHA256())))
    return [protected, unprotected or {}, None if detached else payload, r.to_bytes(32) + s.to_bytes(32)]


def wrapped(value: Any) -> cbor2.CBORTag:
    return cbor2.CBORTag(24, cbor2.dumps(value))


def mdoc(
    handover: Handover,
    *,
    signer: Signer | None = None,
    elements: dict[str, Any] | None = None,
    mso: dict[str, Any] | None = None,
    change: Callable[[dict[str, Any]], None] = lambda response: None,
) -> str:
    """A DeviceResponse; `mso` replaces members of what is signed, `change` the whole after signing."""
    signer = signer or pid_signer()
    values = elements or {"family_name": "MUSTERMANN", "given_name": "ERIKA", "resident_city": "KÖLN"}
    items = [
        wrapped({"digestID": number, "random": secrets.token_bytes(16), "elementIdentifier": name, "elementValue": one})
        for number, (name, one) in enumerate(values.items())
    ]
    numbers = holder().public_key().public_numbers()
    device_key = {1: 2, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}
    signed = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": {
            PID_MDOC: {number: hashlib.sha256(cbor2.dumps(item)).digest() for number, item in enumerate(items)}
        },
        "deviceKeyInfo": {"deviceKey": device_key},
        "docType": PID_MDOC,
        "validityInfo": {"signed": NOW - timedelta(hours=1), "validFrom": NOW, "validUntil": NOW + timedelta(days=14)},
        **(mso or {}),
    }
    unprotected = {33: [der(one) for one in signer.chain]} if len(signer.chain) > 1 else {33: der(signer.chain[0])}
    name_spaces = wrapped({})
    authentication = wrapped(["DeviceAuthentication", handover.transcript(), PID_MDOC, name_spaces])
    response = {
        "version": "1.0",
        "status": 0,
        "documents": [
            {
                "docType": PID_MDOC,
                "issuerSigned": {
                    "nameSpaces": {PID_MDOC: items},
                    "issuerAuth": sign1(signer.key, cbor2.dumps(wrapped(signed)), unprotected=unprotected),
                },
                "deviceSigned": {
                    "nameSpaces": name_spaces,
                    "deviceAuth": {"deviceSignature": sign1(holder(), cbor2.dumps(authentication), detached=True)},
                },
            }
        ],
    }
    change(response)
    return b64url(cbor2.dumps(response))


# Status and answer


def packed(entries: int, *, revoked: int, bits: int = 1) -> dict[str, Any]:
    """A list of that many entries, one of them not valid."""
    data = bytearray(entries * bits // 8)
    data[revoked * bits // 8] |= 1 << revoked * bits % 8
    return {"bits": bits, "lst": b64url(zlib.compress(bytes(data), 9))}


def status_token(signer: Signer | None = None, *, typ: str = "statuslist+jwt", **claims: Any) -> str:
    signer = signer or pid_signer()
    payload = {
        "sub": STATUS_URI, "iat": SECONDS - 60, "exp": SECONDS + 3600, "status_list": packed(1024, revoked=7), **claims,
    }  # fmt: skip
    kept = {name: value for name, value in payload.items() if value is not None}
    return sign_jws({"typ": typ, "x5c": signer.x5c()}, kept, signer.key)


def encrypted(answer: Any, jwk: dict[str, Any], **header: Any) -> str:
    """As a wallet posts it; bytes are encrypted as they are."""
    names = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": jwk.get("kid"), **header}
    plain = answer if isinstance(answer, bytes) else compact_json(answer)
    key = ECKey.import_key({name: jwk[name] for name in ("kty", "crv", "x", "y")})
    registry = JWERegistry(algorithms=[names["alg"], names["enc"], "DEF"])
    return jwe.encrypt_compact({k: v for k, v in names.items() if v}, plain, key, registry=registry)
