"""What counts as well refused."""

import io
import zipfile
from dataclasses import replace
from random import Random
from unittest.mock import patch

import pytest

from stadttor.catalog import archive as archives
from stadttor.catalog.checks import house_checks
from stadttor.catalog.fim.codelists import read_code_list
from stadttor.catalog.fim.importing import import_message
from stadttor.catalog.fim.packaging import skeleton_of
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.rules.checking import Checks, check_package
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.core.refused import Refused
from stadttor.forms.uploads.kinds import must_be_acceptable
from stadttor.processes.rules import Step, replay
from stadttor.processes.rules.parsing import parse
from tests.safety import hostile
from tests.safety.hostile import bounds, files, packages, schemas

REFUSED = {
    "kind": "file", "of": "a virus", "number": 0, "hostile": True, "size": 9, "tries": 1, "stored": 0, "left": 0,
    "died": False, "refused": "file_infected", "text": "Please send another.", "seconds": 0.5, "slowest": 0.6,
    "memory_mb": 60, "says": ["file_infected"], "sha256": "ab12",
}  # fmt: skip
TWIN = REFUSED | {"hostile": False, "refused": "", "text": "", "stored": 2, "says": []}
PACKAGE = REFUSED | {
    "kind": "package", "of": "a script", "refused": "package_refused", "text": "script refused. Mend: Remove it.",
    "says": ["script refused"], "twin": "1f",
}  # fmt: skip
SLOW = {"kind": "slow", "clients": 3, "promised": True, "asked": 4, "late": 0, "stored": 0}
NAME = {"kind": "name", "sent": "../x", "kept": "x.pdf", "harmless": True}
BEGUN = {"kind": "begun", "size": "small"}
ARCHIVES = (
    "an archive that unpacks without end", "archives in archives", "an archive of very many entries",
    "an archive whose entries overlap",
)  # fmt: skip


def test_what_is_well_refused_is_counted():
    found = hostile.outcome([BEGUN, REFUSED, TWIN, NAME])
    assert (found.broken, found.refused, found.leaked) == ((), 1, 0)
    assert found.figures == {
        "hostile_files": 1, "hostile_packages": 0, "hostile_accepted": 0, "hostile_names": 1, "worst_refusal_s": 0.6,
        "worst_memory_mb": 60,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"refused": ""}, {"text": "No."}, {"seconds": 2.1}, {"memory_mb": 201}, {"left": 1}, {"stored": 1}, {"died": True},
        {"refused": "file_broken"},
    ],
    ids=str,
)  # fmt: skip
def test_each_limit_that_is_passed_breaks_the_promise(change):
    assert hostile.outcome([BEGUN, REFUSED | change, TWIN]).broken


def test_a_class_without_a_twin_that_was_taken_proves_nothing():
    assert hostile.outcome([BEGUN, REFUSED]).broken
    assert hostile.outcome([BEGUN, REFUSED, TWIN | {"refused": "file_broken"}]).broken


def test_too_few_classes_files_or_packages_break_the_promise():
    faults = hostile.outcome([BEGUN | {"size": "night"}, REFUSED, TWIN]).broken
    assert faults == (
        "no slow sender was tried", "1 classes instead of 25", "0 packages instead of 60", "1 different files instead of 400",
    )  # fmt: skip


def test_the_same_bytes_again_are_no_other_file():
    """Report: of 440 hostile files forty were made by four makers that gave the same each time."""
    found = hostile.outcome([BEGUN, *[REFUSED | {"number": number} for number in range(10)], TWIN])
    assert (found.figures["hostile_files"], found.refused) == (1, 10)
    others = [REFUSED | {"number": number, "sha256": str(number)} for number in range(10)]
    assert hostile.outcome([BEGUN, *others, TWIN]).figures["hostile_files"] == 10


@pytest.mark.parametrize(
    "name",
    [
        "a script written in disguise", "no page at all", "an archive", "pages that contain themselves",
        "a drawing with a script", "a web page", "a billion laughs",
    ],
)  # fmt: skip
def test_a_maker_gives_another_file_each_time(name):
    [kind] = [one for one in files.CLASSES if one.name == name]
    assert len({kind.bad(Random(f"{hostile.SEED} {name} {number}")) for number in range(10)}) == 10


