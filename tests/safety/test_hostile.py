"""What counts as well refused."""

import pytest

from tests.safety import hostile

REFUSED = {
    "kind": "file", "of": "a virus", "number": 0, "hostile": True, "size": 9, "tries": 1, "stored": 0, "left": 0,
    "died": False, "refused": "file_infected", "text": "Please send another.", "seconds": 0.5, "memory_mb": 60,
}  # fmt: skip
TWIN = REFUSED | {"hostile": False, "refused": "", "text": "", "stored": 2}
NAME = {"kind": "name", "sent": "../x", "kept": "x.pdf", "harmless": True}
BEGUN = {"kind": "begun", "size": "small"}


def test_what_is_well_refused_is_counted():
    found = hostile.outcome([BEGUN, REFUSED, TWIN, NAME])
    assert (found.broken, found.refused, found.leaked) == ((), 1, 0)
    assert found.figures == {
        "hostile_files": 2, "hostile_packages": 0, "hostile_accepted": 0, "worst_refusal_s": 0.5, "worst_memory_mb": 60,
    }  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"refused": ""}, {"text": "No."}, {"seconds": 2.1}, {"memory_mb": 201}, {"left": 1}, {"stored": 1}, {"died": True},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_each_limit_that_is_passed_breaks_the_promise(change):
    assert hostile.outcome([BEGUN, REFUSED | change, TWIN]).broken


def test_a_class_without_a_twin_that_was_taken_proves_nothing():
    assert hostile.outcome([BEGUN, REFUSED]).broken
    assert hostile.outcome([BEGUN, REFUSED, TWIN | {"refused": "file_broken"}]).broken


def test_too_few_classes_files_or_packages_break_the_promise():
    faults = hostile.outcome([BEGUN | {"size": "night"}, REFUSED, TWIN]).broken
    assert faults == ("1 classes instead of 25", "0 packages instead of 60", "1 files instead of 400")


def test_a_name_that_stayed_harmful_is_an_accepted_file():
    found = hostile.outcome([BEGUN, REFUSED, TWIN, NAME | {"harmless": False}])
    assert (found.figures["hostile_accepted"], len(found.broken)) == (1, 1)
