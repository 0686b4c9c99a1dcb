from stadttor.core.ars import LAND_CODES
from stadttor.papers.rules.bodies import bodies


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
