"""What we give into wallets: our own strict verifier takes it, and a proof that does not hold gets nothing."""

import json
from datetime import timedelta

import pytest

from adapters.eudi_wallet.credential import StatusEntry
from adapters.eudi_wallet.encoding import from_b64url
from adapters.eudi_wallet.issuing import proofs, status
from adapters.eudi_wallet.issuing.issuer import EudiIssuer
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import sign_jws
from adapters.eudi_wallet.sd_jwt import Binding, digest_of, split
from adapters.eudi_wallet.sd_jwt_vc import proven_sd_jwt_vc
from adapters.eudi_wallet.status_list import must_be_valid, read_status_token
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.x509_path import Anchors
from stadttor.identity.ports import (
    CredentialKind,
    CredentialRequest,
    Issuable,
    IssuerAddresses,
    NotIssued,
    NotProven,
    Signer,
    StatusPlace,
)

TYPE, URI, ISSUER = "urn:stadttor:parken:1", "https://town.example/wallet-issuer/status/1", "https://town.example"
AT = IssuerAddresses(ISSUER, f"{ISSUER}/token", f"{ISSUER}/nonce", f"{ISSUER}/credential")
KIND = CredentialKind("parken", TYPE, {"de": "Parken"}, {"permit_number": {"de": "Nummer"}})
SAYS = Issuable({"permit_number": "WEI-1", "number_plates": ["WUG-AY 88"]}, maker.NOW, maker.NOW + timedelta(days=365))
ROOT = maker.root("Town CA")
TOWN = maker.below(ROOT, "Town")
SIGNER = Signer(TOWN.pkcs8(), TOWN.pem())
ANCHORS = Anchors({TYPE: ROOT.chain})


def issued(holder):
    place = StatusPlace(URI, 41)
    return EudiIssuer().credential(SIGNER, KIND, SAYS, public_jwk(holder.public_key()), place, maker.NOW)


def shown(credential, holder, *, keep=lambda disclosure: True):
    parts = split(credential)
    bare = "~".join([parts.issuer_jwt, *filter(keep, parts.disclosures), ""])
    bound = {"aud": "us", "nonce": "n", "iat": maker.SECONDS, "sd_hash": digest_of(bare, "sha-256")}
    return bare + sign_jws({"typ": "kb+jwt"}, bound, holder)


def test_our_verifier_takes_what_we_issue():
    holder = maker.new_key()
    presented = shown(issued(holder), holder)
    credential = proven_sd_jwt_vc(presented, {TYPE}, ANCHORS, Binding("us", "n"), maker.NOW)
    assert credential.claims["permit_number"] == "WEI-1"
    assert credential.claims["number_plates"] == ["WUG-AY 88"]
    assert credential.status == StatusEntry(URI, 41)


def test_the_holder_shows_what_she_likes_and_nobody_counts_the_rest():
    holder = maker.new_key()
    presented = shown(issued(holder), holder, keep=lambda one: False)
    claims = proven_sd_jwt_vc(presented, {TYPE}, ANCHORS, Binding("us", "n"), maker.NOW).claims
    assert "permit_number" not in claims
    payload = json.loads(from_b64url(issued(holder).split("~")[0].split(".")[1]))
    assert len(payload["_sd"]) == 16
    assert payload["iat"] % 3600 == 0


def test_it_is_another_ones_with_another_key():
    presented = shown(issued(maker.new_key()), maker.new_key())
    with pytest.raises(NotProven, match="signature"):
        proven_sd_jwt_vc(presented, {TYPE}, ANCHORS, Binding("us", "n"), maker.NOW)


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_a_list_says_what_was_revoked(bits):
    token = EudiIssuer().status_token(SIGNER, URI, 1_000, bits, [41, 999], maker.NOW)
    found = read_status_token(token, URI, TYPE, ANCHORS, maker.NOW, 300)
    assert found.bits == bits
    must_be_valid(found, StatusEntry(URI, 40))
    for place in (41, 999):
        with pytest.raises(NotProven, match="status_revoked"):
            must_be_valid(found, StatusEntry(URI, place))


