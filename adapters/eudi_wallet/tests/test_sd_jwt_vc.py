import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.eudi_wallet.credential import StatusEntry
from adapters.eudi_wallet.sd_jwt import Binding
from adapters.eudi_wallet.sd_jwt_vc import proven_sd_jwt_vc
from adapters.eudi_wallet.tests.maker import (
    NOW,
    SECONDS,
    STATUS_URI,
    anchors,
    below,
    bound,
    digest,
    new_key,
    sd_jwt_vc,
    town_root,
)
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from stadttor.identity.ports import NotProven

ASKED = {"audience": "x509_hash:us", "nonce": "fresh"}
BINDING = Binding("x509_hash:us", "fresh")


def proven(presentation, types=(PID_SD_JWT,), binding=BINDING):
    return proven_sd_jwt_vc(presentation, types, anchors(), binding, NOW)


def reason(presentation, **how):
    with pytest.raises(NotProven) as refused:
        proven(presentation, **how)
    return refused.value.reason


def test_claims_of_a_shown_credential():
    credential = proven(bound(sd_jwt_vc(), **ASKED))
    assert credential.claims["address"]["locality"] == "KÖLN"
    assert (credential.type, credential.status, credential.expires) == (PID_SD_JWT, None, SECONDS + 14 * 24 * 3600)


def test_a_type_that_it_also_is():
    issued = sd_jwt_vc(vct="urn:eudi:pid:1", aka_vcts=["urn:other", PID_SD_JWT])
    assert proven(bound(issued, **ASKED)).type == PID_SD_JWT


def test_whoever_vouches_for_permits_does_not_vouch_for_persons():
    town = below(town_root(), "Town")
    permit = bound(sd_jwt_vc(town, vct="urn:town:permit"), **ASKED)
    assert proven(permit, types=["urn:town:permit"]).type == "urn:town:permit"
    assert reason(bound(sd_jwt_vc(town), **ASKED)) == "path_no_anchor"
    also = sd_jwt_vc(town, vct="urn:town:permit", aka_vcts=[PID_SD_JWT])
    assert reason(bound(also, **ASKED)) == "path_no_anchor"


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"exp": SECONDS - 61}, "credential_expired"),
        ({"nbf": SECONDS + 61}, "credential_not_yet_valid"),
        ({"iat": SECONDS + 61}, "credential_not_yet_valid"),
        ({"exp": "tomorrow"}, "credential_time_form"),
        ({"exp": True}, "credential_time_form"),
        ({"cnf": None}, "holder_key_missing"),
        ({"cnf": {"kid": "me"}}, "jwk_kind"),
        ({"cnf": {"jwk": {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}}}, "key_point"),
        ({"vct": "urn:other"}, "credential_type"),
        ({"aka_vcts": "urn:eudi:pid:de:1"}, "credential_type"),
        ({"status": {"status_list": {"uri": STATUS_URI, "idx": -1}}}, "status_form"),
        ({"status": {"status_list": {"uri": STATUS_URI, "idx": 1}, "other": {}}}, "status_mechanism"),
        ({"status": {}}, "status_mechanism"),
    ],
)
def test_what_the_issuer_signed_must_hold(claims, why):
    assert reason(bound(sd_jwt_vc(**claims), **ASKED)) == why


def test_clocks_may_differ_by_a_minute():
    assert proven(bound(sd_jwt_vc(exp=SECONDS - 59, nbf=SECONDS + 59), **ASKED))


@pytest.mark.parametrize("name", ["exp", "status", "cnf", "vct"])
def test_what_decides_is_not_left_to_the_holder(name):
    issued = sd_jwt_vc(person={"family_name": "A", name: {"status_list": 1} if name == "status" else PID_SD_JWT})
    assert reason(bound(issued, **ASKED)) in {"claim_must_not_be_hidden", "disclosure_overwrites"}


def test_the_status_is_handed_on():
    issued = sd_jwt_vc(status={"status_list": {"uri": STATUS_URI, "idx": 7}})
    assert proven(bound(issued, **ASKED)).status == StatusEntry(STATUS_URI, 7)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"audience": "us"}, "binding_audience"),
        ({"nonce": "stale"}, "binding_nonce"),
        ({"iat": SECONDS - 301}, "binding_time"),
        ({"iat": SECONDS + 61}, "binding_time"),
        ({"iat": None}, "binding_time"),
        ({"sd_hash": None}, "binding_sd_hash"),
        ({"key": new_key()}, "signature"),
        ({"transaction_data_hashes": ["a"]}, "transaction_data"),
        ({"transaction_data_hashes_alg": "sha-512"}, "transaction_data_alg"),
    ],
)
def test_the_holder_shows_it_for_this_request(how, why):
    assert reason(bound(sd_jwt_vc(), **{**ASKED, **how})) == why


def test_a_copy_without_the_holder_is_nothing():
    assert reason(sd_jwt_vc()) == "binding_missing"


def test_what_was_to_be_agreed_to_is_agreed_to():
    agreed = Binding("x509_hash:us", "fresh", ("e30",))
    shown = bound(sd_jwt_vc(), **ASKED, transaction_data_hashes=["ZkoWGQkQcnZ8G0Zo2ZVfEXbtAcfIPnAf2XxIX-MqrTI"])
    assert reason(shown, binding=agreed) == "transaction_data"
    assert proven(bound(sd_jwt_vc(), **ASKED, transaction_data_hashes=[digest("e30")]), binding=agreed)


def test_the_algorithm_is_that_of_the_key():
    """A key on another curve does not become the holder's by saying ES384."""
    assert reason(bound(sd_jwt_vc(), **ASKED, key=ec.generate_private_key(ec.SECP384R1()))) == "jws_alg"
