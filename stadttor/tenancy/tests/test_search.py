from collections.abc import Callable

import pytest

from stadttor.core.german_sort import sort_key
from stadttor.tenancy.rules import files
from stadttor.tenancy.rules.names import split
from stadttor.tenancy.rules.register import Place
from stadttor.tenancy.rules.search import AreaRow, Found, Index
from stadttor.tenancy.tests.conftest import KEYS_CSV


def row(place: Place, *, dissolved: bool = False, successor: str = "") -> AreaRow:
    base = split(place.name).base
    return AreaRow(
        place.code, place.ars, place.level, place.kind, place.name, base, sort_key(base), place.population,
        place.postal_code, place.several_postal_codes, dissolved, successor, None,
    )  # fmt: skip


@pytest.fixture(scope="module")
def germany(official: Callable[[str], bytes]) -> Index:
    return Index(row(place) for place in files.parse(official(KEYS_CSV)).places)


def names(found: Found) -> list[str]:
    return [area.base for area in found.areas]


@pytest.mark.parametrize(
    ("typed", "ars"),
    [
        ("Weißenburg i. Bay.", "095770177177"),
        ("weissenburg", "095770177177"),
        ("Weissenburg in Bayern", "095770177177"),
        ("91781 Weißenburg", "095770177177"),
        ("Weisenburg", "095770177177"),
        ("Weißenbrug", "095770177177"),
        ("MÜNCHEN", "091620000000"),
        ("Muenchen", "091620000000"),
        ("Munchen", "091620000000"),
        ("Stutgart", "081110000000"),
        ("Stuttgard", "081110000000"),
        ("Aschafenburg", "096610000000"),
        ("Sankt Wendel", "100460117117"),
        ("Chóśebuz", "120520000000"),
        ("Neustadt an der Aisch", "095750153153"),
        ("Garmisch Partenkirchen", "091800117117"),
        ("09577177", "095770177177"),
        ("09 5 77 0177 177", "095770177177"),
        ("Hannoversch Münden", "031590017017"),
        ("Stadt München", "091620000000"),
        ("Gemeinde Solnhofen", "095770168168"),
        ("Köln-Ehrenfeld", "053150000000"),
        ("Berlin Mitte", "110000000000"),
        ("Halle an der Saale", "150020000000"),
        ("Munster", "055150000000"),
        ("Landkreis Aschaffenburg", "09671"),
        ("Weißenburg-Gunzenhausen", "09577"),
    ],
)
def test_what_people_type_finds_the_place_first(germany: Index, typed: str, ars: str) -> None:
    assert germany.find(typed).areas[0].ars == ars


def test_namesakes_come_larger_first(germany: Index) -> None:
    assert names(germany.find("Frankfurt")) == ["Frankfurt am Main", "Frankfurt (Oder)"]
    assert names(germany.find("Halle"))[0] == "Halle (Saale)"
    assert len(germany.find("Neustadt").areas) > 10


def test_a_postal_code_beside_the_name_decides_between_namesakes(germany: Index) -> None:
    assert names(germany.find("15230 Frankfurt")) == ["Frankfurt (Oder)"]
    assert names(germany.find("60488 Frankfurt")) == ["Frankfurt am Main"]


def test_a_postal_code_alone_finds_the_seats_that_have_it(germany: Index) -> None:
    found = germany.find("91781")
    assert (names(found), found.how) == (["Weißenburg i. Bay."], "postal_code")


def test_a_code_of_no_seat_gives_the_larger_places_of_its_region(germany: Index) -> None:
    found = germany.find("80333")
    assert found.how == "postal_region"
    assert "München" in names(found)


@pytest.mark.parametrize("typed", ["", "   ", ".", "Xqzvw", "00000000", "12", "🙂", "x" * 500, "%_'\";--", "\x00"])
def test_nonsense_finds_nothing_and_breaks_nothing(germany: Index, typed: str) -> None:
    assert germany.find(typed).areas == ()


def test_an_ars_of_an_earlier_verband_still_finds_the_municipality() -> None:
    index = Index([row(Place("16061114", "160615051114", "gemeinde", "Uder"))])
    assert names(index.find("160615009114")) == ["Uder"]


@pytest.mark.parametrize("typed", ["Verwaltungsgemeinschaft Ellingen", "VG Ellingen", "vgem ellingen"])
def test_a_verband_is_found_by_its_name(typed: str) -> None:
    index = Index([row(Place("095775534", "095775534", "verband", "Ellingen (VGem)", "verwaltungsgemeinschaft"))])
    assert names(index.find(typed)) == ["Ellingen"]
