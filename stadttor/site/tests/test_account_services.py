"""Account services of a town: which kinds there are, and that somebody is told before a certificate ends."""

from datetime import timedelta

import pytest

from adapters.saml import keys
from adapters.saml.simulated import own_metadata
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now as this_moment
from stadttor.identity import account_services
from stadttor.site import jobs, wiring

pytestmark = pytest.mark.db
ENTITY = "https://konto.example/idp"


@pytest.fixture
def set_up(authority, monkeypatch):
    """`set_up(source, made)`: with a certificate of theirs that was made then; gives its id."""
    wiring.connect()
    monkeypatch.setattr(keys, "BITS", 2048)  # half the time of a key that has to last

    def set_up(source="bundid", made=None, active=True):
        now = this_moment()
        theirs = keys.new_keys("Konto", made or now)
        metadata = own_metadata(ENTITY, ENTITY, theirs)
        service = account_services.set_up(
            authority_id=authority.id, source=source, metadata=metadata, name="Weißenburg", online_service="",
            actor=SYSTEM, now=now,
        )  # fmt: skip
        account_services.agree(
            authority_id=authority.id, service_id=service, signed="assertion", encrypted=True, older_signatures=False,
            active=active, actor=SYSTEM, now=now,
        )  # fmt: skip
        return service

    return set_up


@pytest.mark.parametrize("source", ["wallet_pid", "wallet_eaa", "eid", "simulated_wallet", "muk", ""])
def test_no_saml_service_passes_for_a_wallet_or_another_kind_of_source(set_up, authority, source):
    with pytest.raises(Refused) as caught:
        set_up(source)
    assert (caught.value.code, caught.value.field) == ("unknown_source", "source")
    assert account_services.services(authority.id) == []


def told(authority, now):
    return [(one.what, one.service) for one in account_services.ending(authority.id, now)]


def test_what_ends_is_told_sixty_days_before(set_up, authority):
    now = this_moment()
    set_up(made=now - keys.LASTS + timedelta(days=61))
    assert told(authority, now) == []
    assert told(authority, now + timedelta(days=2)) == [("account service's", ENTITY)]
    assert told(authority, now + keys.LASTS) == [("account service's", ENTITY), ("our account", ENTITY)]


def test_the_log_of_the_worker_says_it_for_services_that_are_switched_on(set_up, authority, caplog):
    service = set_up(made=this_moment() - keys.LASTS + timedelta(days=10, hours=1))
    with caplog.at_level("WARNING", logger="stadttor.jobs"):
        jobs.warn_of_wallets(0)
    [said] = caplog.messages
    assert f"account service's certificate of {ENTITY} ends in 10 days" in said
    account_services.agree(
        authority_id=authority.id, service_id=service, signed="assertion", encrypted=True, older_signatures=False,
        active=False, actor=SYSTEM, now=this_moment(),
    )  # fmt: skip
    caplog.clear()
    jobs.warn_of_wallets(0)
    assert caplog.messages == []
