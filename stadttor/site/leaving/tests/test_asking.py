"""Change requests when somebody leaves: an authority takes along that it asked, a publisher what it was asked."""

import pytest

from stadttor.site.leaving.erasing import changing, delete_rows
from stadttor.studio.queries.requests import request_at, requests_for
from stadttor.studio.tests.builders import a_body
from stadttor.studio.tests.test_requests import NOW, asked, joined, named, towns

pytestmark = pytest.mark.db
__all__ = ["towns"]


@pytest.fixture
def body(_clean):
    """The publisher."""
    return a_body()


def erased(database, authority_id):
    with changing(database["STADTTOR_OWNER_URL"], authority_id) as connection:
        delete_rows(connection, authority_id, NOW)


def test_an_authority_that_leaves_takes_its_asking_along_and_a_publisher_its_requests(towns, body, database):
    town, other = towns
    made = asked(town)
    joined(other, made)
    named(body, made)
    erased(database, town.id)
    assert [one.name for one in request_at(body, made).askers] == [other.name]
    erased(database, body)
    assert requests_for(other.id) == []
