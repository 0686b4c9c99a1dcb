"""A new authority is set up in the browser: steps read off what is there, a small page for what has none elsewhere."""

import re

import pytest
from django.test import Client

from stadttor.catalog.tests.builders import adopted
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity.queries import STAFF_COOKIE
from stadttor.identity.services import create_member, sign_in
from stadttor.site.setup.describing import spans
from stadttor.site.setup.steps import Town, standings
from stadttor.tenancy import demo as places
from stadttor.tenancy.models import Profile
from stadttor.tenancy.queries import areas_of, forget, profile
from stadttor.tenancy.services import create_authority, describe, leave_place, serve_place, set_coverage, store_register

pytestmark = pytest.mark.db
PASSWORD = "Tauben auf dem Ellinger Tor 1926"
WUG, TREUCHTLINGEN, ELLINGEN, MUNICH = "095770177177", "095770173173", "095775534125", "091620000000"


@pytest.fixture(autouse=True)
def _fresh():
    forget()
    yield
    forget()


def desk(authority, *roles, now) -> Client:
    """Frau Kern with these roles, reading English."""
    email = f"kern@{authority.slug}.example"
    create_member(
        authority_id=authority.id, email=email, name="Frau Kern", roles=list(roles), unit_ids=[], password=PASSWORD,
        actor=SYSTEM, now=now,
    )  # fmt: skip
    token = sign_in(authority_id=authority.id, email=email, password=PASSWORD, address="10.0.0.1", now=now)
    client = Client(headers={"host": f"{authority.slug}.localhost", "accept-language": "en"})
    client.cookies[STAFF_COOKIE] = token
    return client


@pytest.fixture
def kern(authority):
    from stadttor.ground.clock import now

    return desk(authority, "organiser", now=now())


def states(authority, now) -> dict[str, str]:
    forget()
    return {one.step.key: one.state for one in standings(Town(authority.id, german_day(now)))}


def test_an_organiser_of_a_new_town_is_led_until_the_first_service_is_open(kern, authority, now):
    assert kern.get("/desk/")["Location"] == "/desk/setup"
    assert "Back to the steps" in kern.get("/desk/staff").content.decode()
    assert "Back to the steps" not in kern.get("/desk/setup").content.decode()
    adopted(authority.id, now)
    assert kern.get("/desk/")["Location"] == "/desk/services/"
    assert "Back to the steps" not in kern.get("/desk/staff").content.decode()


def test_the_set_up_is_put_aside_and_taken_up_again(kern):
    assert kern.post("/desk/setup/aside", {"aside": "yes"})["Location"] == "/desk/setup"
    forget()
    assert kern.get("/desk/")["Location"] == "/desk/services/"
    assert "Back to the steps" not in kern.get("/desk/staff").content.decode()
    kern.post("/desk/setup/aside", {"aside": "no"})
    forget()
    assert kern.get("/desk/")["Location"] == "/desk/setup"


def test_the_sentence_of_progress_names_as_many_steps_as_are_numbered(kern, authority, now):
    """Report: it said "11 of 12 steps", and 13 were numbered."""
    numbers = list(states(authority, now).values())
    needed, free = sum(one != "optional" for one in numbers), numbers.count("optional")
    page = kern.get("/desk/setup").content.decode()
    more = "One more is up to you" if free == 1 else f"{free} more are up to you"
    assert f"of {needed} steps are done. {more}" in page
    assert f"{needed + free}. <a" in page
    assert f"{needed + free + 1}. <a" not in page


def test_a_clerk_is_not_led_and_may_not_set_up(authority):
    from stadttor.ground.clock import now

    clerk = desk(authority, "clerk", now=now())
    assert clerk.get("/desk/")["Location"] == "/desk/cases/"
    for page in ("", "/places", "/contact", "/hours", "/law"):
        assert clerk.get(f"/desk/setup{page}").status_code == 403


