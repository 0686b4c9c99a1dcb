"""What the row counts as lost: a row or file that differs, work that is missing at its moment or came before it."""

import pytest

from tests.safety import backup

SOUND = (
    {"kind": "command", "what": "make", "code": 0, "said": ""},
    {"kind": "behind", "seconds": 1.5},
    {"kind": "table", "of": "end", "name": "ground_blob", "rows": 7, "before": "a", "after": "a"},
    {"kind": "file", "of": "dump", "name": "files/x", "before": "b", "after": "b"},
    {"kind": "act", "of": "moment 0", "blob": "1", "expected": True, "there": True},
    {"kind": "act", "of": "moment 0", "blob": "2", "expected": False, "there": False},
    {"kind": "act", "of": "moment 0", "blob": "3", "expected": None, "there": True},
    {"kind": "restore", "of": "moment 0", "until": "x", "code": 0, "seconds": 3, "audit": None, "audit_said": "", "said": ""},
    {"kind": "restore", "of": "end", "until": None, "code": 0, "seconds": 4, "audit": 0, "audit_said": "", "said": ""},
    {"kind": "restore", "of": "dump", "until": None, "code": 0, "seconds": 5, "audit": 0, "audit_said": "", "said": ""},
    {"kind": "tampered", "path": "sets/x", "found": True},
    {"kind": "refusal", "what": "over a cell", "refused": True, "said": ""},
)  # fmt: skip


def counted(place=None, **changes):
    lines = [dict(line) for line in SOUND]
    if place is not None:
        lines[place] |= changes
    return backup.outcome(lines)


def test_what_is_equal_breaks_nothing():
    result = counted()
    assert result.broken == ()
    assert (result.lost, result.double, result.worst_s) == (0, 0, 5)
    assert (result.figures["backup_rows"], result.figures["backup_files"]) == (7, 1)
    assert len(result.unproven) == 3
    assert result.figures["backup_rpo_s"] == 1.5


@pytest.mark.parametrize(
    ("place", "changes"),
    [
        (0, {"code": 1}),
        (1, {"seconds": 40}),
        (2, {"after": "b"}),
        (3, {"after": None}),
        (4, {"there": False}),
        (5, {"there": True}),
        (7, {"code": 1}),
        (8, {"audit": 1}),
        (9, {"seconds": 400}),
        (10, {"found": False}),
        (11, {"refused": False}),
        (7, {"until": None}),
    ],
)
def test_every_break_is_noticed(place, changes):
    assert counted(place, **changes).broken


def test_the_same_cell_back_by_two_ways_is_counted_once():
    again = [line | {"of": "dump" if line["of"] == "end" else "end"} for line in SOUND[2:4]]
    assert [backup.outcome([*SOUND, *again]).figures[name] for name in ("backup_rows", "backup_files")] == [7, 1]


def test_files_at_a_moment_are_those_of_their_rows():
    """Report: at the moments between, no byte of a file was looked at."""
    at = {"kind": "moment_files", "of": "moment 0", "rows": 9}
    assert backup.outcome([*SOUND, at | {"wrong": 0}]).broken == ()
    assert backup.outcome([*SOUND, at | {"wrong": 2}]).broken == ("moment 0: 2 of 9 files are not those of their rows",)
