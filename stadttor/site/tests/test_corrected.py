"""A mistaken setting that was corrected: how many cases were decided with it, the list for clerks, a word on each case."""

from datetime import timedelta

import pytest

from stadttor.cases.queries import case_for
from stadttor.catalog import queries as catalog
from stadttor.catalog import services as adopting
from stadttor.catalog.ports import used
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day, now
from stadttor.identity import queries as identity
from stadttor.site import wiring
from stadttor.site.corrected import corrected_since
from stadttor.tenancy.services import set_coverage
from tests.one_service import Town

pytestmark = pytest.mark.db
NAME = "gebuehr_container_cents"


@pytest.fixture
def town(authority, monkeypatch) -> Town:
    """A town that set its fee with a statute before the application came in."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    live = adopting.go_live

    def first_the_fee(**more):
        dated(more["authority_id"], more["adoption_id"], 90)
        live(**more)

    monkeypatch.setattr(adopting, "go_live", first_the_fee)
    return Town(authority.id, authority.slug, "sondernutzung", "container-drei-tage")


def dated(authority_id, adoption_id, cents):
    adopting.plan_parameters(
        authority_id=authority_id, adoption_id=adoption_id, parameters=set_to(authority_id, adoption_id, cents),
        since=None, source="Satzung", actor=SYSTEM, now=now(),
    )  # fmt: skip


def set_to(authority_id, adoption_id, cents):
    return {**catalog.adoption(authority_id, adoption_id).parameters, NAME: cents}


def test_the_cases_of_a_mistaken_value_are_counted_listed_and_told(town, client):
    (row,) = catalog.dated_values(town.authority_id, town.adoption_id)
    where = (town.authority_id, town.adoption_id, row.id)
    assert (used(*where).decided, used(*where).waiting) == (0, 1)
    today = german_day(now())
    town.decide(
        "granted", free_reason="", cautions_seen=["letzter_tag", "verkehrsanordnung"], valid_from=today,
        valid_until=today + timedelta(days=2),
    )  # fmt: skip
    adopting.correct_values(
        authority_id=town.authority_id, adoption_id=town.adoption_id, dated_id=row.id,
        parameters=set_to(town.authority_id, town.adoption_id, 80), source="Satzung", reason="Tippfehler.",
        actor=SYSTEM, now=now(),
    )  # fmt: skip
    assert (used(*where).decided, used(*where).waiting) == (1, 0)
    (stands,) = catalog.dated_values(town.authority_id, town.adoption_id)
    assert used(*where[:2], stands.id).decided == 0
    client.cookies[identity.STAFF_COOKIE] = town.token
    page = client.get(used(*where).href, headers={"host": f"{town.slug}.localhost"}).content.decode()
    assert f"/desk/cases/{town.case_id}" in page
    (said,) = corrected_since(case_for(town.adler, town.case_id, now()).ref)
    assert "Tippfehler." in said.text
