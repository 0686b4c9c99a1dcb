import re

import pytest

from stadttor.core.ars import LAND_CODES
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.papers.rules.bodies import bodies
from stadttor.papers.tests.builders import HOME, signed_in, text
from stadttor.tenancy.services import set_coverage


def test_every_land_has_who_watches():
    found = bodies()
    for table in (found.supervision, found.enforcement):
        assert set(table) == set(LAND_CODES.values())
        for row in table.values():
            assert row.website.startswith("https://")
            assert row.source
            assert row.name


def test_a_row_that_was_checked_names_its_own_source():
    """A list of others is no proof of what a body says of itself."""
    for row in bodies().enforcement.values():
        assert row.checked == ("Liste der" not in row.source)
        assert row.law


@pytest.mark.db
def test_the_organiser_reads_beside_a_body_that_nobody_checked_that_she_should(authority):
    desk = signed_in(authority)
    assert "Who watches over you" not in text(desk.get(HOME)), "before a place is served nobody knows the Land"
    set_coverage(authority.id, ["095775534"], actor=SYSTEM, now=now())
    page = text(desk.get(HOME))
    for body in (bodies().supervision["BY"], bodies().enforcement["BY"]):
        (row,) = [one for one in re.findall(r"<li>.*?</li>", page, re.DOTALL) if body.website in one]
        assert body.name in row
        assert ("Please check this name and address." in row) == (not body.checked)
    assert not bodies().supervision["BY"].checked
    assert bodies().enforcement["BY"].checked
