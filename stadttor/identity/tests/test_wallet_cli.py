"""The operator lets a town ask wallets by the command line."""

import pytest

from adapters.eudi_wallet.tests import maker
from stadttor.identity import cli, wallet_access
from stadttor.identity.tests.test_wallet_admin_pages import pem_key

pytestmark = pytest.mark.db


@pytest.fixture
def put_by_hand(authority, wallets, tmp_path, monkeypatch):
    """`put_by_hand(signer, "--prefix", "x509_san_dns")`: gives the exit code."""
    monkeypatch.setattr(cli, "now", lambda: maker.NOW)

    def act(signer, *more):
        key, chain = tmp_path / "access.key", tmp_path / "access.pem"
        key.write_text(pem_key(signer))
        chain.write_text(signer.pem())
        return cli.main(["put", authority.slug, "--key", str(key), "--chain", str(chain), *more])

    return act


def test_a_certificate_that_does_not_name_the_towns_host_is_refused_where_wallets_look_for_its_name(
    put_by_hand, authority, signer, capsys
):
    """Report: it was saved, and then every citizen's button led to an error page."""
    elsewhere = maker.below(maker.root("Access root"), "Weißenburg", dns="muenchen.localhost")
    assert put_by_hand(elsewhere, "--prefix", "x509_san_dns") == 1
    assert "does not name weissenburg.localhost" in capsys.readouterr().err
    assert wallet_access.access_of(authority.id) is None
    assert put_by_hand(signer, "--prefix", "x509_san_dns") == 0
    assert wallet_access.access_of(authority.id) is not None


def test_by_its_hash_a_certificate_counts_whatever_host_it_names(put_by_hand, authority):
    elsewhere = maker.below(maker.root("Access root"), "Weißenburg", dns="muenchen.localhost")
    assert put_by_hand(elsewhere) == 0
    assert wallet_access.access_of(authority.id) is not None
