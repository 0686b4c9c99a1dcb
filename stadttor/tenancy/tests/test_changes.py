from collections.abc import Mapping
from datetime import date

from stadttor.tenancy.rules.changes import Changes, Entry, compare
from stadttor.tenancy.rules.register import Dissolved, Place, Register

FIRST, SECOND = date(2021, 11, 30), date(2026, 6, 30)


def place(ars: str, name: str, **more: object) -> Place:
    code = ars[:5] + ars[9:] if len(ars) == 12 else ars
    level = "gemeinde" if len(ars) == 12 else "verband"
    return Place(code, ars, level, name, **{"kind": "gemeinde", **more})


def register(*places: Place, as_of: date = FIRST, dissolved: tuple[Dissolved, ...] = ()) -> Register:
    return Register("test", as_of, places, dissolved)


def after(stored: Mapping[str, Entry], changes: Changes) -> dict[str, Entry]:
    return {**stored, **{entry.place.code: entry for entry in changes.all()}}


SOLNHOFEN = place("095770168168", "Solnhofen", population=1742, population_date=date(2020, 12, 31), postal_code="91807")
UDER_OLD = place("160615009114", "Uder")
UDER_NEW = place("160615051119", "Uder")
HANAU_OLD = place("064350014014", "Hanau, Brüder-Grimm-Stadt")
HANAU_NEW = place("064150000000", "Hanau, Brüder-Grimm-Stadt")


def test_the_first_file_adds_everything() -> None:
    changes = compare({}, register(SOLNHOFEN), newest=None)
    assert [entry.place for entry in changes.added] == [SOLNHOFEN]
    assert changes.added[0].valid_from is None


def test_the_same_file_again_changes_nothing() -> None:
    stored = after({}, compare({}, register(SOLNHOFEN, UDER_OLD), newest=None))
    assert compare(stored, register(SOLNHOFEN, UDER_OLD), newest=FIRST).all() == ()


def test_a_newer_file_dissolves_what_it_lacks_and_finds_the_successor_by_name() -> None:
    stored = after({}, compare({}, register(UDER_OLD), newest=None))
    changes = compare(stored, register(UDER_NEW, as_of=SECOND), newest=FIRST)
    assert [entry.place.code for entry in changes.added] == ["16061119"]
    assert [(gone.place.code, gone.valid_until, gone.successor) for gone in changes.dissolved] == [
        ("16061114", SECOND, "16061119")
    ]


def test_a_town_that_becomes_its_own_kreis_is_its_own_successor() -> None:
    stored = after({}, compare({}, register(HANAU_OLD), newest=None))
    changes = compare(stored, register(HANAU_NEW, as_of=SECOND), newest=FIRST)
    assert changes.dissolved[0].successor == "06415000"


def test_a_namesake_elsewhere_in_the_land_is_no_successor() -> None:
    gone, namesake = place("160615009039", "Neustadt"), place("160755050073", "Neustadt")
    stored = after({}, compare({}, register(gone, namesake), newest=None))
    changes = compare(stored, register(namesake, as_of=SECOND), newest=FIRST)
    assert changes.dissolved[0].successor == ""


def test_the_last_year_comes_from_the_list_of_dissolved_keys() -> None:
    stored = after({}, compare({}, register(UDER_OLD), newest=None))
    newer = register(UDER_NEW, as_of=SECOND, dissolved=(Dissolved(UDER_OLD, 2023),))
    assert compare(stored, newer, newest=FIRST).dissolved[0].valid_until == date(2023, 12, 31)


def test_joining_another_verband_is_a_change_not_a_merger() -> None:
    stored = after({}, compare({}, register(UDER_OLD), newest=None))
    moved = place("160615051114", "Uder")
    changes = compare(stored, register(moved, as_of=SECOND), newest=FIRST)
    assert (len(changes.added), len(changes.dissolved)) == (0, 0)
    assert changes.changed[0].place.ars == "160615051114"


def test_a_list_without_figures_keeps_the_known_ones() -> None:
    stored = after({}, compare({}, register(SOLNHOFEN), newest=None))
    bare = place("095770168168", "Solnhofen")
    assert compare(stored, register(bare, as_of=SECOND), newest=FIRST).all() == ()


def test_an_older_file_fills_gaps_and_brings_nothing_back() -> None:
    bare = place("095770168168", "Solnhofen")
    newest = register(bare, UDER_NEW, as_of=SECOND, dissolved=(Dissolved(UDER_OLD, 2023),))
    stored = after({}, compare({}, newest, newest=None))
    stored = after(stored, compare(stored, register(SOLNHOFEN, UDER_OLD), newest=SECOND))
    assert stored["09577168"].place.population == 1742
    assert stored["16061114"].valid_until == date(2023, 12, 31)


def test_a_file_without_verbaende_dissolves_none() -> None:
    verband = place("095775534", "Ellingen (VGem)", kind="verwaltungsgemeinschaft")
    stored = after({}, compare({}, register(SOLNHOFEN, verband), newest=None))
    assert compare(stored, register(SOLNHOFEN, as_of=SECOND), newest=FIRST).dissolved == ()