def test_a_list_has_no_other_bits_and_no_places_beside_it():
    with pytest.raises(ValueError, match="3 bits"):
        status.packed(10, 3, [])
    with pytest.raises(IndexError):
        status.packed(10, 1, [10])


def proof(key=None, *, header=None, claims=None, signed_by=None):
    key = key or maker.new_key()
    head = {"typ": proofs.TYPE, "jwk": public_jwk(key.public_key()), **(header or {})}
    said = {"aud": ISSUER, "iat": maker.SECONDS, "nonce": "fresh", **(claims or {})}
    return sign_jws(head, said, signed_by or key)


def keys(*given):
    request = CredentialRequest("parken", given)
    return EudiIssuer().proven_keys(request, AT, lambda nonce: nonce == "fresh", maker.NOW)


def test_keys_are_proven_in_their_order():
    first, second = maker.new_key(), maker.new_key()
    expected = [public_jwk(one.public_key()) for one in (first, second)]
    assert keys(proof(first), proof(second)) == (expected, "fresh")


KEY = maker.new_key()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ([proof(claims={"nonce": "stale"})], "invalid_nonce"),
        ([proof(claims={"iat": 10**400})], "invalid_proof"),
        ([proof(), proof(claims={"nonce": "stale"})], "invalid_nonce"),
        ([proof(KEY), proof(KEY)], "invalid_proof"),
        ([proof(claims={"aud": "https://other.example"})], "invalid_proof"),
        ([proof(claims={"iat": maker.SECONDS - 301})], "invalid_proof"),
        ([proof(claims={"iat": maker.SECONDS + 61})], "invalid_proof"),
        ([proof(claims={"iat": True})], "invalid_proof"),
        ([proof(claims={"nonce": None})], "invalid_proof"),
        ([proof(header={"typ": "JWT"})], "invalid_proof"),
        ([proof(header={"kid": "did:example:1"})], "invalid_proof"),
        ([proof(header={"jwk": {**public_jwk(KEY.public_key()), "d": "AA"}})], "invalid_proof"),
        ([proof(signed_by=maker.new_key())], "invalid_proof"),
        (["not a proof"], "invalid_proof"),
    ],
)
def test_a_proof_that_does_not_hold_gets_nothing(given, code):
    with pytest.raises(NotIssued, match=code):
        keys(*given)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({}, "invalid_credential_request"),
        ({"credential_configuration_id": "parken"}, "invalid_proof"),
        ({"credential_configuration_id": "parken", "proofs": {}}, "invalid_proof"),
        ({"credential_configuration_id": "parken", "proofs": {"jwt": []}}, "invalid_proof"),
        ({"credential_configuration_id": "parken", "proofs": {"attestation": ["x"]}}, "invalid_proof"),
        ({"credential_configuration_id": "parken", "proofs": {"jwt": ["x"] * 11}}, "invalid_credential_request"),
        ({"credential_identifier": "x", "proofs": {"jwt": ["x"]}}, "unknown_credential_identifier"),
        ({"credential_configuration_id": "p", "credential_response_encryption": {}}, "invalid_encryption_parameters"),
    ],
)
def test_a_request_that_cannot_be_met_is_told_why(asked, code):
    with pytest.raises(NotIssued, match=code):
        proofs.read_request(json.dumps(asked).encode())


def test_what_signs_must_fit_together():
    other, own = maker.below(ROOT, "Other"), maker.root("Own")
    late = maker.NOW + timedelta(days=400)
    for signer, at in (
        (Signer(other.pkcs8(), TOWN.pem()), maker.NOW),
        (Signer(own.pkcs8(), own.pem()), maker.NOW),
        (SIGNER, late),
    ):
        with pytest.raises(ValueError, match=r"key|chain|ended"):
            EudiIssuer().must_be_usable(signer, at)
    EudiIssuer().must_be_usable(SIGNER, maker.NOW)


def test_metadata_name_what_is_issued():
    said = EudiIssuer().metadata(AT, "Weißenburg", [KIND])
    configuration = said["credential_configurations_supported"]["parken"]
    assert (said["credential_issuer"], configuration["vct"], configuration["format"]) == (ISSUER, TYPE, "dc+sd-jwt")
