"""The address of a service that is not offered now."""

import pytest

from stadttor.catalog import services
from stadttor.catalog.tests.builders import ADLER, adopted
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import work
from stadttor.insights.models import Counter
from stadttor.insights.services import adding, visiting

pytestmark = pytest.mark.db
CLOSED = "You cannot apply for this online at the moment"


def visited(client):
    return client.get("/leistungen/muster", headers={"accept-language": "en"})


@pytest.mark.parametrize("close", [services.withdraw, services.to_test])
def test_who_kept_the_address_of_a_closed_service_learns_that_it_is_closed(client, authority, close):
    """Report: an old address showed that the page does not exist, as if she had mistyped it."""
    adoption_id = adopted(authority.id, now())
    assert visited(client).status_code == 200
    close(authority_id=authority.id, adoption_id=adoption_id, actor=ADLER, now=now())
    page = visited(client)
    assert page.status_code == 404
    assert CLOSED in page.content.decode()
    assert "test" not in page.content.decode().split("<main")[1].split("</main>")[0].lower()


def test_of_a_service_that_was_never_open_nobody_learns_anything(client, authority):
    adopted(authority.id, now(), live=False)
    page = visited(client)
    assert page.status_code == 404
    assert CLOSED not in page.content.decode()


def test_a_visit_is_counted_without_knowing_whose(client, authority):
    adoption_id = adopted(authority.id, now())
    visiting.write_visits()
    for _visit in range(3):
        assert set(visited(client).cookies) <= {"csrftoken"}
    assert client.head("/leistungen/muster").status_code == 200
    visiting.write_visits()
    with work(authority.id):
        (row,) = Counter.objects.filter(authority_id=authority.id, measure="visits")
    assert (row.service, row.value, row.count) == ("muster", german_day(now()).day, 3)
    services.to_test(authority_id=authority.id, adoption_id=adoption_id, actor=ADLER, now=now())
    visited(client)
    visiting.write_visits()
    with work(authority.id):
        assert Counter.objects.get(authority_id=authority.id, measure="visits").count == 3


def test_a_page_is_shown_though_its_visit_cannot_be_written(client, authority, monkeypatch):
    adopted(authority.id, now())
    monkeypatch.setattr(adding, "_ADD", "INSERT INTO nowhere VALUES (%s, %s, %s, %s, %s, %s, %s)")
    monkeypatch.setattr(visiting, "EVERY_S", 0.0)
    assert visited(client).status_code == 200
