"""Readers of what other services and wallets say, before and without any signature: SAML, OpenID, wallets, the object store."""

import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import cbor2

from adapters.eudi_wallet import cose, encoding, jws, sd_jwt
from adapters.eudi_wallet.issuing import proofs
from adapters.oidc import reading
from adapters.oidc.metadata import read_metadata
from adapters.s3.listing import read_page
from adapters.saml import documents
from stadttor.ground.ports import StoreAway
from stadttor.identity.ports import NotBelieved, NotIssued, NotProven, SignInFailed
from tests.safety.fuzz.inputs import Reader, spoiled, spoiled_binary, spoiled_bytes, texts

ISSUER = "https://login.weissenburg.example"
METADATA = {
    "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/auth", "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys", "response_types_supported": ["code"], "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"], "code_challenge_methods_supported": ["S256"],
    "scopes_supported": ["openid", "email", "profile"],
}  # fmt: skip
LIST = (
    b'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><IsTruncated>true</IsTruncated>'
    b"<NextContinuationToken>a</NextContinuationToken><Contents><Key>ab/cd</Key>"
    b"<LastModified>2026-11-23T09:00:00.000Z</LastModified></Contents></ListBucketResult>"
)
RESPONSE = (
    b'<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1"'
    b' Version="2.0"><a:Issuer>https://account.example</a:Issuer><p:Status><p:StatusCode Value="x"/></p:Status></p:Response>'
)
REQUEST = json.dumps({"credential_configuration_id": "permit", "proofs": {"jwt": ["e30.e30.e30"]}}).encode()
DEVICE = cbor2.dumps(
    {"version": "1.0", "status": 0, "documents": [{"docType": "eu.europa.ec.eudi.pid.1", "n": [1, b"x"]}]}
)


def readers() -> list[Reader]:
    """All of them."""
    shown = f"{_jwt('dc+sd-jwt')}~{_part(['salt', 'given_name', 'Amira'])}~{_jwt('kb+jwt')}"
    return [
        Reader("SAML document", RESPONSE, spoiled_bytes(RESPONSE), documents.document, (SignInFailed,)),
        Reader("SAML form", b64encode(RESPONSE).decode(), _base64(RESPONSE), documents.posted, (SignInFailed,)),
        Reader("OpenID answer", json.dumps(METADATA), spoiled([json.dumps(METADATA)]), _answer, (NotBelieved,)),
        Reader("OpenID metadata", json.dumps(METADATA), spoiled([json.dumps(METADATA)]), _metadata, (NotBelieved,)),
        Reader("wallet JSON", REQUEST, spoiled_bytes(REQUEST), encoding.read_object, (NotProven,)),
        Reader("credential request", REQUEST, spoiled_bytes(REQUEST), proofs.read_request, (NotIssued,)),
        Reader("key proof", _jwt(proofs.TYPE), texts | spoiled([_jwt(proofs.TYPE)]), _proof, (NotProven,)),
        Reader("SD-JWT", shown, texts | spoiled([shown]), sd_jwt.split, (NotProven,)),
        Reader("mdoc CBOR", DEVICE, spoiled_binary(DEVICE), cose.read_cbor, (NotProven,)),
        Reader("list of the object store", LIST, spoiled_bytes(LIST), read_page, (StoreAway,)),
    ]


def _part(value: Any) -> str:
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _jwt(kind: str) -> str:
    """As compact as one is, and signed by nobody."""
    return f"{_part({'alg': 'ES256', 'typ': kind})}.{_part({'iat': 1, 'iss': ISSUER})}.{'A' * 86}"


def _base64(sound: bytes) -> Any:
    return spoiled_bytes(sound).map(lambda data: b64encode(data).decode()) | spoiled([b64encode(sound).decode()])


def _answer(text: str) -> object:
    return reading.read_object(text.encode("utf-8", "surrogatepass"), "answer")


def _metadata(text: str) -> object:
    return read_metadata(reading.read_object(text.encode("utf-8", "surrogatepass"), "answer"), ISSUER)


def _proof(text: str) -> object:
    return jws.read_jws(text, typ=proofs.TYPE)
