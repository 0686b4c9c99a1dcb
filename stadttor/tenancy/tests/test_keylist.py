import json
from collections.abc import Callable
from datetime import date

import pytest

from stadttor.tenancy.rules import files, keylist
from stadttor.tenancy.rules.register import BadRegister
from stadttor.tenancy.tests.conftest import KEYS_CSV, KEYS_JSON

HEADER = (
    "ags,ars,name_2026,textkennzeichen_2021,population_2020,area_ha_2020,plz_sitz_2021,plz_unique,"
    "land,kreis_key,kreis_name"
)
WEISSENBURG = (
    '09577177,095770177177,"Weißenburg i.Bay., GKSt",67,18578,9755,91781,True,Bayern,09577,Weißenburg-Gunzenhausen'
)
HANAU = '06415000,064150000000,"Hanau, Brüder-Grimm-Stadt",,,,,,Hessen,06415,"Hanau, Brüder-Grimm-Stadt"'


def csv(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


def test_a_row_gives_a_municipality_its_kreis_and_its_land() -> None:
    register = files.parse(csv(WEISSENBURG))
    assert [(place.level, place.code, place.kind) for place in register.places] == [
        ("land", "09", "land"),
        ("kreis", "09577", "landkreis"),
        ("gemeinde", "09577177", "grosse_kreisstadt"),
    ]
    assert (register.places[2].population, register.places[2].population_date) == (18578, date(2020, 12, 31))


def test_a_town_without_figures_keeps_them_open_and_is_recognised_as_kreisfrei() -> None:
    hanau = files.parse(csv(HANAU)).places[-1]
    assert (hanau.population, hanau.population_date, hanau.postal_code) == (None, None, "")
    assert hanau.kind == "kreisfreie_stadt"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (WEISSENBURG.replace("095770177177", "0957701771"), "line 3: '0957701771' has 10 digits"),
        (WEISSENBURG.replace("09577177,", "09577178,"), "line 3: AGS 09577178 does not belong to ARS"),
        (WEISSENBURG.replace("18578", "many"), "line 3: population_2020 should be a number, not 'many'"),
        ("09577177,095770177177", "line 3: has another number of fields"),
        (WEISSENBURG + ",more", "line 3: has another number of fields"),
    ],
)
def test_a_broken_row_is_named_with_its_line(row: str, reason: str) -> None:
    with pytest.raises(BadRegister) as refused:
        files.parse(csv(HANAU, row))
    assert reason in str(refused.value)


def test_a_csv_without_the_years_in_its_header_is_refused() -> None:
    with pytest.raises(BadRegister, match="line 1: lacks a column name_<year>"):
        files.parse(csv(WEISSENBURG).replace(b"name_2026", b"name"))


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (csv(WEISSENBURG.replace(",09577,", ",Weißenburg,")), "line 2: 'Weißenburg' holds something other than digits"),
        (csv(WEISSENBURG).replace(b"plz_unique", b"plz"), "line 1: lacks the columns plz_unique"),
        (csv(WEISSENBURG).replace(b"population_2020", b"population_0000"), "line 1: lacks a column population_<year>"),
        (csv(WEISSENBURG.replace("GKSt", "x" * 200_000)), "is no CSV: field larger than field limit"),
    ],
    ids=["kreis", "column", "year", "field"],
)
def test_what_random_files_found_is_refused_as_well(broken: bytes, reason: str) -> None:
    """Report: the safety programme's random files ended in errors that nobody had declared."""
    with pytest.raises(BadRegister) as refused:
        files.parse(broken)
    assert reason in str(refused.value)


def test_json_of_another_kind_is_refused() -> None:
    with pytest.raises(BadRegister, match="is no list of regional keys"):
        files.parse(json.dumps({"towns": []}).encode())


def test_the_official_csv_has_exactly_its_counts(official: Callable[[str], bytes]) -> None:
    register = keylist.parse_csv(official(KEYS_CSV), as_of=date(2026, 6, 30))
    assert (register.municipalities(), register.unincorporated(), register.kreise()) == (10_747, 196, 401)


def test_the_official_json_has_exactly_its_counts(official: Callable[[str], bytes]) -> None:
    register = files.parse(official(KEYS_JSON))
    assert register.as_of == date(2026, 6, 30)
    assert (register.municipalities(), register.unincorporated()) == (10_747, 196)
    assert (register.verbaende(), register.kreise(), len(register.dissolved)) == (1_202, 401, 364)
    outside = [place for place in register.places if place.level == "gemeinde" and place.ars[5] == "0"]
    assert len(outside) + register.verbaende() == 4_388