def test_every_step_is_read_off_what_is_there(kern, authority, now):
    store_register(places.REGISTER, file_name="demo", sha256=places.VERSION, now=now)
    assert states(authority, now)["areas"] == "open"
    set_coverage(authority.id, [WUG], actor=SYSTEM, now=now)
    found = states(authority, now)
    assert (found["areas"], found["contact"], found["account"]) == ("done", "open", "optional")
    wrong = kern.post("/desk/setup/contact", {"lines": "Stadt Weißenburg", "email": "x"})
    assert wrong.status_code == 422
    given = {"lines": "Stadt Weißenburg\nMarktplatz 19\n91781 Weißenburg", "email": "rathaus@weissenburg.example"}
    assert kern.post("/desk/setup/contact", given | {"website": "weissenburg.example"}).status_code == 303
    hours = {"day0": "8-12, 13.30 bis 16 Uhr", "day4": "8:00–12:30", "holidays": "assumption"}
    assert kern.post("/desk/setup/hours", hours).status_code == 303
    assert kern.post("/desk/setup/law", {"imprint": "Körperschaft", "officer": ""}).status_code == 422
    assert (
        kern.post("/desk/setup/law", {"imprint": "Körperschaft", "officer": "Frau Lang, Marktplatz 19"}).status_code
        == 303
    )
    found = states(authority, now)
    assert [found[key] for key in ("contact", "hours", "law", "units", "people")] == ["done"] * 3 + ["open"] * 2
    row = profile(authority.id)
    assert row.website == "https://weissenburg.example"
    assert [(one.day, one.start, one.end) for one in row.hours] == [
        (0, "08:00", "12:00"), (0, "13:30", "16:00"), (4, "08:00", "12:30"),
    ]  # fmt: skip
    assert row.holidays == ("assumption",)
    page = kern.get("/desk/setup/hours").content.decode()
    assert 'value="8:00–12:00, 13:30–16:00"' in page
    assert "Frau Lang, Marktplatz 19" in kern.get("/datenschutz").content.decode()


def test_what_was_just_saved_is_seen_by_every_process(kern, authority, now):
    """Report: the next step was still the one that had been saved, as another web process remembered the profile."""
    kern.get("/desk/setup")
    with work(authority.id):
        Profile.objects.create(authority_id=authority.id, lines=["Stadt", "Weg 1"], email="rathaus@weissenburg.example")
    page = kern.get("/desk/setup").content.decode()
    assert "Go on: Letterhead and contact" not in page
    assert "rathaus@weissenburg.example" in kern.get("/desk/setup/contact").content.decode()


def test_what_was_typed_stays_when_something_is_wrong(kern):
    answer = kern.post("/desk/setup/hours", {"day0": "8–12", "day1": "12–8"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'value="8–12"' in page
    assert 'value="12–8"' in page
    assert re.search(r'href="#f-day1">Enter the hours of a day like this', page)


@pytest.mark.parametrize("text", ["8", "12-8", "8-25", "8-12, 11-13", "abc", "8–12;13–15", "8:60-9", "8-12,"])
def test_hours_that_cannot_be_read_are_refused(text):
    with pytest.raises(Refused) as refused:
        spans(text, 3)
    assert refused.value.field == "day3"


def test_a_place_of_the_same_kreis_that_nobody_serves_is_added_and_left_again(kern, authority, now):
    store_register(places.REGISTER, file_name="demo", sha256=places.VERSION, now=now)
    set_coverage(authority.id, [WUG], actor=SYSTEM, now=now)
    assert "Treuchtlingen" in kern.get("/desk/setup/places?q=Treuchtlingen").content.decode()
    far = kern.get("/desk/setup/places?q=München").content.decode()
    assert "in another Kreis" in far
    assert MUNICH not in far
    assert kern.post("/desk/setup/places", {"serve": TREUCHTLINGEN}).status_code == 303
    assert {one.ars for one in areas_of(authority.id)} == {WUG, TREUCHTLINGEN}
    assert kern.post("/desk/setup/places", {"leave": TREUCHTLINGEN}).status_code == 303
    assert kern.post("/desk/setup/places", {"leave": WUG}).status_code == 409, "one place is left"


def test_a_town_does_not_draw_its_neighbours_citizens_to_itself(now):
    """Another Kreis; a place that a town serves, or its Verband; one that does not exist; and it leaves only its own."""
    mine = places.load(now=now)["weissenburg"]
    solnhofen = "095770168168"
    create_authority(slug="solnhofen", name="Solnhofen", kind="gemeinde", covers=[solnhofen], actor=SYSTEM, now=now)
    wrong = {MUNICH: "place_elsewhere", solnhofen: "place_taken", ELLINGEN: "place_taken", "095770000000": "not_found"}
    for ars, code in wrong.items():
        with pytest.raises(Refused) as refused:
            serve_place(mine, ars, actor=SYSTEM, now=now)
        assert refused.value.code == code
    with pytest.raises(Refused):
        leave_place(mine, solnhofen, actor=SYSTEM, now=now)


def test_where_the_law_is_not_known_here_the_remedy_is_missing_until_it_is_written(authority, now):
    adopted(authority.id, now, live=False)
    set_coverage(authority.id, ["03151"], actor=SYSTEM, now=now)
    describe(authority.id, actor=SYSTEM, now=now, imprint="Körperschaft", officer="Frau Lang")
    before = states(authority, now)["law"]
    describe(authority.id, actor=SYSTEM, now=now, remedy="Gegen diesen Bescheid …")
    assert (before, states(authority, now)["law"]) == ("open", "done")
