"""The demo's wallet holds what the demo's town issued, shows of it what is asked, and is believed in a demo alone."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from adapters.eudi_wallet import simulated, simulated_receiving
from adapters.eudi_wallet.issuing import metadata
from adapters.eudi_wallet.issuing.issuer import EudiIssuer
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.tests.test_showing_again import ASKER, EVIDENCE, KIND, PLACE, TYPE, URI
from adapters.eudi_wallet.verifier import EudiWallets
from adapters.eudi_wallet.vocabulary import PID_SD_JWT
from adapters.eudi_wallet.x509_path import Anchors, read_pem
from stadttor.identity.ports import Issuable, IssuerAddresses, NotProven, Signer, StatusPlace, WalletQuestion

ISSUER = simulated.new_keys("Issuer", maker.NOW)
TOWN = simulated.new_keys("Town", maker.NOW)
SIGNER = Signer(
    load_pem_private_key(TOWN.key.encode(), None).private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
    TOWN.certificate,
)
AT = IssuerAddresses("https://town.example", "", "", "")
AMIRA = {"family_name": "YILMAZ", "given_name": "AMIRA"}


def received() -> simulated.Held:
    """A permit, fetched with a proof as it is asked for."""
    issuer, key = EudiIssuer("../../wallet"), simulated_receiving.new_key()
    body = simulated_receiving.asking_for("parken", key, AT.issuer, "nonce", maker.NOW)
    [holder], nonce = issuer.proven_keys(issuer.read_request(body), AT, lambda nonce: nonce == "nonce", maker.NOW)
    assert nonce == "nonce"
    says = {"permit_number": "WEI-1", "number_plates": ["WUG-AY 88"], "holder": "Amira Yılmaz"}
    about = Issuable(says, maker.NOW, maker.NOW + timedelta(days=365))
    return simulated.Held(issuer.credential(SIGNER, KIND, about, holder, StatusPlace(URI, PLACE), maker.NOW), key)


def asking(wallets: EudiWallets) -> WalletQuestion:
    return WalletQuestion(
        ("family_name",), ("dc+sd-jwt", "mso_mdoc"), "state", "nonce", wallets.new_key(), "https://town.example/r",
        evidence=(replace(EVIDENCE, signer=TOWN.certificate),), alone=True,
    )  # fmt: skip


def believing(revoked=(), path="../../wallet") -> EudiWallets:
    lists = StatusLists(
        lambda uri: "", lambda uri: EudiIssuer(path).status_token(SIGNER, URI, 1_000, 1, revoked, maker.NOW)
    )
    return EudiWallets(Anchors({PID_SD_JWT: read_pem(ISSUER.root)}), lists, simulated=path)


def shown(wallets: EudiWallets, question: WalletQuestion, person=AMIRA, **held: simulated.Held):
    asked = simulated.asking(wallets.request(ASKER, question, wallet_nonce="", now=maker.NOW))
    posted = simulated.answered(asked, person, ISSUER, maker.NOW, held)
    return wallets.proven(ASKER, question, posted, maker.NOW).assertion


def test_what_it_received_says_what_was_issued_and_shows_only_what_is_asked():
    one = received()
    assert simulated_receiving.type_of(one.credential) == TYPE
    assert simulated_receiving.says(one.credential)["number_plates"] == ["WUG-AY 88"]
    only = simulated_receiving.disclosing(one.credential, ["permit_number"])
    assert simulated_receiving.says(only) == {"permit_number": "WEI-1"}


def test_it_is_asked_for_what_the_town_issued_in_the_ways_that_answer():
    wallets = believing()
    asked = simulated.asking(wallets.request(ASKER, asking(wallets), wallet_nonce="", now=maker.NOW))
    assert asked.claims == ("family_name",)
    assert asked.own == {"own_parken": (TYPE, ("permit_number", "number_plates"))}
    assert asked.options == (("pid", "own_parken"), ("pid",), ("own_parken",))


def test_it_shows_both_or_one_and_everything_says_that_it_is_simulated():
    wallets = believing()
    for person, held, expected in (
        (AMIRA, {"own_parken": received()}, {"family_name", "permit_number", "number_plate"}),
        (AMIRA, {}, {"family_name"}),
        ({}, {"own_parken": received()}, {"permit_number", "number_plate"}),
    ):
        said = shown(wallets, asking(wallets), person, **held)
        assert (said.source, set(said.claims)) == ("simulated_wallet", expected)


def test_what_was_taken_back_is_refused_and_named_as_ours():
    wallets = believing(revoked=[PLACE])
    with pytest.raises(NotProven, match="status_revoked") as refused:
        shown(wallets, asking(wallets), own_parken=received())
    assert refused.value.of_own


def test_outside_of_a_demo_nobody_signs_with_its_certificate_or_believes_it():
    with pytest.raises(ValueError, match="of a demo"):
        EudiIssuer().must_be_usable(SIGNER, maker.NOW)
    assert not EudiIssuer().may_sign(SIGNER, maker.NOW)
    assert EudiIssuer("../../wallet").may_sign(SIGNER, maker.NOW)
    wallets = believing(path="")
    with pytest.raises(NotProven, match="path_no_anchor") as refused:
        shown(wallets, asking(wallets), {}, own_parken=received())
    assert refused.value.of_own


def test_an_identity_card_that_does_not_hold_is_not_named_as_ours():
    wallets = believing()
    stranger = simulated.new_keys("Stranger", maker.NOW)
    asked = simulated.asking(wallets.request(ASKER, question := asking(wallets), wallet_nonce="", now=maker.NOW))
    posted = simulated.answered(asked, AMIRA, stranger, maker.NOW, {"own_parken": received()})
    with pytest.raises(NotProven, match="path_no_anchor") as refused:
        wallets.proven(ASKER, question, posted, maker.NOW)
    assert not refused.value.of_own


def test_the_link_of_an_offer_leads_to_the_demos_wallet_there_and_to_a_real_one_elsewhere():
    offer = "https://town.example/wallet-issuer/offer/secret"
    assert metadata.link(offer, "../../simulierte-wallet/annehmen").startswith(
        "https://town.example/simulierte-wallet/annehmen?credential_offer_uri=https%3A"
    )
    assert metadata.link(offer).startswith("openid-credential-offer://?")
