"""Who handles a service for the town stands where citizens read: at the service, in its privacy notice, at the status."""

from datetime import timedelta
from uuid import UUID

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.portal.tests.test_feedback import status
from stadttor.tenancy.services import accept_agreement, end_agreement, offer_agreement

pytestmark = pytest.mark.db
__all__ = ["status"]
PAGES = ("/leistungen/muster", "/leistungen/muster/datenschutz")


@pytest.fixture
def agree(authority, neighbour):
    """`agree()`: Munich handles the service from today on; gives the agreement. Without `accepts` it was only asked."""

    def make(*, accepts=True):
        made = offer_agreement(
            authority_id=authority.id, helper_slug="muenchen", service="muster", title="Muster", unit_id=UUID(int=1),
            legal_basis="Zweckvereinbarung vom 2. November 2026", starts=german_day(now()), ends=None, actor=SYSTEM,
            now=now(),
        )  # fmt: skip
        if accepts:
            accept_agreement(authority_id=neighbour.id, agreement_id=made, actor=SYSTEM, now=now())
        return made

    return make


def says(client, page):
    return "Landeshauptstadt München" in client.get(page).content.decode()


def test_service_and_privacy_notice_say_who_handles_it_as_long_as_it_is_so(authority, client, agree):
    adopted(authority.id, now() - timedelta(minutes=1))
    made = agree()
    for page in PAGES:
        assert says(client, page)
        assert "Große Kreisstadt Weißenburg" in client.get(page).content.decode()
    assert "Zweckvereinbarung vom 2. November 2026" in client.get(PAGES[1]).content.decode()
    end_agreement(authority_id=authority.id, agreement_id=made, day=german_day(now()), actor=SYSTEM, now=now())
    assert not any(says(client, page) for page in PAGES)


def test_an_offer_that_nobody_accepted_is_nobodys_business(authority, client, agree):
    adopted(authority.id, now() - timedelta(minutes=1))
    agree(accepts=False)
    assert not any(says(client, page) for page in PAGES)


def test_the_receipt_and_the_status_say_it_too(client, agree, status):
    assert not says(client, status)
    agree()
    assert says(client, status)
