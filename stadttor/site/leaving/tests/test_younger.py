"""Back to a moment: what neighbours hung on since then does not stand in the way, and is told."""

import io
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work
from stadttor.identity import services as identity
from stadttor.identity.models import Helper, Membership, Unit
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.restoring import replace
from stadttor.studio.queries.requests import requests_at, requests_for
from stadttor.studio.tests.builders import a_body
from stadttor.studio.tests.test_requests import NOW, TODAY, asked, joined, towns
from stadttor.tenancy import services as tenancy

pytestmark = pytest.mark.db
__all__ = ["towns"]


@pytest.fixture
def body(_clean, folders):
    """The publisher."""
    return a_body()


@pytest.fixture
def back(database, take_along):
    """`back(town, then)`: it goes back to an export; gives what is told."""

    def act(town, then):
        kept = take_along(town, "kept.zip")
        came = replace(
            then, kept=kept, owner_url=database["STADTTOR_OWNER_URL"], app_url=database["STADTTOR_DATABASE_URL"],
            house=this_house(), now=datetime.now(UTC), out=io.StringIO(),
        )  # fmt: skip
        return came.told()

    return act


def helper_of(town: Authority, other: Authority, email: str) -> UUID:
    """`town` hires a clerk and names her for what it handles for `other`; gives her account."""
    with work(other.id):
        unit_id = Unit.objects.create(authority=other, name="Steueramt").id
    agreement_id = tenancy.offer_agreement(
        authority_id=other.id, helper_slug=town.slug, service=email, title="Hundesteuer", unit_id=unit_id,
        legal_basis="Zweckvereinbarung, Art. 7 KommZG", starts=TODAY, ends=TODAY + timedelta(days=9), actor=SYSTEM, now=NOW,
    )  # fmt: skip
    tenancy.accept_agreement(authority_id=town.id, agreement_id=agreement_id, actor=SYSTEM, now=NOW)
    membership_id = identity.create_member(
        authority_id=town.id, email=email, name="Frau Adler", roles=["clerk"], unit_ids=[],
        password="ein langes Kennwort", actor=SYSTEM, now=NOW,
    )  # fmt: skip
    with work(town.id):
        account_id: UUID = Membership.objects.get(id=membership_id).account_id
    identity.name_helper(authority_id=town.id, agreement_id=agreement_id, account_id=account_id, actor=SYSTEM, now=NOW)
    return account_id


def test_a_helper_who_was_hired_since_is_one_no_more(authority, neighbour, folders, take_along, back):
    """Found by a review: her row pointed at an account that was gone, and the return was refused."""
    before = helper_of(authority, neighbour, "olsen@weissenburg.example")
    then = take_along(authority, "then.zip")
    helper_of(authority, neighbour, "adler@weissenburg.example")
    assert "1 of identity_helper are gone: their colleagues had no account then" in back(authority, then)
    with common():
        assert list(Helper.objects.values_list("account_id", flat=True)) == [before]


def test_what_others_asked_a_publisher_since_is_gone(towns, body, take_along, back):
    town, other = towns
    early = asked(town)
    with common():
        publisher = Authority.objects.get(id=body)
    then = take_along(publisher, "then.zip")
    joined(other, early)
    late = asked(town)
    joined(other, late)
    assert any(one.startswith("2 of studio_asking are gone:") for one in back(publisher, then))
    (request,) = requests_at(body)
    assert (request.id, {one.name for one in request.askers}) == (early, {town.name, other.name})
    assert [one.id for one in requests_for(other.id)] == [early]
