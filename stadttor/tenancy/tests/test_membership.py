"""To which member municipality of an association an address belongs."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import common
from stadttor.tenancy import demo, queries, services
from stadttor.tenancy.models import Area
from stadttor.tenancy.rules.names import genitive
from stadttor.tenancy.rules.register import Dissolved, Place

pytestmark = pytest.mark.db


@pytest.fixture
def towns(_clean: None, now: datetime) -> dict[str, UUID]:
    return demo.load(now=now)


def test_an_association_has_its_municipalities_and_a_town_alone_none(towns: dict[str, UUID]) -> None:
    names = [one.name for one in queries.members(towns["vg-ellingen"])]
    assert names == ["Stadt Ellingen", "Gemeinde Ettenstatt", "Gemeinde Höttingen"]
    assert queries.members(towns["weissenburg"]) == ()
    assert len(queries.members(towns["landkreis-weissenburg-gunzenhausen"])) == 9


@pytest.mark.parametrize(
    ("town", "name"),
    [
        ("Ettenstatt", "Gemeinde Ettenstatt"),
        ("ettenstatt ", "Gemeinde Ettenstatt"),
        ("Gemeinde Hoettingen", "Gemeinde Höttingen"),
        ("Ellingen", "Stadt Ellingen"),
    ],
)
def test_the_name_of_the_town_picks_the_member(towns: dict[str, UUID], town: str, name: str) -> None:
    found = queries.member_at(towns["vg-ellingen"], {"city": town, "postal_code": "91792"})
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "address",
    [
        {"city": "Pleinfeld"},  # a neighbour
        {"city": "Stopfenheim"},  # a part of Ellingen that the register does not know
        {"city": "Ettenstat"},  # similar is not sure
        {"city": "91796"},  # a postal code says nothing for sure
        {"city": ""},
        {"city": 7},
        {},
        None,
        "Ettenstatt",
    ],
)
def test_what_is_not_sure_picks_nobody(towns: dict[str, UUID], address: object) -> None:
    assert queries.member_at(towns["vg-ellingen"], address) is None


def test_a_town_that_was_dissolved_counts_as_part_of_its_heir(towns: dict[str, UUID], now: datetime) -> None:
    gone = Dissolved(Place("09577199", "095770199199", "gemeinde", "Altdorf a.d.Anlauter", "gemeinde"), 1978)
    register = replace(demo.REGISTER, dissolved=(*demo.GONE, gone))
    services.store_register(register, file_name="more", sha256="more", now=now)
    with common(write=True):
        Area.objects.filter(code="09577199").update(successor="09577127")
    found = queries.member_at(towns["vg-ellingen"], {"city": "Altdorf a. d. Anlauter"})
    assert found is not None
    assert found.name == "Gemeinde Ettenstatt"


def test_a_part_of_a_member_counts_once_it_is_named(towns: dict[str, UUID], now: datetime) -> None:
    vg = towns["vg-ellingen"]
    services.describe_member(vg, "095775534125", places=["Stopfenheim", " "], actor=SYSTEM, now=now)
    found = queries.member_at(vg, {"city": "stopfenheim"})
    assert found is not None
    assert found.name == "Stadt Ellingen"
    services.describe_member(vg, "095775534127", places=["Stopfenheim"], actor=SYSTEM, now=now)
    assert queries.member_at(vg, {"city": "Stopfenheim"}) is None


def test_nobody_describes_a_place_of_others(towns: dict[str, UUID], now: datetime) -> None:
    with pytest.raises(Refused, match="not_found"):
        services.describe_member(towns["vg-ellingen"], "095770161161", remedy="Keiner", actor=SYSTEM, now=now)


@pytest.mark.parametrize(
    ("name", "bent"),
    [("Gemeinde Ettenstatt", "der Gemeinde Ettenstatt"), ("Markt Pleinfeld", "des Marktes Pleinfeld")],
)
def test_german_bends_the_name_behind_im_namen(name: str, bent: str) -> None:
    assert genitive(name) == bent
