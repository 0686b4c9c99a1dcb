"""Parts that an authority does without: out of every menu, their pages gone, their things kept."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from stadttor.appointments import demo as appointments
from stadttor.appointments.models import Booking
from stadttor.appointments.queries import has_appointments, pools
from stadttor.appointments.services import save_pool
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.exchange.services import hand_over
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.notices.services import Way, begin_delivery
from stadttor.payments.services import request_payment
from stadttor.site import wiring
from stadttor.site.issuing import Issued
from stadttor.site.parts import PARTS, part_of
from stadttor.site.setup import steps
from stadttor.site.setup.switching import WORDS, use_parts
from stadttor.site.tests.test_setup import adopted, desk
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
    return desk(authority, "organiser", "clerk", "post", now=clock.now())


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
        ("finance", "/desk/finance/days/"),
        ("finance", "/desk/finance/books"),
        ("post_room", "/desk/post/"),
        ("hand_overs", "/desk/hand-overs/"),
        ("hand_overs", "/desk/targets/"),
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


def _letter(authority):
    recipient = {"name": "Amira Yılmaz", "lines": ["Luitpoldstraße 3", "91781 Weißenburg"]}
    way = Way("post", "post", "general", "BY", recipient)
    with work(authority.id):
        begin_delivery(
            authority_id=authority.id, case_id=new_id(), subject_id=new_id(), decision_id=new_id(), way=way,
            documents=[new_id()], now=clock.now(),
        )  # fmt: skip


def _fee(authority):
    items = [{"id": "grund", "cents": 500, "text": "Gebühr"}]
    request_payment(
        authority_id=authority.id, subject_id=new_id(), reference="x", items=items, cents=500, now=clock.now()
    )


def _hand_over(authority):
    hand_over(
        authority_id=authority.id, hand_over_id=new_id(), case_id=new_id(), key="decision:1", service="hundesteuer",
        target="Veranlagung", file=None, due=clock.now(), now=clock.now(),
    )  # fmt: skip


HELD = [
    ("post_room", "/desk/post/", _letter),
    ("finance", "/desk/finance/days/", _fee),
    ("hand_overs", "/desk/hand-overs/", _hand_over),
]


@pytest.mark.parametrize(("part", "path", "begin"), HELD)
def test_what_is_not_done_keeps_its_part_on(kern, authority, part, path, begin):
    begin(authority)
    with pytest.raises(Refused) as refused:
        use(authority, *(one for one in PARTS if one != part))
    assert refused.value.code == "part_in_use"
    assert profile(authority.id).parts_off == frozenset()
    assert kern.get(path).status_code == 200


@pytest.mark.parametrize(("part", "path", "begin"), HELD)
def test_what_comes_in_all_the_same_brings_its_part_back(kern, authority, part, path, begin):
    use(authority, *(one for one in PARTS if one != part))
    assert kern.get(path).status_code == 404
    begin(authority)
    assert kern.get(path).status_code == 200
    assert f'href="{path}"' in kern.get("/desk/staff").content.decode()
    # Nobody who changes something else is kept from saving it.
    use(authority, *(one for one in PARTS if one not in (part, "figures")))


def test_the_books_stay_while_a_service_asks_for_money(authority, now, monkeypatch):
    adopted(authority.id, now)
    use(authority, *(one for one in PARTS if one != "finance"))
    use(authority, *PARTS)
    monkeypatch.setattr(steps, "costs", lambda row: True)
    with pytest.raises(Refused) as refused:
        use(authority, *(one for one in PARTS if one != "finance"))
    assert refused.value.code == "asks_for_money"
    assert refused.value.values["service"]


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
