"""A credential in the place of a file: asked for alone and whole, believed by its own roots, and no word about who somebody is."""

from dataclasses import replace

import pytest

from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.verifier import EudiWallets
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from stadttor.identity.ports import Asker, Evidence, NotProven, WalletQuestion

TYPE = "urn:town:permit"
TOWN = maker.below(maker.town_root(), "Town")
ACCESS = maker.below(maker.root("Access CA"), "Town")
ASKER = Asker(ACCESS.pkcs8(), ACCESS.pem())
PATHS = {
    "grad": ("degree",),
    "merkzeichen": ("marks", None),
    "unbefristet": ("open_end",),
    "ort": ("address", "locality"),
}
SAYS = {"degree": 80, "marks": ["G", "aG"], "open_end": True, "address": {"locality": "Köln"}}
EVIDENCE = Evidence("proof", TYPE, PATHS, signer="", beside=False, whole=True)


@pytest.fixture
def wallets():
    return EudiWallets(maker.anchors(), StatusLists(lambda uri: maker.status_token()))


@pytest.fixture
def question(wallets):
    return WalletQuestion(
        (),
        ("dc+sd-jwt",),
        "state",
        "nonce",
        wallets.new_key(),
        "https://town.example/r",
        evidence=(EVIDENCE,),
        alone=True,
    )


def card(signer=TOWN, says=None, **claims):
    return maker.sd_jwt_vc(signer, says or SAYS, **{"vct": TYPE, **claims})


def asked(wallets, question):
    text = wallets.request(ASKER, question, wallet_nonce="", now=maker.NOW)
    return read_jws(text, typ="oauth-authz-req+jwt").claims()


def shown(wallets, question, credential):
    request = asked(wallets, question)
    bound = maker.bound(credential, audience=request["client_id"], nonce=request["nonce"])
    jwe = maker.encrypted({"vp_token": {"own_proof": [bound]}}, request["client_metadata"]["jwks"]["keys"][0])
    return wallets.proof(ASKER, question, jwe, maker.NOW)


def test_it_is_asked_for_alone_and_with_all_its_claims(wallets, question):
    query = asked(wallets, question)["dcql_query"]
    [one] = query["credentials"]
    assert (one["meta"], one["format"], "claim_sets" in one) == ({"vct_values": [TYPE]}, "dc+sd-jwt", False)
    assert [claim["path"] for claim in one["claims"]] == [list(path) for path in PATHS.values()]
    assert "credential_sets" not in query


def test_it_says_what_the_credential_says_and_who_signed_it(wallets, question):
    said = shown(wallets, question, card())
    assert said.says == {"grad": "80", "merkzeichen": "G, aG", "unbefristet": "true", "ort": "Köln"}
    assert (said.type, said.issuer, said.level, said.simulated) == (TYPE, "Town", "normal", False)
    assert said.ends.timestamp() == maker.SECONDS + 14 * 24 * 3600
    assert "Köln" not in str(dict(said.evidence))


def test_the_identity_card_is_as_sure_as_ever(wallets, question):
    pid = replace(EVIDENCE, type=PID_SD_JWT, paths={"family_name": ("family_name",)})
    said = shown(wallets, replace(question, evidence=(pid,)), maker.sd_jwt_vc())
    assert (said.says, said.level) == ({"family_name": "MUSTERMANN"}, "hoch")


NO_PROOFS = {
    "claim_withheld": lambda: card(says={**SAYS, "marks": []}),
    "claim_empty": lambda: card(says={**SAYS, "address": {"locality": " "}}),
    "claim_size": lambda: card(says={**SAYS, "marks": ["G" * 400, "H" * 400]}),
    "path_no_anchor": lambda: card(maker.pid_signer()),
    "credential_type": lambda: card(vct="urn:town:other"),
    "credential_expired": lambda: card(exp=maker.SECONDS - 100),
    "credential_not_yet_valid": lambda: card(nbf=maker.SECONDS + 100),
    "holder_key_missing": lambda: card(cnf=None),
}


@pytest.mark.parametrize("reason", NO_PROOFS)
def test_what_is_no_proof_is_refused(wallets, question, reason):
    with pytest.raises(NotProven, match=reason):
        shown(wallets, question, NO_PROOFS[reason]())


def test_who_may_vouch_for_another_type_may_not_for_this_one(wallets, question):
    """The twin: the same signer is believed for the identity card."""
    with pytest.raises(NotProven, match="path_no_anchor"):
        shown(wallets, question, card(maker.pid_signer()))
    pid = replace(EVIDENCE, type=PID_SD_JWT, paths={"family_name": ("family_name",)})
    assert shown(wallets, replace(question, evidence=(pid,)), maker.sd_jwt_vc(maker.pid_signer()))


def test_an_identity_card_beside_it_is_more_than_was_asked(wallets, question):
    request = asked(wallets, question)
    bound = [
        maker.bound(one, audience=request["client_id"], nonce=request["nonce"]) for one in (card(), maker.sd_jwt_vc())
    ]
    token = {"own_proof": [bound[0]], "pid": [bound[1]]}
    jwe = maker.encrypted({"vp_token": token}, request["client_metadata"]["jwks"]["keys"][0])
    with pytest.raises(NotProven, match="vp_token_unasked"):
        wallets.proof(ASKER, question, jwe, maker.NOW)