@pytest.mark.parametrize("name", ARCHIVES)
def test_a_bomb_of_an_archive_is_one_that_could_be_sent_and_is_refused_unopened(name):
    """Report: the archive among the hostile files was a small one that unpacks to a page."""
    [kind] = [one for one in files.CLASSES if one.name == name]
    data = kind.bad(Random(name))
    assert data != kind.bad(Random("another"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        assert len(entries) >= 20_000 or _unpacked(archive, entries) > 100_000_000
    with patch("zlib.decompressobj", side_effect=AssertionError("unpacked")), pytest.raises(Refused) as caught:
        must_be_acceptable(data, accept=("pdf",), max_mb=kind.max_mb, path="f", name=f"nachweis.{kind.ending}")
    assert caught.value.code == kind.code


def _unpacked(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> int:
    """Bytes, those within archives within too: each entry of a layer is like the first."""
    within = archive.read(entries[0]) if entries[0].file_size < 20_000_000 else b""
    if not within.startswith(b"PK"):
        return sum(entry.file_size for entry in entries)
    with zipfile.ZipFile(io.BytesIO(within)) as inner:
        return len(entries) * _unpacked(inner, inner.infolist())


def test_each_limit_is_tried_by_a_hostile_package_or_says_why_none_can_pass_it():
    """Reports: nobody handed over more values than allowed, drew more steps, or asked more of a wallet."""
    found = set(bounds.bounds())
    assert found == bounds.TRIED.keys() | bounds.NOT_OF_PACKAGES.keys()
    assert not bounds.TRIED.keys() & bounds.NOT_OF_PACKAGES.keys()
    assert set(bounds.TRIED.values()) <= {*packages.PACKAGES, *schemas.SCHEMAS}


def test_a_new_limit_is_found_however_it_is_written():
    source = "MAX_A = 5\nMOST: int = 1 << 20\nB = MAX_A\nNAMES = (1, 2)\nWORD = 'x'\nlower = 5\n"
    assert list(bounds.numbers_in(source)) == ["MAX_A", "MOST", "B"]


@pytest.mark.parametrize(
    "name",
    [*packages.HAND_OVERS, *packages.CONDITIONS, *packages.FORMS, *packages.PROCESSES, "checks that look at too much"],
)
def test_a_limit_is_what_refuses_the_package_that_is_beyond_it(name):
    """The guard is the limit itself: the twin stands right at it and is taken."""
    one, checks = packages.PACKAGES[name], replace(house_checks(), letter=None)
    said = check_package(dict(archives.open_archive(one.make()).files), checks).faults
    assert all(words in "\n".join(map(str, said)) for words in one.says)
    assert check_package(dict(one.twin()), checks).accepted()


def test_a_process_at_the_limit_begins():
    """Report: what the check let pass was too much for the engine, which said so when a case began."""
    steps = [Step("start", hostile.BEGIN)]
    for name in ("more steps than allowed", "an act that leads through too much"):
        assert replay(parse(packages.PACKAGES[name].twin()["process.bpmn"]), steps).open


@pytest.mark.parametrize("name", schemas.SCHEMAS)
def test_a_hostile_schema_is_refused_for_its_harm_and_its_twin_becomes_a_package(name):
    one = schemas.SCHEMAS[name]
    with pytest.raises(PackageRefused) as caught:
        imported(one.bad())
    assert all(words in str(caught.value) for words in (*one.says, "Mend: "))
    assert check_package(imported(one.good()), Checks()).accepted()


def imported(sent):
    message, *lists = sent
    return skeleton_of(
        import_message(read_message(message, "s.xml"), [read_code_list(one, "l.xml") for one in lists]),
        "de.example.probe",
    ).files


def test_a_schema_needs_its_twin():
    schema = PACKAGE | {"kind": "schema", "of": "a bomb"}
    found = hostile.outcome([BEGUN, schema, schema | {"hostile": False, "refused": "", "text": "", "says": []}])
    assert (found.broken, found.figures["hostile_schemas"]) == ((), 1)
    assert hostile.outcome([BEGUN, schema]).broken == ("no harmless twin of a bomb",)


def test_a_name_that_stayed_harmful_is_an_accepted_file():
    found = hostile.outcome([BEGUN, REFUSED, TWIN, NAME | {"harmless": False}])
    assert (found.figures["hostile_accepted"], len(found.broken)) == (1, 1)


def test_a_package_refused_for_something_else_than_its_harm_proves_nothing():
    twin = PACKAGE | {"hostile": False, "refused": "", "text": "", "says": []}
    assert hostile.outcome([BEGUN, PACKAGE, twin]).broken == ()
    [fault] = hostile.outcome([BEGUN, PACKAGE | {"text": "A label is missing. Mend: Add it."}, twin]).broken
    assert fault.startswith("package a script (0): not refused for script refused but package_refused: A label")
    assert hostile.outcome([BEGUN, PACKAGE, twin | {"twin": "2e"}]).broken == ("no harmless twin of a script",)


def test_slow_senders_may_hold_nobody_up_and_leave_nothing():
    assert hostile.outcome([BEGUN, SLOW, SLOW | {"promised": False, "late": 4}]).broken == ()
    assert len(hostile.outcome([BEGUN, SLOW | {"late": 1, "stored": 1}]).broken) == 2
    assert "only a proxy" in hostile.outcome([BEGUN, SLOW | {"promised": False, "late": 4}]).notes[0]
