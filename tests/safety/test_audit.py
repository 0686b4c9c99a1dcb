"""What counts as found: a fault that names the row, or the signed head behind which a forger hid it."""

import pytest

from tests.safety import audit
from tests.safety.audit import named_row

ENTRY = "7c9e6679-7425-40de-944b-e07fc1f90ae7"


def counted(fault, *more, row=5, latest=0, control=None, unsealed=3):
    change = {
        "kind": "change", "number": 0, "of": "change", "act": "change_entry", "fault": fault, "named": named_row(fault),
        "row": row, "latest": latest, "unsealed": unsealed, "unsealed_rows": 3,
    }  # fmt: skip
    return audit.outcome([change, {"kind": "control", "number": 0, "fault": control}, *more])


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
    figures = {"audit_changes": 1, "audit_found": 1, "audit_named_exactly": 1}
    assert counted(fault, row=row).figures == figures | {"audit_commands": 0, "audit_commands_right": 0}


def test_a_forger_with_fitting_digests_may_hide_until_the_next_head_and_no_longer():
    hidden = counted("the chain was rewritten before position 10", row=5, latest=10)
    assert (hidden.broken, hidden.figures["audit_named_exactly"]) == ((), 0)
    assert "later row" in hidden.notes[0]
    assert counted("the chain was rewritten before position 20", row=5, latest=10).broken


@pytest.mark.parametrize("fault", [None, "seal 6 is missing", "something is wrong"])
def test_no_fault_another_row_or_none_is_not_found(fault):
    result = counted(fault)
    assert (result.figures["audit_found"], result.lost) == (0, 1)
    assert result.broken


def test_fewer_changes_than_promised_prove_nothing():
    """Report: sixty changes were as good as a thousand."""
    few = counted("seal 5 is missing", {"kind": "begun", "size": "ci"}).broken
    assert few[:2] == ("1 changes instead of 1000", "1 looks at an untouched chain instead of 20")
    assert few[2:] == ("nobody tried to delete", "nobody tried to reorder", "nobody tried to insert")


def test_a_false_alarm_breaks_the_promise():
    assert counted("seal 5 is missing", control="seal 1 is missing").broken


def test_entries_without_a_seal_are_counted_past_the_product():
    assert counted("seal 5 is missing", unsealed=2).broken == ("change 0 (change_entry): 2 not sealed instead of 3",)


@pytest.mark.parametrize(("code", "well", "broken"), [(0, True, 0), (1, False, 0), (0, False, 1), (1, True, 1)])
def test_what_the_command_calls_well_must_be_well(code, well, broken):
    said = {"kind": "command", "act": "empty_the_database", "code": code, "said": "", "well": well}
    result = counted("seal 5 is missing", said)
    assert (len(result.broken), result.lost) == (broken, broken)
    assert result.figures["audit_commands_right"] == 1 - broken


def test_the_command_is_proven_when_it_was_asked_about_all_that_can_be_gone():
    asked = [{"kind": "command", "act": act, "code": 1, "said": "", "well": False} for act in sorted(audit.ASKED)]
    assert counted("seal 5 is missing", *asked).unproven == ()
    for left_out in range(len(asked)):
        assert counted("seal 5 is missing", *asked[:left_out], *asked[left_out + 1 :]).unproven


@pytest.fixture
def kept(tmp_path):
    """Where the heads lie."""
    from django.conf import settings

    before, settings.STADTTOR_HEADS = settings.STADTTOR_HEADS, tmp_path
    yield tmp_path
    settings.STADTTOR_HEADS = before


def asked(slugs, at):
    """The line that the row writes of a command that must not call it well."""
    from tests.safety.audit.commanding import _verify

    code, said = _verify(slugs, at)
    return counted("seal 5 is missing", {"kind": "command", "act": "x", "code": code, "said": said, "well": False})


@pytest.mark.db
def test_the_row_notices_when_nobody_asks_what_is_not_in_the_database(authority, kept, now, monkeypatch):
    """The guard switched off: signed heads of an authority that the database lost."""
    from uuid import UUID

    from stadttor.ground import audit_cli, heads

    heads.keep(heads.Head(UUID(int=7), 40, b"x" * 32, now))
    assert asked((), now).broken == ()
    assert asked(("nirgendwo",), now).broken == ()
    monkeypatch.setattr(audit_cli, "_without_authority", lambda known, gone: iter(()))
    assert asked((), now).broken


@pytest.mark.db
@pytest.mark.usefixtures("_clean")
def test_the_row_notices_when_an_empty_database_is_called_well(kept, now, monkeypatch):
    from stadttor.ground import audit_cli

    assert asked((), now).broken == ()
    monkeypatch.setattr(audit_cli, "_without_authority", lambda known, gone: iter(()))
    assert asked((), now).broken
