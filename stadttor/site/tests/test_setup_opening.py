"""Services are opened together, each only when nothing is missing; what stays closed says why."""

import pytest

from stadttor.cases.models import Case
from stadttor.cases.services import open_case
from stadttor.catalog import queries
from stadttor.catalog.services import adopt_together
from stadttor.ground import clock
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.identity.queries import Staff
from stadttor.identity.services import create_member, save_unit
from stadttor.payments.services.finance import Books, set_rules
from stadttor.site import wiring
from stadttor.site.setup.opening import obstacles
from stadttor.site.setup.steps import Town
from stadttor.site.setup.trying import make_test_case
from stadttor.site.tests.test_setup import PASSWORD, WUG, desk
from stadttor.tenancy import demo as places
from stadttor.tenancy.queries import forget
from stadttor.tenancy.services import accept_agreement, describe, offer_agreement, set_coverage, store_register
from tests.shelf import publish

pytestmark = pytest.mark.db
FOUND, DOGS = "fundsache", "hundesteuer"


@pytest.fixture(autouse=True)
def _wired():
    wiring.connect()
    forget()
    yield
    forget()


@pytest.fixture
def town(authority, now):
    """Two services in test; the places are there, nothing else."""
    store_register(places.REGISTER, file_name="demo", sha256=places.VERSION, now=now)
    set_coverage(authority.id, [WUG], actor=SYSTEM, now=now)
    publish(FOUND, DOGS, now=now)
    ids = [row.id for row in queries.versions()]
    adopt_together(authority_id=authority.id, version_ids=ids, proposed={}, actor=SYSTEM, now=now)
    return authority


@pytest.fixture
def kern(town):
    return desk(town, "organiser", now=clock.now())


def missing(authority) -> dict[str, list[str]]:
    forget()
    found = Town(authority.id, clock.german_day(clock.now()))
    return {row.slug: [one.title for one in obstacles(found, row)] for row in found.in_test}


def employ(authority) -> None:
    """A unit for both services with a clerk in it."""
    now = clock.now()
    unit = save_unit(
        authority_id=authority.id, unit_id=None, name="Rathaus", services=[FOUND, DOGS], actor=SYSTEM, now=now
    )
    create_member(
        authority_id=authority.id, email="olsen@weissenburg.example", name="Herr Olsen", roles=["clerk"], unit_ids=[unit],
        password=PASSWORD, actor=SYSTEM, now=now,
    )  # fmt: skip


def tell_all(authority) -> None:
    given = {"lines": ["Stadt", "Marktplatz 19", "91781 Weißenburg"], "email": "rathaus@weissenburg.example"}
    more = {"imprint": "Körperschaft", "officer": "Frau Lang"}
    describe(authority.id, actor=SYSTEM, now=clock.now(), **given, **more)


def try_out(authority, slug) -> None:
    now = clock.now()
    kern = Staff(
        authority.id, "Frau Kern", "kern@weissenburg.example", authority.id, frozenset({"organiser"}), frozenset()
    )
    made = make_test_case(staff=kern, slug=slug, now=now)
    case_id = open_case(authority_id=authority.id, submission_id=made.submission_id, now=now)
    with work(authority.id):
        Case.objects.filter(authority_id=authority.id, id=case_id).update(decided_at=now)


def test_what_is_missing_is_named_for_the_town_and_for_each_service(kern, town):
    titles = missing(town)
    assert [len(titles[slug]) for slug in (FOUND, DOGS)] == [5, 6], "three of the town; unit, account, test case"
    page = kern.get("/desk/setup/opening").content.decode()
    assert "Open to citizens now" not in page
    assert page.count("It asks for money, and there is no bank account") == 1
    tell_all(town)
    employ(town)
    assert missing(town) == {
        FOUND: ["No test case was worked on up to the decision"],
        DOGS: ["It asks for money, and there is no bank account", "No test case was worked on up to the decision"],
    }


def test_what_is_ready_is_opened_and_the_rest_says_why(kern, town):
    tell_all(town)
    employ(town)
    try_out(town, FOUND)
    assert kern.post("/desk/setup/opening", {}).status_code == 422
    # What is not ready is not opened, whatever the browser sends.
    answer = kern.post("/desk/setup/opening", {"services": [FOUND, DOGS]})
    assert answer["Location"] == "/desk/setup/opening?opened=1"
    states = {row.slug: row.state for row in queries.adoptions(town.id)}
    assert states == {FOUND: "live", DOGS: "test"}
    page = kern.get(answer["Location"]).content.decode()
    assert "Services opened: 1." in page
    assert "no bank account" in page
    assert kern.get("/desk/")["Location"] == "/desk/services/", "the town is set up"


def test_a_bank_account_and_a_test_case_are_all_that_dog_tax_waits_for(town):
    tell_all(town)
    employ(town)
    now = clock.now()
    books = Books(
        "577", 8, "mod97", "Q", {"*/": "1.1220.4311"}, "Stadtkasse", "DE02120300000000202051", "BYLADEM1001", 3
    )
    set_rules(authority_id=town.id, valid_from=clock.german_day(now), books=books, actor=SYSTEM, now=now)
    try_out(town, DOGS)
    assert missing(town)[DOGS] == []


def test_a_service_that_a_neighbour_handles_needs_no_clerk_of_the_town(town, neighbour):
    now, says = clock.now(), "No clerk belongs to its unit"
    unit = save_unit(authority_id=town.id, unit_id=None, name="Rathaus", services=[FOUND, DOGS], actor=SYSTEM, now=now)
    assert says in missing(town)[DOGS]
    agreement_id = offer_agreement(
        authority_id=town.id, helper_slug="muenchen", service=DOGS, title="Hundesteuer", unit_id=unit,
        legal_basis="Zweckvereinbarung", starts=clock.german_day(now), ends=None, actor=SYSTEM, now=now,
    )  # fmt: skip
    assert says in missing(town)[DOGS], "offered is not agreed"
    accept_agreement(authority_id=neighbour.id, agreement_id=agreement_id, actor=SYSTEM, now=now)
    assert says not in missing(town)[DOGS]
    assert says in missing(town)[FOUND]


def test_a_clerk_opens_nothing(town):
    clerk = desk(town, "clerk", now=clock.now())
    assert clerk.post("/desk/setup/opening", {"services": [FOUND]}).status_code == 403
