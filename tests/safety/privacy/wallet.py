"""A wallet that shows who somebody is: the issuer and the wallet of the adapter's own tests, the verifier of production."""

from uuid import UUID

from adapters.eudi_wallet.jws import read_jws
from adapters.eudi_wallet.status_lists import StatusLists
from adapters.eudi_wallet.tests import maker
from adapters.eudi_wallet.verifier import EudiWallets
from stadttor.ground.actor import SYSTEM
from stadttor.identity import ports, wallet_access, wallet_sign_in
from tests.safety.privacy.lives import Person

SERVICE = "bewohnerparkausweis"
ORIGIN = "https://weissenburg.localhost:8443"


def let_ask(authority_id: UUID) -> None:
    """The town may ask wallets. What they show is a day in `maker.NOW`, whatever day it is."""
    one = EudiWallets(maker.anchors(), StatusLists(lambda uri: maker.status_token()))
    ports.use_wallets(lambda: one)
    signer = maker.below(maker.root("Access root"), "Weißenburg", dns="weissenburg.localhost", days=(-1, 90))
    wallet_access.put_access(
        authority_id=authority_id, key=signer.pkcs8(), chain=signer.pem(), registrations={}, prefix="x509_hash", across=[],
        actor=SYSTEM, now=maker.NOW,
    )  # fmt: skip


def show(authority_id: UUID, draft_id: UUID, person: Person, *, takes: bool = True) -> str:
    """She shows who she is for a draft and takes it over, or leaves it there; gives the secret of her browser."""
    mine = {"authority_id": authority_id, "now": maker.NOW}
    begun = wallet_sign_in.begin(
        **mine, draft_id=draft_id, service=SERVICE, claims=("family_name", "given_name", "birth_date"), origin=ORIGIN
    )
    state = begun.link.rpartition("%2F")[2].partition("&")[0]
    text = wallet_sign_in.request_object(**mine, state=state, wallet_nonce="n")
    request = read_jws(text, typ="oauth-authz-req+jwt").claims()
    issued = maker.sd_jwt_vc(
        person={**maker.PERSON, "family_name": person.marker, "given_name": person.first, "birthdate": person.born}
    )
    shown = maker.bound(issued, audience=request["client_id"], nonce=request["nonce"])
    posted = maker.encrypted({"vp_token": {"pid": [shown]}}, request["client_metadata"]["jwks"]["keys"][0])
    code = wallet_sign_in.answer(**mine, state=state, posted=posted, error="")
    assert code
    wallet_sign_in.arrive(**mine, code=code, browser_of=lambda draft: begun.browser)
    if takes:
        assert wallet_sign_in.take(**mine, draft_id=draft_id, browser=begun.browser)
    return begun.browser
