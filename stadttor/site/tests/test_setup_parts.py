"""Parts that an authority does without: out of every menu, their pages gone, their things kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from stadttor.appointments import demo as appointments
from stadttor.appointments.models import Booking
from stadttor.appointments.queries import has_appointments, pools
from stadttor.appointments.services import save_pool
from stadttor.core.refused import Refused
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.site import wiring
from stadttor.site.issuing import Issued
from stadttor.site.parts import PARTS, part_of
from stadttor.site.setup.switching import WORDS, use_parts
from stadttor.site.tests.test_setup import desk
from stadttor.tenancy.queries import forget, profile
from tests.architecture.routes import routes

pytestmark = pytest.mark.db


@pytest.fixture(autouse=True)
def _fresh():
    wiring.connect()
    forget()
    yield
    forget()


@pytest.fixture
def kern(authority):
    return desk(authority, "organiser", "clerk", now=clock.now())


def use(authority, *parts) -> None:
    use_parts(authority_id=authority.id, used=parts, actor=SYSTEM, now=clock.now())
    forget()


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("appointments", "/desk/appointments/"),
        ("appointments", "/desk/places"),
        ("inventory", "/desk/inventory"),
        ("figures", "/desk/figures"),
        ("feedback", "/desk/feedback"),
    ],
)
def test_a_part_switched_off_is_in_no_menu_and_its_pages_say_so(kern, authority, part, path):
    assert kern.get(path).status_code == 200
    assert f'href="{path}"' in kern.get("/desk/staff").content.decode()
    use(authority, *(one for one in PARTS if one != part))
    gone = kern.get(path)
    assert gone.status_code == 404
    assert "An organiser can switch it on again" in gone.content.decode()
    assert f'href="{path}"' not in kern.get("/desk/staff").content.decode()
    use(authority, *PARTS)
    assert kern.get(path).status_code == 200


def test_citizens_find_nothing_of_a_part_that_is_off(authority, neighbour):
    moment = clock.now()
    _pool(authority, moment)
    slug = "personalausweis"
    citizen = Client(headers={"host": "weissenburg.localhost", "accept-language": "en"})
    assert has_appointments(authority.id, slug)
    use(authority)
    assert not has_appointments(authority.id, slug)
    gone = citizen.get(f"/leistungen/{slug}/termin")
    assert gone.status_code == 404
    assert "organiser" not in gone.content.decode()
    assert pools(authority.id) != [], "nothing is deleted"
    assert profile(neighbour.id).parts_off == frozenset()
    assert Issued().kinds(authority.id) == []


def test_appointments_stay_while_somebody_is_to_come(kern, authority):
    moment = clock.now()
    pool_id = _pool(authority, moment)
    with work(authority.id):
        row = Booking(
            authority_id=authority.id, pool_id=pool_id, number="1", service="x", title="x", begins=moment + timedelta(1),
            minutes=15, language="de", name="Amira", token_hash=b"x", token_sealed=b"x", created=moment, changed=moment,
            keep_until=moment,
        )  # fmt: skip
        row.save()
    with pytest.raises(Refused) as refused:
        use(authority)
    assert refused.value.code == "still_booked"
    assert kern.post("/desk/setup/parts", {"parts": ["inventory"]}).status_code == 409
    with work(authority.id):
        Booking.objects.filter(id=row.id).update(begins=moment - timedelta(1))
    assert kern.post("/desk/setup/parts", {"parts": ["inventory"]})["Location"] == "/desk/setup?done=saved"
    forget()
    assert profile(authority.id).parts_off == frozenset(PARTS) - {"inventory"}


def _pool(authority, moment):
    """A counter of the demo, for a service that is only described."""
    setting = replace(appointments._POOLS[0], services={"personalausweis": 15})
    return save_pool(authority_id=authority.id, pool_id=None, setting=setting, actor=SYSTEM, now=moment)


def test_every_part_has_routes_and_words_and_what_is_needed_is_in_none():
    found = {part_of(route.name) for route in routes()}
    assert found == {"", *PARTS}
    assert set(WORDS) == set(PARTS)
    assert {
        part_of(name) for name in ("cases:work_list", "portal:status", "setup:parts", "issuing:status", "desk")
    } == {""}
