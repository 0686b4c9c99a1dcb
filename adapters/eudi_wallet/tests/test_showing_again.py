"""What a town issued is shown to it again: believed by its own certificate, asked for its status, never who somebody is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.eudi_wallet.issuing.issuer import EudiIssuer
from adapters.eudi_wallet.jwk import public_jwk
from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.sd_jwt import split
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.verifier import EudiWallets
from stadttor.identity.ports import (
    Asker,
    CredentialKind,
    Evidence,
    Issuable,
    NotProven,
    Signer,
    StatusPlace,
    WalletQuestion,
)

TYPE, URI = "urn:stadttor:parken:1", "https://town.example/wallet-issuer/status/1"
KIND = CredentialKind("parken", TYPE, {}, {})
TOWN = maker.below(maker.root("Town CA"), "Town")
SIGNER = Signer(TOWN.pkcs8(), TOWN.pem())
ACCESS = maker.below(maker.root("Access CA"), "Town")
ASKER = Asker(ACCESS.pkcs8(), ACCESS.pem())
PATHS = {"permit_number": ("permit_number",), "number_plate": ("number_plates", None)}
EVIDENCE = Evidence("parken", TYPE, PATHS, TOWN.pem(), beside=True)
PLACE = 41


def own_list(uri, revoked=()):
    return EudiIssuer().status_token(SIGNER, URI, 1_000, 1, revoked, maker.NOW) if uri == URI else None


@pytest.fixture
def wallets():
    """`wallets(revoked=[41])`: those who ask, at a time when these places are taken back."""

    def made(revoked=(), kind=StatusLists):
        return EudiWallets(
            maker.anchors(), kind(lambda uri: maker.status_token(), lambda uri: own_list(uri, list(revoked)))
        )

    return made


@pytest.fixture
def question(wallets):
    return WalletQuestion(
        ("family_name",), ("dc+sd-jwt",), "state", "nonce", wallets().new_key(), "https://town.example/r",
        evidence=(EVIDENCE,), alone=True,
    )  # fmt: skip


def permit(signer=SIGNER, ends=timedelta(days=365), claims=None):
    says = claims or {"permit_number": "WEI-1", "number_plates": ["WUG-AY 88"], "holder": "Amira Yılmaz"}
    about = Issuable(says, maker.NOW - timedelta(days=400), maker.NOW + ends)
    holder, where = public_jwk(maker.holder().public_key()), StatusPlace(URI, PLACE)
    return EudiIssuer().credential(signer, KIND, about, holder, where, maker.NOW - timedelta(days=400))


def asked(wallets, question):
    return read_jws(
        wallets.request(ASKER, question, wallet_nonce="", now=maker.NOW), typ="oauth-authz-req+jwt"
    ).claims()


def proven(wallets, question, **shown):
    """`own_parken=…`, `pid=…`: credentials as they were issued, all of each shown by its holder."""
    request = asked(wallets, question)
    bound = {
        id_: [maker.bound(one, audience=request["client_id"], nonce=request["nonce"])] for id_, one in shown.items()
    }
    jwe = maker.encrypted({"vp_token": bound}, request["client_metadata"]["jwks"]["keys"][0])
    return wallets.proven(ASKER, question, jwe, maker.NOW).assertion


def test_what_an_earlier_certificate_signed_is_believed_and_what_a_stranger_signed_is_not(wallets, question):
    newer = maker.below(maker.root("Newer CA"), "Town")
    changed = replace(EVIDENCE, signer=newer.pem(), earlier=(TOWN.pem(),))
    said = proven(wallets(), replace(question, evidence=(changed,)), own_parken=permit())
    assert said.claims["permit_number"].value == "WEI-1"
    with pytest.raises(NotProven, match="path_no_anchor"):
        proven(wallets(), replace(question, evidence=(replace(changed, earlier=()),)), own_parken=permit())


def test_it_is_asked_beside_the_identity_card_and_the_wallet_may_leave_it_out(wallets, question):
    query = asked(wallets(), question)["dcql_query"]
    assert [one["id"] for one in query["credentials"]] == ["pid", "own_parken"]
    assert query["credentials"][1]["meta"] == {"vct_values": [TYPE]}
    assert query["credentials"][1]["claim_sets"] == [["permit_number", "number_plate"], ["permit_number"]]
    assert query["credential_sets"] == [{"options": [["pid", "own_parken"], ["pid"], ["own_parken"]]}]


def test_both_say_who_she_is_and_what_she_has_each_as_surely_as_it_can(wallets, question):
    said = proven(wallets(), question, pid=maker.sd_jwt_vc(), own_parken=permit())
    assert (said.source, said.level) == ("wallet_pid", "hoch")
    found = {name: (one.value, said.trust_of(name)) for name, one in said.claims.items()}
    assert found == {
        "family_name": ("MUSTERMANN", "hoch"),
        "permit_number": ("WEI-1", "normal"),
        "number_plate": ("WUG-AY 88", "normal"),
    }
    assert said.claims["permit_number"].origin == f"{TYPE} permit_number"


def test_alone_it_says_no_more_than_that_somebody_held_it(wallets, question):
    said = proven(wallets(), question, own_parken=permit())
    assert (said.source, said.level, said.claims.keys()) == ("wallet_eaa", "normal", PATHS.keys())
    only = proven(wallets(), question, own_parken=permit(claims={"permit_number": "WEI-1"}))
    assert only.claims.keys() == {"permit_number"}


def test_where_she_must_be_known_it_is_not_enough_alone(wallets, question):
    strict = replace(question, alone=False)
    assert asked(wallets(), strict)["dcql_query"]["credential_sets"] == [{"options": [["pid", "own_parken"], ["pid"]]}]
    with pytest.raises(NotProven, match="vp_token_unasked"):
        proven(wallets(), strict, own_parken=permit())


def test_one_that_was_taken_back_is_refused_with_all_that_came_along(wallets, question):
    gone = wallets(revoked=[PLACE])
    with pytest.raises(NotProven, match="status_revoked"):
        proven(gone, question, own_parken=permit())
    with pytest.raises(NotProven, match="status_revoked"):
        proven(gone, question, pid=maker.sd_jwt_vc(), own_parken=permit())
    assert proven(gone, question, pid=maker.sd_jwt_vc()).claims.keys() == {"family_name"}


def test_without_the_look_at_the_status_it_would_pass(wallets, question):
    """The twin: it is this check that refuses it."""

    class Blind(StatusLists):
        def must_be_valid(self, credential, anchors, now):
            pass

    said = proven(wallets(revoked=[PLACE], kind=Blind), question, own_parken=permit())
    assert said.claims["permit_number"].value == "WEI-1"


def test_one_that_has_ended_is_refused(wallets, question):
    with pytest.raises(NotProven, match="credential_expired"):
        proven(wallets(), question, own_parken=permit(ends=-timedelta(days=1)))


def test_nobody_else_vouches_for_it(wallets, question):
    other = maker.below(maker.town_root(), "Town")
    forged = permit(Signer(other.pkcs8(), other.pem()))
    with pytest.raises(NotProven, match="path_no_anchor"):
        proven(wallets(), question, own_parken=forged)


def test_the_own_certificate_vouches_for_nothing_else(wallets, question):
    as_pid = maker.sd_jwt_vc(TOWN)
    with pytest.raises(NotProven, match="path_no_anchor"):
        proven(wallets(), question, pid=as_pid)
    with pytest.raises(NotProven, match="credential_type"):
        proven(wallets(), question, own_parken=as_pid)


def test_one_without_a_status_or_without_its_number_is_none_of_ours(wallets, question):
    bare = maker.sd_jwt_vc(TOWN, {"permit_number": "WEI-1"}, vct=TYPE)
    with pytest.raises(NotProven, match="status_missing"):
        proven(wallets(), question, own_parken=bare)
    hidden = "~".join([split(permit()).issuer_jwt, ""])
    with pytest.raises(NotProven, match="claim_withheld"):
        proven(wallets(), question, own_parken=hidden)
