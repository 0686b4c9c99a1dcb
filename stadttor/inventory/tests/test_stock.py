"""What a process adds up to, and what it cannot be."""

import pytest

from stadttor.core.refused import Refused
from stadttor.inventory.rules.stock import MOST_STEPS, Process, Step, must_be_sound, totals

LOST = Process(
    "Fundsachen", volume=100,
    steps=(Step("Zettel schreiben", 5, ("paper_in", "print")), Step("Abtippen", 7, ("retype", "print"))),
)  # fmt: skip


def test_a_year_is_the_minutes_of_all_steps_as_often_as_it_is_done():
    assert (LOST.minutes, LOST.minutes_a_year) == (12, 1200)
    assert LOST.breaks == {"paper_in": 1, "print": 2, "retype": 1}


def test_what_nobody_counted_is_in_no_sum_of_the_year():
    unknown = Process("Flohmarkt", steps=(Step("Prüfen", 30, ("scan",)),))
    found = totals([LOST, unknown])
    assert (found.processes, found.without_volume, found.minutes_a_year) == (2, 1, 1200)
    assert found.breaks == {"paper_in": 1, "print": 2, "retype": 1, "scan": 1}
    assert found.breaks_a_year == {"paper_in": 100, "print": 200, "retype": 100}


@pytest.mark.parametrize(
    ("process", "field"),
    [
        (Process(""), "name"),
        (Process("x" * 201), "name"),
        (Process("x", volume=-1), "volume"),
        (Process("x", volume=10_000_001), "volume"),
        (Process("x", demand=4), "demand"),
        (Process("x", steps=(Step(""),)), "step.0.name"),
        (Process("x", steps=(Step("y"), Step("z", -1))), "step.1.minutes"),
        (Process("x", steps=(Step("y", 1, ("fax",)),)), "step.0.breaks"),
        (Process("x", steps=(Step("y"),) * (MOST_STEPS + 1)), "name"),
    ],
)
def test_what_cannot_be_names_its_field(process, field):
    with pytest.raises(Refused) as refused:
        must_be_sound(process)
    assert refused.value.field == field


def test_what_is_sound_passes():
    must_be_sound(LOST)
