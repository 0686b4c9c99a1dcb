"""From the claims a form needs to the signed request, and from the encrypted answer to who it is."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.eudi_wallet import dcql, request_object
from adapters.eudi_wallet.encoding import from_b64url
from adapters.eudi_wallet.jwk import thumbprint
from adapters.eudi_wallet.jws import must_be_signed_by, read_jws, sign_jws
from adapters.eudi_wallet.mdoc import Handover
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests.maker import (
    NOW,
    SECONDS,
    STATUS_URI,
    Signer,
    anchors,
    below,
    bound,
    encrypted,
    mdoc,
    new_key,
    root,
    sd_jwt_vc,
    status_token,
)
from adapters.eudi_wallet.verifier import EudiWallets
from adapters.eudi_wallet.x509_path import read_x5c, signing_key
from stadttor.identity.ports import Asker, Evidence, NotProven, WalletQuestion

CLAIMS = ("given_name", "family_name", "locality")
BOTH = ("dc+sd-jwt", "mso_mdoc")


@pytest.fixture
def town():
    signer = below(root("Access root"), "Town", dns="town.example")
    return Asker(signer.pkcs8(), signer.pem())


@pytest.fixture
def wallets():
    return EudiWallets(anchors(), StatusLists(lambda uri: status_token()))


@pytest.fixture
def question(wallets):
    return WalletQuestion(CLAIMS, BOTH, "state-1", "nonce-1", wallets.new_key(), "https://town.example/response/1")


def asked(wallets, town, question):
    jws = read_jws(wallets.request(town, question, wallet_nonce="theirs", now=NOW), typ="oauth-authz-req+jwt")
    must_be_signed_by(jws, signing_key(read_x5c(jws.header["x5c"])[0]))
    return jws.claims()


def shown(wallets, town, question, **issued):
    request = asked(wallets, town, question)
    key = request["client_metadata"]["jwks"]["keys"][0]
    presentation = bound(sd_jwt_vc(**issued), audience=request["client_id"], nonce=request["nonce"])
    return encrypted({"vp_token": {"pid": [presentation]}, "state": question.state}, key)


def reason(wallets, town, question, answer):
    with pytest.raises(NotProven) as refused:
        wallets.proven(town, question, answer, NOW)
    return refused.value.reason


def test_the_request_asks_for_what_the_form_needs(wallets, town, question):
    request = asked(wallets, town, question)
    first, second = request["dcql_query"]["credentials"]
    assert [claim["path"] for claim in first["claims"]] == [["family_name"], ["given_name"], ["address", "locality"]]
    resident = {"id": "locality", "path": ["eu.europa.ec.eudi.pid.1", "resident_city"], "intent_to_retain": True}
    assert second["claims"][2] == resident
    assert request["dcql_query"]["credential_sets"] == [{"options": [["pid"], ["pid_mdoc"]]}]
    assert request["client_metadata"]["jwks"]["keys"][0].keys() == {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert (request["wallet_nonce"], request["exp"] - request["iat"]) == ("theirs", 600)
    assert "redirect_uri" not in request


def test_each_question_has_a_key_of_its_own(wallets):
    assert wallets.new_key() != wallets.new_key()


def test_an_unknown_claim_is_never_asked(wallets):
    with pytest.raises(KeyError, match="shoe_size"):
        dcql.pid(["shoe_size"], BOTH)


def test_who_asks_is_named_by_certificate_or_host(wallets, town):
    assert wallets.link(town, "https://town.example/r/1", "town.example").startswith(
        "openid4vp://?client_id=x509_hash%3A"
    )
    by_name = replace(town, prefix="x509_san_dns")
    assert "client_id=x509_san_dns%3Atown.example&" in wallets.link(by_name, "https://town.example/r/1", "town.example")
    with pytest.raises(ValueError, match=r"other\.example"):
        wallets.link(by_name, "https://other.example/r/1", "other.example")


def test_what_a_wallet_proved(wallets, town, question):
    proven = wallets.proven(town, question, shown(wallets, town, question), NOW)
    claims = proven.assertion.claims
    assert {name: claim.value for name, claim in claims.items()} == {
        "family_name": "MUSTERMANN",
        "given_name": "ERIKA",
        "locality": "KÖLN",
    }
    assert (claims["locality"].origin, claims["locality"].trust) == ("address.locality", "hoch")
    assert proven.assertion.source == "wallet_pid"
    assert "MUSTERMANN" not in repr(proven) + json.dumps(dict(proven.evidence))


def test_a_card_that_does_not_say_everything_is_enough_and_the_rest_is_typed(wallets, town, question):
    """Report: Suri has one name only, and her card was refused as if it had expired."""
    (pid, _mdoc) = asked(wallets, town, question)["dcql_query"]["credentials"]
    all_of_it = ["family_name", "given_name", "locality"]
    without = [["family_name", "locality"], ["family_name", "given_name"], ["family_name"]]
    assert pid["claim_sets"] == [all_of_it, *without]
    answer = shown(wallets, town, question, person={"family_name": "SURI", "address": {"locality": "KÖLN"}})
    claims = wallets.proven(town, question, answer, NOW).assertion.claims
    assert {name: claim.value for name, claim in claims.items()} == {"family_name": "SURI", "locality": "KÖLN"}


@pytest.mark.parametrize("left", [{"given_name": "B", "address": {"locality": "C"}}, {"family_name": "A"}])
def test_half_an_address_and_no_name_are_no_answer(wallets, town, question, left):
    asking = replace(question, claims=("family_name", "given_name", "postal_code", "locality"))
    half = {"postal_code": "51147"} if "family_name" in left else {}
    assert (
        reason(
            wallets, town, asking, shown(wallets, town, asking, person={**left, "address": half or {"locality": "C"}})
        )
        == "claim_withheld"
    )


def test_what_a_wallet_proved_by_mdoc(wallets, town, question):
    request = asked(wallets, town, question)
    key = request["client_metadata"]["jwks"]["keys"][0]
    handover = Handover(request["client_id"], question.nonce, thumbprint(key), question.response_uri)
    answer = encrypted({"vp_token": {"pid_mdoc": [mdoc(handover)]}}, key, enc="A128GCM")
    assert wallets.proven(town, question, answer, NOW).assertion.claims["given_name"].value == "ERIKA"


def test_the_status_is_asked_last(wallets, town, question):
    status = {"status_list": {"uri": STATUS_URI, "idx": 7}}
    assert reason(wallets, town, question, shown(wallets, town, question, status=status)) == "status_revoked"
    withheld = shown(wallets, town, question, person={"given_name": "B", "address": {"locality": "C"}}, status=status)
    assert reason(wallets, town, question, withheld) == "claim_withheld"


def test_an_answer_is_to_one_question(wallets, town, question):
    answer = shown(wallets, town, question)
    assert reason(wallets, town, replace(question, key=wallets.new_key()), answer) == "jwe_kid"
    assert reason(wallets, town, replace(question, state="state-2"), answer) == "response_state"
    assert reason(wallets, town, replace(question, nonce="nonce-2"), answer) == "binding_nonce"


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ({"zip": "DEF"}, "jwe_header"),
        ({"alg": "ECDH-ES+A128KW"}, "jwe_alg"),
        ({"enc": "A256CBC-HS512"}, "jwe_alg"),
        ({"kid": "other"}, "jwe_kid"),
    ],
)
def test_an_answer_is_encrypted_as_was_offered(wallets, town, question, header, why):
    key = asked(wallets, town, question)["client_metadata"]["jwks"]["keys"][0]
    assert reason(wallets, town, question, encrypted({"vp_token": {}}, key, **header)) == why


@pytest.mark.parametrize("answer", ["", "a.b.c.d.e", "....", "x" * 600_000])
def test_what_is_no_answer(wallets, town, question, answer):
    assert reason(wallets, town, question, answer)


@pytest.mark.parametrize("token", [None, [], {}, {"pid": "a"}, {"pid": [1]}, {"pid": []}, {"other": ["a"]}])
def test_a_token_of_another_form(wallets, town, question, token):
    key = asked(wallets, town, question)["client_metadata"]["jwks"]["keys"][0]
    assert reason(wallets, town, question, encrypted({"vp_token": token}, key)).startswith("vp_token")


# What may be asked for


def registered(*paths, format="dc+sd-jwt", **claims):
    return registration([{"format": format, "meta": {}, "claim": [{"path": list(path)} for path in paths]}], **claims)


def registration(credentials, **claims):
    return sign_jws({"typ": "rc-wrp+jwt"}, {"sub": "town", "credentials": credentials, **claims}, new_key())


def test_asking_beyond_the_registration_is_found(wallets, town):
    with_registration = replace(town, registration=registered(("family_name",), ("address",)))
    assert wallets.beyond(with_registration, CLAIMS, ["dc+sd-jwt"]) == ["given_name"]
    assert wallets.beyond(with_registration, ["locality"], ["dc+sd-jwt", "mso_mdoc"]) == ["locality"]
    assert wallets.beyond(town, CLAIMS, BOTH) == []
    permit = Evidence("parken", "urn:x", {"permit_number": ("permit_number",)}, "", beside=True)
    assert wallets.beyond(with_registration, (), (), [permit]) == ["permit_number"]


def test_what_was_registered_of_one_credential_covers_no_other(wallets, town):
    """Report: a family name of any credential covered that of the identity card."""
    entry = {"format": "dc+sd-jwt", "meta": {"vct_values": ["urn:club:member"]}, "claim": [{"path": ["family_name"]}]}
    club = replace(town, registration=registration([entry]))
    assert wallets.beyond(club, ["family_name"], ["dc+sd-jwt"]) == ["family_name"]
    card = {**entry, "meta": {"vct_values": ["urn:eudi:pid:de:1"]}}
    assert wallets.beyond(replace(town, registration=registration([entry, card])), ["family_name"], ["dc+sd-jwt"]) == []


def test_a_registration_without_an_end_lasts_twelve_months(wallets, town):
    ends = wallets.ends(replace(town, registration=registered(iat=SECONDS)))
    assert ends["registration"] == NOW + timedelta(days=365)


def test_a_path_brings_no_root_and_holds_in_itself(wallets):
    """Report: both were taken in, and wallets refused every question without a word."""
    top = root("Access root")
    own, other = below(top, "Town"), below(root("Another root"), "Another", ca=True)
    for chain, why in (((*own.chain, *top.chain), "root"), ((*own.chain, *other.chain), "did not issue")):
        with pytest.raises(ValueError, match=why):
            wallets.must_be_usable(Asker(own.pkcs8(), Signer(own.key, chain).pem()), NOW)
    between = below(top, "Between", ca=True)
    wallets.must_be_usable(Asker((town := below(between, "Town")).pkcs8(), town.pem()), NOW)


def test_a_registration_of_somebody_else_is_not_ours(wallets):
    town = below(root("Access root"), "Town", organisation="VATDE-1")
    asker = Asker(town.pkcs8(), town.pem(), registered(("family_name",), sub="VATDE-1"))
    wallets.must_be_usable(asker, NOW)
    with pytest.raises(ValueError, match="somebody else"):
        wallets.must_be_usable(replace(asker, registration=registered(("family_name",), sub="VATDE-2")), NOW)


def test_the_registration_goes_along_with_the_request(wallets, town, question):
    token = registered(("family_name",))
    request = asked(wallets, replace(town, registration=token), question)
    assert request["verifier_info"] == [
        {"format": "registration_cert", "data": token, "credential_ids": ["pid", "pid_mdoc"]}
    ]


def test_what_ends_is_known_before(wallets, town):
    ends = wallets.ends(replace(town, registration=registered(exp=SECONDS + 60)))
    assert ends["registration"].timestamp() == SECONDS + 60
    assert ends["access"] > NOW


def test_client_ids_are_hashes_of_the_certificate(town):
    leaf = below(root("R"), "Town").chain[0]
    prefix, _, value = request_object.client_id("x509_hash", leaf, "").partition(":")
    assert prefix == "x509_hash"
    assert len(from_b64url(value)) == 32
