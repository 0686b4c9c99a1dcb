"""The diagram of a process, as a picture and as a table."""

from datetime import timedelta

import pytest

from stadttor.catalog.tests.builders import adopted
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.inventory import queries, services
from stadttor.inventory.tests.builders import HOME, kept, signed_in, text

pytestmark = pytest.mark.db


def test_an_own_process_is_drawn_from_its_steps(authority, desk):
    page = text(desk.get(f"{HOME}/{kept(authority)}/diagram"))
    assert "<svg" in page
    assert page.index("Zettel schreiben") < page.index("Abtippen")
    assert "steps that were typed in" in page


def test_a_service_of_the_catalogue_is_drawn_from_its_process(authority, desk):
    adopted(authority.id, clock.now() - timedelta(minutes=1))
    services.take_over(authority_id=authority.id, actor=SYSTEM, now=clock.now())
    (row,) = queries.processes(authority.id)
    page = text(desk.get(f"{HOME}/{row.id}/diagram"))
    assert "Angaben und Nachweise prüfen" in page
    assert "a.outcome ==" in page
    assert "P14D" in page
    assert "as the package runs it" in page


def test_another_town_and_a_clerk_get_nothing(authority, neighbour):
    process_id = kept(authority)
    assert signed_in(neighbour).get(f"{HOME}/{process_id}/diagram").status_code == 404
    assert signed_in(authority, "clerk").get(f"{HOME}/{process_id}/diagram").status_code == 403
