"""A new authority chooses several services in one go and sets on one page what must be set."""

import re
from datetime import datetime

import pytest
from django.test import Client

from stadttor.catalog import queries
from stadttor.catalog.services import ParametersRefused, adopt_together, change_together, together
from stadttor.catalog.tests.test_pages import signed_in
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.models import Authority
from stadttor.identity.queries import units
from stadttor.identity.services import assign_services, save_unit
from stadttor.tenancy import demo as places
from stadttor.tenancy import queries as tenancy
from stadttor.tenancy.services import set_coverage, store_register
from tests.shelf import publish

pytestmark = pytest.mark.db
SHELF = ("hundesteuer", "sperrmuell", "fundsache")
WUG = "095770177177"


@pytest.fixture
def town(authority: Authority, now: datetime) -> Authority:
    """Weißenburg, its area in the register, three packages on offer, nothing adopted."""
    store_register(places.REGISTER, file_name="demo", sha256=places.VERSION, now=now)
    set_coverage(authority.id, [WUG], actor=SYSTEM, now=now)
    publish(*SHELF, now=now)
    tenancy.forget()
    return authority


@pytest.fixture
def kern(client: Client, town: Authority) -> Client:
    return signed_in(client, town, "organiser")


def versions() -> dict[str, str]:
    return {row.slug: str(row.id) for row in queries.versions()}


def unit(authority: Authority, name: str, now: datetime, *slugs: str) -> str:
    saved = save_unit(authority_id=authority.id, unit_id=None, name=name, services=slugs, actor=SYSTEM, now=now)
    return str(saved)


def test_what_is_usually_the_towns_business_is_ticked(kern: Client) -> None:
    page = kern.get("/desk/services/choose").content.decode()
    ticked = {slug: re.search(rf'value="{value}" checked', page) is not None for slug, value in versions().items()}
    assert ticked == {"hundesteuer": True, "sperrmuell": False, "fundsache": True}
    assert "Usually another authority does this." in page


def test_several_are_taken_over_in_test_with_the_postal_codes_of_the_area(kern: Client, town: Authority) -> None:
    assert kern.post("/desk/services/choose", {}).status_code == 422
    chosen = [versions()["hundesteuer"], versions()["fundsache"]]
    assert kern.post("/desk/services/choose", {"versions": chosen})["Location"] == "/desk/services/first-settings"
    adopted = {row.slug: row for row in queries.adoptions(town.id)}
    assert {row.state for row in adopted.values()} == {"test"}
    assert adopted["hundesteuer"].parameters["postleitzahlen"] == ["91781"]
    page = kern.get("/desk/services/choose").content.decode()
    assert versions()["hundesteuer"] not in page
    assert versions()["sperrmuell"] in page


def test_all_are_taken_over_or_none(town: Authority, now: datetime) -> None:
    both = [row.id for row in queries.versions() if row.slug != "sperrmuell"]
    with pytest.raises(Refused):
        adopt_together(authority_id=town.id, version_ids=[*both, town.id], proposed={}, actor=SYSTEM, now=now)
    assert queries.adoptions(town.id) == []
    made = adopt_together(
        authority_id=town.id, version_ids=both, proposed={"postleitzahlen": ["x"]}, actor=SYSTEM, now=now
    )
    assert len(made) == 2
    assert adopt_together(authority_id=town.id, version_ids=both, proposed={}, actor=SYSTEM, now=now) == []
    # What a package does not take is not proposed to it.
    dogs = next(row for row in queries.adoptions(town.id) if row.slug == "hundesteuer")
    assert dogs.parameters["postleitzahlen"] == []


def test_fees_and_units_of_all_are_set_on_one_page(kern: Client, town: Authority, now: datetime) -> None:
    kern.post("/desk/services/choose", {"versions": list(versions().values())})
    office, taxes = unit(town, "Bürgerbüro", now), unit(town, "Steueramt", now, "hundesteuer")
    page = kern.get("/desk/services/first-settings").content.decode()
    assert 'name="hundesteuer.satz_erster_cents"' in page
    assert 'name="hundesteuer.satzung"' not in page, "texts have the page of all settings"
    assert '<input type="hidden" name="postleitzahlen.shown" value="91781">' in page
    wrong = {
        "postleitzahlen": "91781",
        "postleitzahlen.shown": "91781",
        "hundesteuer.satz_erster_cents": "viel",
        "hundesteuer.unit": taxes,
    }
    answer = kern.post("/desk/services/first-settings", wrong)
    assert answer.status_code == 422
    assert 'value="viel"' in answer.content.decode()
    good = wrong | {"hundesteuer.satz_erster_cents": "42,00", "fundsache.unit": office, "sperrmuell.unit": office}
    good["postleitzahlen"] = "91781, 91782"
    assert kern.post("/desk/services/first-settings", good)["Location"] == "/desk/setup?done=saved"
    adopted = {row.slug: row for row in queries.adoptions(town.id)}
    assert adopted["hundesteuer"].parameters["satz_erster_cents"] == 4_200
    assert adopted["sperrmuell"].parameters["postleitzahlen"] == ["91781", "91782"]
    assert {row.name: set(row.services) for row in units(town.id)} == {
        "Bürgerbüro": {"fundsache", "sperrmuell"}, "Steueramt": {"hundesteuer"},
    }  # fmt: skip


