"""Frau Kern, organiser of Weißenburg, and what she needs to employ colleagues."""

from uuid import UUID

import pytest

DRAFT = UUID(int=7)
ORIGIN = "https://weissenburg.localhost:8443"
CLAIMS = ("family_name", "given_name", "locality")
PASSWORD = "ein-gutes-kennwort"


@pytest.fixture
def employ(now):
    """`employ(authority, "olsen@weissenburg.example", ["clerk"])`: a colleague with the password above; gives her membership."""

    from stadttor.ground.actor import SYSTEM
    from stadttor.identity import services

    def create(authority, email, roles, name="Herr Olsen", password=PASSWORD, unit_ids=()):
        return services.create_member(
            authority_id=authority.id, email=email, name=name, roles=roles, unit_ids=unit_ids,
            password=password, actor=SYSTEM, now=now,
        )  # fmt: skip

    return create


@pytest.fixture
def sign_in(authority, now):
    """`sign_in(password)` as Herr Olsen from one address; gives the token."""

    from stadttor.identity import services

    def enter(password=PASSWORD, *, email="olsen@weissenburg.example", at=now, where=authority, address="203.0.113.7"):
        return services.sign_in(authority_id=where.id, email=email, password=password, address=address, now=at)

    return enter


@pytest.fixture
def signer():
    """With what the town asks wallets."""
    from adapters.eudi_wallet.tests import maker

    return maker.below(maker.root("Access root"), "Weißenburg", dns="weissenburg.localhost", days=(-1, 90))


@pytest.fixture
def wallets():
    """The real verifier; the one status list it knows says that number 7 is revoked."""
    from adapters.eudi_wallet.status_lists import StatusLists
    from adapters.eudi_wallet.tests import maker
    from adapters.eudi_wallet.verifier import EudiWallets
    from stadttor.identity import ports

    one = EudiWallets(maker.anchors(), StatusLists(lambda uri: maker.status_token()))
    ports.use_wallets(lambda: one)
    yield one
    ports.use_wallets(None)


@pytest.fixture
def put(authority, signer, wallets, now):
    """`put(across=["parken"])`: let the town ask with other things; it can ask from the start."""
    from stadttor.ground.actor import SYSTEM
    from stadttor.identity import wallet_access

    def act(**how):
        values = {
            "key": signer.pkcs8(),
            "chain": signer.pem(),
            "registrations": {},
            "prefix": "x509_hash",
            "across": [],
        }
        wallet_access.put_access(authority_id=authority.id, actor=SYSTEM, now=now, **{**values, **how})

    act()
    return act


@pytest.fixture
def begin(authority, put, now):
    """`begin(across=True)`: a question to a wallet, for the draft above."""
    from stadttor.identity import wallet_sign_in

    def act(**how):
        values = {"draft_id": DRAFT, "service": "parken", "claims": CLAIMS, "origin": ORIGIN, "now": now}
        return wallet_sign_in.begin(authority_id=authority.id, **{**values, **how})

    return act
