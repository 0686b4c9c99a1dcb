from collections.abc import Callable
from datetime import date

import pytest

from stadttor.tenancy.rules import files, gv100ad
from stadttor.tenancy.rules.register import BadRegister
from stadttor.tenancy.tests.conftest import OFFICIAL_2021


def line(
    record: str, key: str, name: str, *, verband: str = "", kind: str = "", figures: str = "", seat: str = ""
) -> str:
    """One line of the format: `key` from column 11, `figures` from column 129."""
    text = f"{record}20211130{key:<8}{verband:<4}{name:<50}{seat:<50}{kind:<6}{figures}"
    return text.ljust(220)


def municipality(ags: str, verband: str, name: str, kind: str = "64", postal: str = "91792     ") -> str:
    figures = f"{1234:011}{3960:011}{1900:011}    {postal}"
    return line("60", ags, name, verband=verband, kind=kind, figures=figures)


def file(*lines: str) -> bytes:
    return "".join(f"{each}\r\n" for each in lines).encode()


ELLINGEN = municipality("09577125", "5534", "Ellingen, St", "63", "91792*****")


def test_a_municipality_has_its_key_kind_figures_and_the_seats_postal_code() -> None:
    place = gv100ad.parse(file(ELLINGEN)).places[0]
    assert (place.code, place.ars, place.name, place.kind) == ("09577125", "095775534125", "Ellingen, St", "stadt")
    assert (place.population, place.population_date, place.area_ha) == (3960, date(2020, 12, 31), 1234)
    assert (place.postal_code, place.several_postal_codes) == ("91792", True)


def test_larger_areas_are_read_regions_and_empty_verbaende_are_not() -> None:
    register = gv100ad.parse(
        file(
            line("10", "09", "Bayern"),
            line("20", "095", "Mittelfranken"),
            line("30", "0811", "Region Stuttgart"),
            line("40", "09577", "Weißenburg-Gunzenhausen", kind="44", seat="Weißenburg i.Bay."),
            line("50", "09577", "Ellingen (VGem)", verband="5534", kind="54", seat="Ellingen"),
            line("50", "09577", "Solnhofen", verband="0168", kind="50"),
            ELLINGEN,
        )
    )
    assert [(place.level, place.code) for place in register.places] == [
        ("land", "09"),
        ("bezirk", "095"),
        ("kreis", "09577"),
        ("verband", "095775534"),
        ("gemeinde", "09577125"),
    ]
    assert register.places[3].seat == "Ellingen"
    assert register.as_of == date(2021, 11, 30)


def test_unincorporated_areas_are_counted_apart() -> None:
    forest = municipality("09175452", "9452", "Ebersberger Forst", "66")
    register = gv100ad.parse(file(ELLINGEN, forest))
    assert (register.municipalities(), register.unincorporated()) == (1, 1)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (ELLINGEN[:200], "has 200 characters, expected 220"),
        ("99" + ELLINGEN[2:], "record type '99'"),
        (ELLINGEN.replace("20211130", "20211340"), "columns 3 to 10 hold no date"),
        (ELLINGEN.replace("09577125", "17577125"), "no Land"),
        (ELLINGEN.replace("09577125", "0957712x"), "columns 11 to 18 should hold digits"),
        (ELLINGEN.replace("00000003960", "         NN"), "columns 140 to 150"),
        (municipality("09577125", "5534", "Ellingen", "99"), "Textkennzeichen '99'"),
        (municipality("09577125", "5534", ""), "has no name"),
    ],
)
def test_a_broken_line_is_named_with_its_number(broken: str, reason: str) -> None:
    with pytest.raises(BadRegister) as refused:
        gv100ad.parse(file(line("10", "09", "Bayern"), broken))
    assert refused.value.problems[0].line == 2
    assert reason in str(refused.value)


def test_all_broken_lines_are_named_at_once() -> None:
    with pytest.raises(BadRegister) as refused:
        gv100ad.parse(file("60x", ELLINGEN, "70x"))
    assert [problem.line for problem in refused.value.problems] == [1, 3]


def test_a_file_that_is_not_utf8_names_the_line() -> None:
    with pytest.raises(BadRegister, match="line 2: is not UTF-8"):
        gv100ad.parse(file(ELLINGEN) + "Weißenburg".encode("latin-1"))


def test_areas_named_twice_are_refused() -> None:
    with pytest.raises(BadRegister, match="names 1 areas twice"):
        gv100ad.parse(file(ELLINGEN, ELLINGEN))


def test_two_states_in_one_file_are_refused() -> None:
    with pytest.raises(BadRegister, match="mixes 2 states"):
        gv100ad.parse(file(ELLINGEN, line("10", "09", "Bayern").replace("20211130", "20201231")))


@pytest.mark.parametrize("data", [b"", b"\r\n", b"name,population\nX,1\n", b"PK\x03\x04", b"\xff\xfe"])
def test_something_else_is_refused(data: bytes) -> None:
    with pytest.raises(BadRegister):
        files.parse(data)


def test_the_official_file_has_exactly_its_own_counts(official: Callable[[str], bytes]) -> None:
    register = files.parse(official(OFFICIAL_2021))
    assert register.as_of == date(2021, 11, 30)
    assert (register.municipalities(), register.unincorporated()) == (10_787, 210)
    assert (register.verbaende(), register.kreise()) == (1_208, 400)
    assert sum(place.population or 0 for place in register.places) == 83_155_031
