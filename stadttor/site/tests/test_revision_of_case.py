"""A case says with which change of its service somebody applied: versions and settings are judged by it."""

import pytest

from stadttor.catalog import queries as catalog
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.site import wiring
from stadttor.tenancy.services import set_coverage
from tests.one_service import Town

pytestmark = pytest.mark.db


def test_a_case_says_the_change_of_its_service_that_it_was_applied_for_with(authority):
    """Report: it always said 0, so that the watch over upgrades never saw a case of the new version."""
    wiring.connect()
    set_coverage(authority.id, ["095770177177"], actor=SYSTEM, now=now())
    town = Town(authority.id, authority.slug, "sondernutzung", "container-drei-tage")
    assert town.case().adoption_revision == catalog.adopted_form(authority.id, town.service).number == 2
