"""Vectors of the specifications: RFC 9901, OpenID4VP 1.0, Token Status List."""

import json
from datetime import UTC, datetime
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

from adapters.eudi_wallet.jwk import public_key, thumbprint
from adapters.eudi_wallet.jws import must_be_signed_by, read_jws
from adapters.eudi_wallet.mdoc import Handover
from adapters.eudi_wallet.response import decrypted
from adapters.eudi_wallet.sd_jwt import Binding, digest_of, must_be_bound, open_claims, split
from adapters.eudi_wallet.status_list import StatusList, read_packed

FOLDER = Path(__file__).parent / "vectors"
OPENID4VP = json.loads((FOLDER / "openid4vp.json").read_text())
STATUS_LISTS = json.loads((FOLDER / "status_lists.json").read_text())


@pytest.mark.parametrize("vector", STATUS_LISTS, ids=lambda one: f"{one['source']}, {one['status_list']['bits']} bits")
def test_status_list(vector):
    bits, entries = read_packed(vector["status_list"])
    list_ = StatusList(bits, entries, 0)
    assert [[index, list_.at(index)] for index, _status in vector["statuses"]] == vector["statuses"]


@pytest.mark.parametrize(
    ("text", "digest"),
    [
        (
            "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0",
            "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0",
        ),
        ("WyJsa2x4RjVqTVlsR1RQVW92TU5JdkNBIiwgIkZSIl0", "w0I8EKcdCtUPkGCNUrfwVp2xEgNjtoIDlOxc9-PlOhs"),
    ],
)
def test_digest_of_a_disclosure(text, digest):
    """RFC 9901 §4.2.3."""
    assert digest_of(text, "sha-256") == digest


def test_presentation_of_an_sd_jwt():
    vector = OPENID4VP["sd_jwt"]
    parts = split(vector["presentation"])
    jws = read_jws(parts.issuer_jwt, typ="dc+sd-jwt")
    must_be_signed_by(jws, public_key(vector["issuer_jwk"]))
    claims = open_claims(jws.claims(), parts.disclosures).claims
    assert claims == vector["claims"]
    binding = Binding(vector["audience"], vector["nonce"])
    must_be_bound(
        parts, public_key(claims["cnf"]["jwk"]), binding, datetime.fromtimestamp(vector["iat"], UTC), "sha-256"
    )


def test_thumbprint_and_session_transcript():
    vector = OPENID4VP["handover"]
    key = thumbprint(vector["jwk"])
    assert key.hex() == vector["jwk_thumbprint_hex"]
    handover = Handover(vector["client_id"], vector["nonce"], key, vector["response_uri"])
    assert cbor2.dumps(handover.transcript()).hex() == vector["session_transcript_hex"]


def test_encrypted_response():
    vector = OPENID4VP["response"]
    key = ECKey.import_key(vector["key"]).private_key
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    assert decrypted(vector["jwe"], key, "ac", "") == vector["payload"]
