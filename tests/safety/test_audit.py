"""What counts as found: a fault that names the row, or the signed head behind which a forger hid it."""

import pytest

from tests.safety import audit
from tests.safety.audit import named_row

ENTRY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def counted(fault, *, row=5, latest=0, control=None):
    change = {
        "kind": "change", "number": 0, "of": "change", "act": "change_entry", "fault": fault, "named": named_row(fault),
        "row": row, "latest": latest,
    }  # fmt: skip
    return audit.outcome([change, {"kind": "control", "number": 0, "fault": control}])


@pytest.mark.parametrize(
    ("fault", "row"),
    [
        (f"entry {ENTRY} at position 5 was changed, moved or inserted", 5),
        ("seal 5 is missing", 5),
        ("rows after position 4 were deleted: the signed head stands at 40", 5),
        ("the entry at position 41 was put there past the sealer", 41),
        (f"entry {ENTRY} was deleted before it was sealed", ENTRY),
    ],
)
def test_the_row_is_read_from_the_words_of_the_verdict(fault, row):
    assert counted(fault, row=row).figures == {"audit_changes": 1, "audit_found": 1}


def test_a_forger_with_fitting_digests_may_hide_until_the_next_head_and_no_longer():
    assert counted("the chain was rewritten before position 10", row=5, latest=10).broken == ()
    assert counted("the chain was rewritten before position 20", row=5, latest=10).broken


@pytest.mark.parametrize("fault", [None, "seal 6 is missing", "something is wrong"])
def test_no_fault_another_row_or_none_is_not_found(fault):
    result = counted(fault)
    assert (result.figures["audit_found"], result.lost) == (0, 1)
    assert result.broken


def test_a_false_alarm_breaks_the_promise():
    assert counted("seal 5 is missing", control="seal 1 is missing").broken