def test_a_service_with_postal_codes_of_its_own_keeps_them(kern: Client, town: Authority, now: datetime) -> None:
    kern.post("/desk/services/choose", {"versions": list(versions().values())})
    page = "/desk/services/first-settings"
    set_codes(town, now, hundesteuer=["91781", "91782"], sperrmuell=[])
    shown = kern.get(page).content.decode()
    assert 'name="postleitzahlen.shown" value="91781 91782"' in shown
    assert "or none, and keep them" in shown
    said = {"postleitzahlen.shown": "91781 91782", "hundesteuer.satz_erster_cents": "42,00"}
    assert kern.post(page, said | {"postleitzahlen": "91782, 91781"}).status_code == 303
    assert codes(town) == {"hundesteuer": ["91781", "91782"], "sperrmuell": []}, "the field was left as it was shown"
    assert kern.post(page, said | {"postleitzahlen": "91781"}).status_code == 303
    assert codes(town) == {"hundesteuer": ["91781"], "sperrmuell": []}
    # Somebody gave one a list of its own since the page was made.
    set_codes(town, now, hundesteuer=["91799"], sperrmuell=["91781"])
    stale = {"postleitzahlen.shown": "91781", "postleitzahlen": "91781 91785", "hundesteuer.satz_erster_cents": "42,00"}
    assert kern.post(page, stale).status_code == 303
    assert codes(town) == {"hundesteuer": ["91799"], "sperrmuell": ["91781", "91785"]}
    assert kern.post(page, {"postleitzahlen": "91700"}).status_code == 303
    assert codes(town)["sperrmuell"] == ["91781", "91785"], "without what was shown nothing is meant"


def codes(town: Authority) -> dict[str, list[str]]:
    found = {row.slug: row.parameters.get("postleitzahlen") for row in queries.adoptions(town.id)}
    return {slug: own for slug, own in found.items() if own is not None}


def set_codes(town: Authority, now: datetime, **lists: list[str]) -> None:
    rows = [row for row in queries.adoptions(town.id) if row.slug in lists]
    parameters = {row.id: row.parameters | {"postleitzahlen": lists[row.slug]} for row in rows}
    change_together(authority_id=town.id, parameters=parameters, actor=SYSTEM, now=now)


def test_more_than_can_be_taken_over_at_once_is_refused_with_words(
    kern: Client, town: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(together, "MOST", 2)
    answer = kern.post("/desk/services/choose", {"versions": list(versions().values())})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "at most 2 services at once" in page
    assert page.count(" checked") == 3, "what was ticked stays ticked"
    assert queries.adoptions(town.id) == []
    assert kern.post("/desk/services/choose", {"versions": list(versions().values())[:2]}).status_code == 303
    assert len(queries.adoptions(town.id)) == 2


def test_a_wrong_value_changes_no_service(town: Authority, now: datetime) -> None:
    ids = [row.id for row in queries.versions() if row.slug != "sperrmuell"]
    adopt_together(authority_id=town.id, version_ids=ids, proposed={}, actor=SYSTEM, now=now)
    before = {row.id: row.parameters for row in queries.adoptions(town.id)}
    changed = {key: dict(values) for key, values in before.items()}
    first, second = sorted(changed)
    changed[first] |= {name: 1 for name in changed[first] if name.endswith("_cents")}
    changed[second] |= {name: "x" for name in changed[second] if name.endswith("_cents")}
    with pytest.raises(ParametersRefused):
        change_together(authority_id=town.id, parameters=changed, actor=SYSTEM, now=now)
    assert {row.id: row.parameters for row in queries.adoptions(town.id)} == before


def test_a_service_moves_to_another_unit_and_never_to_a_neighbours(
    town: Authority, neighbour: Authority, now: datetime
) -> None:
    office, taxes = unit(town, "Bürgerbüro", now, "hundesteuer", "x"), unit(town, "Steueramt", now)
    by_name = {str(row.id): row.id for row in units(town.id)}
    assign_services(authority_id=town.id, unit_of={"hundesteuer": by_name[taxes]}, actor=SYSTEM, now=now)
    assert {str(row.id): row.services for row in units(town.id)} == {office: ("x",), taxes: ("hundesteuer",)}
    theirs = save_unit(authority_id=neighbour.id, unit_id=None, name="Amt", services=[], actor=SYSTEM, now=now)
    with pytest.raises(Refused) as refused:
        assign_services(authority_id=town.id, unit_of={"x": theirs}, actor=SYSTEM, now=now)
    assert refused.value.status == 404


def test_a_clerk_chooses_nothing(client: Client, town: Authority) -> None:
    clerk = signed_in(client, town, "clerk")
    assert clerk.get("/desk/services/choose").status_code == 403
    assert clerk.post("/desk/services/first-settings", {}).status_code == 403
