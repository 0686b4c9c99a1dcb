"""What the row counts as broken: a fault that is not said, loses, doubles, lasts, or was not tried."""

import pytest

from tests.safety import dependencies

SAID = {"kind": "fault", "fault": "hangs", "status": 503, "said": True, "refused": True, "lost": 0, "double": 0, "stuck": 0,
        "seconds": 2.0}  # fmt: skip
ALL = [SAID | {"of": of, "fault": fault} for of, faults in dependencies.FAULTS.items() for fault in faults]


def counted(**changes):
    return dependencies.outcome([*ALL[:-1], ALL[-1] | changes])


def test_what_was_said_and_is_over_breaks_nothing():
    result = counted()
    assert result.broken == ()
    assert (result.injected, result.refused, result.worst_s) == (31, 31, 2.0)


@pytest.mark.parametrize("change", [{"said": False}, {"lost": 1}, {"double": 1}, {"stuck": True}, {"seconds": 60.0}])
def test_every_break_is_noticed(change):
    assert len(counted(**change).broken) == 1


def test_a_store_that_this_machine_does_not_have_is_a_note():
    without = [line for line in ALL if line["of"] != "object store"]
    assert len(dependencies.outcome(without).broken) == len(dependencies.FAULTS["object store"])
    note = {"kind": "note", "text": f"{dependencies.NO_STORE}: no program."}
    assert dependencies.outcome([*without, note]).broken == ()


def test_a_fault_that_was_not_tried_is_named():
    """Report: without user namespaces no volume was full, and the row stayed kept."""
    full = [line for line in ALL if (line["of"], line["fault"]) != ("database", "is full")]
    assert dependencies.outcome(full).broken == ("database is full: was not tried",)
