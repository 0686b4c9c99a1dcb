"""Common costs: shared to the cent by a key, stated by a body that acts, each partner's own share to see for itself alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadttor.catalog.tests.builders import NAME
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import common
from stadttor.rollout.jobs import share_costs
from stadttor.rollout.models import CommonCost
from stadttor.rollout.queries import steering_at
from stadttor.rollout.rules.costs import shares_of
from stadttor.rollout.services.costing import share_common_costs, state_common_costs
from stadttor.rollout.services.counting import count
from stadttor.rollout.tests.builders import id_of, planned, run
from stadttor.rollout.tests.test_cockpit_pages import HOME, signed_in, steering, text
from stadttor.rollout.tests.test_figure_pages import counted

__all__ = ["steering"]
OWN = "/desk/costs"
GIVEN = {"year": "2026", "euros": "1000", "key": "equal", "source": "Beschluss vom 3. März"}


@given(st.integers(0, 10**9), st.lists(st.integers(0, 4_000_000), min_size=1, max_size=60))
def test_shares_add_up_to_the_cent_and_none_is_a_cent_off(cents, weights):
    shares = shares_of(cents, weights)
    whole = sum(weights)
    assert sum(shares) == (cents if whole else 0)
    assert all(
        abs(share * whole - cents * weight) < whole for share, weight in zip(shares, weights, strict=True) if whole
    )


def test_the_cents_that_are_left_go_to_the_largest_remainders():
    assert shares_of(100, [1, 1, 1]) == [34, 33, 33]
    assert shares_of(100, [5, 3, 1]) == [56, 33, 11]
    assert shares_of(100, [0, 0]) == [0, 0]


@pytest.fixture
def shared(first, now):
    """The Land's authorities have the service. States costs there at a body, shares them, gives the row."""
    run(planned(first, now), now)
    count(first, now=now)

    def stated(slug="steuerung", cents=100_000, key="equal", year=2026):
        body = steering_at(id_of(slug))
        state_common_costs(
            body=body, package_id=first.package_id, year=year, cents=cents, key=key, source="Beschluss", actor=SYSTEM,
            now=clock.now(),
        )  # fmt: skip
        with common():
            row = CommonCost.objects.get(by_id=body.authority_id, year=year)
        share_costs(authority_id=body.authority_id, cost_id=row.id)
        with common():
            return CommonCost.objects.get(id=row.id)

    return stated


def lines(page):
    return [line.split(";") for line in text(page).removeprefix("\ufeff").splitlines()[1:]]


@pytest.mark.db
def test_each_partner_within_the_bounds_bears_its_part_and_the_sum_is_what_was_stated(first, shared, steering):
    desk = steering("09")
    row = shared(cents=100_001)
    assert str(id_of("weissenburg")) in row.shares
    assert str(id_of("hamburg")) not in row.shares
    assert sum(cents for _weight, cents in row.shares.values()) == 100_001
    address = f"{HOME}/costs/{row.id}"
    *partners, whole = lines(desk.get(f"{address}.csv"))
    assert len(partners) == len(row.shares)
    assert whole[2] == "1000.01"
    assert sum(round(float(one[2]) * 100) for one in partners) == 100_001
    page = text(desk.get(address))
    assert "Sum: €1,000.01" in page
    assert "Equal parts" in page
    assert desk.get(f"{address}.xlsx").status_code == 200


@pytest.mark.db
def test_by_inhabitants_and_by_applications_of_which_fewer_than_five_count_as_none(first, shared, steering):
    steering("09")
    by_inhabitants = shared(key="inhabitants").shares
    assert by_inhabitants[str(id_of("muenchen"))][1] > by_inhabitants[str(id_of("weissenburg"))][1] > 0
    counted("muenchen", ("online", 1, 7), ("online", 0, 5))
    counted("nuernberg", ("online", 1, 4))
    by_applications = shared(key="applications").shares
    assert by_applications == {str(id_of("muenchen")): [12, 100_000]}


@pytest.mark.db
def test_an_authority_sees_its_own_share_and_the_key_and_no_other(first, shared, steering):
    steering("09")
    shared(key="inhabitants")
    desk = signed_in(id_of("weissenburg"), "weissenburg", "organiser")
    page = text(desk.get(OWN))
    assert "By inhabitants" in page
    assert "€1,000.00" in page
    assert "München" not in page
    assert len(lines(desk.get(f"{OWN}.csv"))) == 1
    elsewhere = signed_in(id_of("hamburg"), "hamburg", "organiser")
    assert "You have no share" in text(elsewhere.get(OWN))
    assert signed_in(id_of("nuernberg"), "nuernberg", "clerk").get(OWN).status_code == 403


@pytest.mark.db
def test_a_body_states_in_the_browser_and_takes_it_back(first, shared, steering):
    desk = steering("09")
    costs = f"{HOME}/packages/{NAME}/costs"
    for wrong in ({"euros": ""}, {"euros": "0"}, {"year": "12"}, {"key": "dice"}, {"source": " "}):
        assert desk.post(costs, {**GIVEN, **wrong}).status_code == 422
    address = desk.post(costs, GIVEN)["Location"]
    assert "are being reckoned" in text(desk.get(address))
    with common():
        row = CommonCost.objects.get()
    share_common_costs(row.id, now=clock.now())
    assert "Beschluss vom 3. März" in text(desk.get(address))
    assert desk.post(address).status_code == 303
    assert desk.get(address).status_code == 404


@pytest.mark.db
def test_a_body_that_looks_on_states_nothing_and_nobody_sees_what_another_stated(first, shared, steering):
    steering("09")
    theirs = f"{HOME}/costs/{shared().id}"
    looking = steering("09", acts=False, slug="aufsicht")
    costs = f"{HOME}/packages/{NAME}/costs"
    assert looking.post(costs, GIVEN).status_code == 403
    assert "€1,000.00" not in text(looking.get(costs))
    assert (looking.get(theirs).status_code, looking.post(theirs).status_code) == (404, 404)
    with common(write=True):
        CommonCost.objects.update(by_id=id_of("aufsicht"))
    assert (looking.get(theirs).status_code, looking.post(theirs).status_code) == (200, 403)


@pytest.mark.db
def test_what_was_stated_anew_is_not_overwritten_by_the_shares_of_before(first, shared, steering, monkeypatch):
    steering("09")
    row = shared()
    shared(cents=50_000)
    with common(write=True):
        CommonCost.objects.filter(id=row.id).update(shared_at=None, shares={})
    from stadttor.rollout.services import costing

    def stated_meanwhile(*given):
        with common(write=True):
            CommonCost.objects.filter(id=row.id).update(stated_at=clock.now(), cents=70_000)
        return []

    monkeypatch.setattr(costing, "partners", stated_meanwhile)
    share_common_costs(row.id, now=clock.now())
    with common():
        kept = CommonCost.objects.get(id=row.id)
    assert (kept.cents, kept.shared_at) == (70_000, None)
