"""What counts as well refused."""

import pytest

from tests.safety import hostile

REFUSED = {
    "kind": "file", "of": "a virus", "number": 0, "hostile": True, "size": 9, "tries": 1, "stored": 0, "left": 0,
    "died": False, "refused": "file_infected", "text": "Please send another.", "seconds": 0.5, "slowest": 0.6,
    "memory_mb": 60, "says": ["file_infected"],
}  # fmt: skip
TWIN = REFUSED | {"hostile": False, "refused": "", "text": "", "stored": 2, "says": []}
PACKAGE = REFUSED | {
    "kind": "package", "of": "a script", "refused": "package_refused", "text": "script refused. Mend: Remove it.",
    "says": ["script refused"], "twin": "1f",
}  # fmt: skip
SLOW = {"kind": "slow", "clients": 3, "promised": True, "asked": 4, "late": 0, "stored": 0}
NAME = {"kind": "name", "sent": "../x", "kept": "x.pdf", "harmless": True}
BEGUN = {"kind": "begun", "size": "small"}


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
        "no slow sender was tried", "1 classes instead of 25", "0 packages instead of 60", "1 files instead of 400",
    )  # fmt: skip


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
