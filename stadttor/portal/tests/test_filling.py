import re

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.ground.clock import now

pytestmark = pytest.mark.db


@pytest.fixture
def draft(authority, client):
    """The address of a draft of the skeleton's form, opened in this browser."""
    adopted(authority.id, now())
    return begun(client)


def begun(client):
    address = client.post("/leistungen/muster/antrag").headers["Location"]
    return re.match(r"/antrag/[0-9a-f-]+", address)[0]


def test_what_cannot_be_read_is_still_there_after_going_back(client, draft):
    sent = {"anliegen.art": "neu", "anliegen.ab.day": "24", "anliegen.ab.month": "5", "go": "back"}
    assert client.post(f"{draft}/seite/anliegen", sent).status_code == 302
    page = client.get(f"{draft}/seite/anliegen").content.decode()
    assert re.search(r'name="anliegen.ab.month" value="5"', page)
    assert "Es fehlt noch" not in page


def test_an_explained_page_begins_its_title_with_error(client, draft):
    answer = client.post(f"{draft}/seite/anliegen", {"go": "on"})
    assert answer.status_code == 422
    assert "<title>Fehler: " in answer.content.decode()


def test_the_link_for_later_is_offered_to_the_address_of_the_answers(client, draft):
    client.post(f"{draft}/seite/person", {"person.email": "amira.yilmaz@example.org", "go": "later"})
    assert 'value="amira.yilmaz@example.org"' in client.get(f"{draft}/spaeter").content.decode()


def test_a_half_typed_address_is_not_offered_for_the_link(client, draft):
    client.post(f"{draft}/seite/person", {"person.email": "amira", "go": "later"})
    assert 'value="amira"' not in client.get(f"{draft}/spaeter").content.decode()
