"""One authority asks, the other accepts and names its clerk, who then works in the desk of the first: by the pages alone."""

import re
from html import unescape

import pytest
from django.test import Client

from stadttor.ground.authorities import by_slug
from stadttor.ground.clock import german_day
from stadttor.ground.clock import now as this_moment
from stadttor.ground.work import common, work
from stadttor.identity import ports
from stadttor.identity.models import Membership, StaffSession, Unit
from stadttor.identity.neighbour_pages import slug_in
from stadttor.identity.tests.conftest import PASSWORD

pytestmark = pytest.mark.db
KERN, BERG, OLSEN = "kern@weissenburg.example", "berg@muenchen.example", "olsen@muenchen.example"
HOME = {"weissenburg": KERN, "muenchen": BERG}


@pytest.fixture
def now():
    """The pages ask the clock: what was made before they open must not lie in the future."""
    return this_moment()


@pytest.fixture
def towns(authority, neighbour, employ):
    """Weißenburg, whose tax unit is in charge of dogs, and Munich, each with an organiser; a clerk in Munich."""
    before = ports._services
    ports.use_services(lambda authority_id: [("hundesteuer", "Hundesteuer"), ("fundsache", "Fundsache")])
    with work(authority.id):
        Unit.objects.create(authority=authority, name="Steueramt", services=["hundesteuer"])
    employ(authority, KERN, ["organiser"], name="Frau Kern")
    employ(neighbour, BERG, ["organiser"], name="Frau Berg")
    employ(neighbour, OLSEN, ["clerk"])
    yield authority, neighbour
    ports.use_services(before)


@pytest.fixture
def browse(towns, client):
    """`browse("muenchen")`: the browser of its organiser, or of whoever else signs in there."""

    def enter(slug, email=""):
        browser = Client(headers={"host": f"{slug}.localhost", "accept-language": "en"})
        answer = browser.post("/desk/sign-in", {"email": email or HOME[slug], "password": PASSWORD})
        browser.answered = answer.status_code
        return browser

    return enter


def text(browser, path, status=200):
    answer = browser.get(path)
    assert answer.status_code == status, (path, answer.status_code)
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def today(name):
    day = german_day(this_moment())
    return {f"{name}.{part}": str(getattr(day, part)) for part in ("day", "month", "year")}


def offer(kern, **otherwise):
    given = {"service": "hundesteuer", "helper": "https://muenchen.localhost/", "legal_basis": "Zweckvereinbarung"}
    return kern.post("/desk/neighbours/new", {**given, **today("starts"), **otherwise})


def test_from_the_offer_to_the_desk_and_to_the_end(browse):
    kern, berg = browse("weissenburg"), browse("muenchen")
    assert "You handle all your services yourselves" in text(kern, "/desk/neighbours")
    assert "You handle no service of another authority" in text(berg, "/desk/neighbours")
    page = text(kern, "/desk/neighbours/new")
    assert "Hundesteuer (Steueramt)" in page
    assert "Fundsache" not in page  # it goes to no unit
    address = offer(kern)["location"].partition("?")[0]
    assert "Landeshauptstadt München" in text(kern, "/desk/neighbours")

    assert "Große Kreisstadt Weißenburg" in text(berg, "/desk/neighbours")
    assert "Accept" in text(berg, address)
    assert berg.post(address, {"act": "accept"}).status_code == 302
    with work(by_slug("muenchen").id):
        account = str(Membership.objects.get(account__email=OLSEN).account_id)
    assert browse("weissenburg", OLSEN).answered == 422
    assert berg.post(address, {"act": "name", "account": account}).status_code == 302
    assert "Herr Olsen" in text(kern, address)

    olsen = browse("weissenburg", OLSEN)
    assert olsen.get("/desk/")["location"] == "/desk/cases/"
    desk = text(olsen, "/desk/cases/")
    for word in ("Enter an application", "Deputies", "You are in no unit yet", "Appointments", "Set-up"):
        assert word not in desk
    for shut in (
        "appointments/",
        "staff",
        "neighbours",
        "units",
        "deputies",
        "entries/",
        "permits",
        "services/",
        "tokens",
    ):
        assert olsen.get(f"/desk/{shut}").status_code in (403, 404), shut

    assert kern.post(address, {"act": "end", **today("ends")}).status_code == 302
    assert olsen.get("/desk/cases/").status_code == 302  # to the sign-in page


def test_an_organiser_who_was_away_proves_it_is_she_before_she_offers_or_opens_anything(browse):
    kern, berg = browse("weissenburg"), browse("muenchen")
    address = offer(kern)["location"].partition("?")[0]
    with common(write=True):
        StaffSession.objects.update(proved=None)
    assert offer(kern).status_code == 401
    assert berg.post(address, {"act": "accept"}).status_code == 401


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"service": "fundsache"}, "Please choose an entry."),
        ({"helper": "weissenburg"}, "Please enter the address of another authority's portal."),
        ({"starts.day": "45"}, "Please enter a date"),
        ({"legal_basis": ""}, "Please name the agreement"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(browse, otherwise, said):
    answer = offer(browse("weissenburg"), **otherwise)
    assert answer.status_code == 422
    assert said in unescape(answer.content.decode())


@pytest.mark.parametrize(
    "typed",
    ["muenchen", " Muenchen ", "https://muenchen.example.org/desk/", "muenchen.localhost:8000", "http://muenchen.x"],
)
def test_the_address_of_a_portal_may_be_typed_as_it_stands_in_the_browser(typed):
    assert slug_in(typed) == "muenchen"


def test_whom_the_responsible_side_dismissed_stands_there_and_it_alone_allows_him_again(browse):
    kern, berg = browse("weissenburg"), browse("muenchen")
    address = offer(kern)["location"].partition("?")[0]
    berg.post(address, {"act": "accept"})
    with work(by_slug("muenchen").id):
        him = {"account": str(Membership.objects.get(account__email=OLSEN).account_id)}
    berg.post(address, {"act": "name", **him})
    kern.post(address, {"act": "dismiss", **him})
    assert "does not want to work on its cases" in text(berg, address)
    assert "Allow again" not in text(berg, address)
    assert berg.post(address, {"act": "name", **him}).status_code == 422
    assert berg.post(address, {"act": "allow", **him}).status_code == 404
    assert "Allow again" in text(kern, address)
    assert kern.post(address, {"act": "allow", **him}).status_code == 302
    assert berg.post(address, {"act": "name", **him}).status_code == 302
