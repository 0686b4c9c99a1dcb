"""What the row counts as broken: a fault that is not said, loses, doubles, lasts, or was not tried."""

import pytest

from tests.safety import dependencies
from tests.safety.dependencies.small_folder import small

SAID = {"kind": "fault", "fault": "hangs", "status": 503, "said": True, "refused": True, "lost": 0, "double": 0, "stuck": 0,
        "seconds": 2.0}  # fmt: skip
ALL = [SAID | {"of": of, "fault": fault} for of, faults in dependencies.FAULTS.items() for fault in faults]


def counted(**changes):
    return dependencies.outcome([*ALL[:-1], ALL[-1] | changes])


def test_what_was_said_and_is_over_breaks_nothing():
    result = counted()
    assert result.broken == ()
    assert (result.injected, result.refused, result.worst_s) == (33, 33, 2.0)


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


def test_a_disk_that_cannot_be_mounted_here_is_a_note():
    """Containers may allow no mount: then nobody could try it, and the row says so."""
    without = [
        line for line in ALL if (line["of"], line["fault"]) not in (dependencies.NO_ROOM, dependencies.ALL_OF_IT)
    ]
    assert len(dependencies.outcome(without).broken) == 2
    note = {"kind": "note", "text": f"{dependencies.NO_MOUNT}: files that have no room were not tried."}
    result = dependencies.outcome([*without, note])
    assert (result.broken, result.notes) == ((), (note["text"],))


@pytest.fixture
def disk(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "kept").write_bytes(b"x" * 5000)
    with small(tmp_path / "files", room_mb=1) as disk:
        if disk is None:
            pytest.skip("no mount on this machine")
        yield disk


def test_a_small_disk_is_full_for_real_and_has_room_again(disk, tmp_path):
    with disk.full(), pytest.raises(OSError, match="No space left"):
        (disk.path / "new").write_bytes(b"x" * 5000)
    (disk.path / "new").write_bytes(b"x" * 5000)
    assert (disk.path / "kept").read_bytes() == b"x" * 5000
    assert sorted(path.name for path in (tmp_path / "files").iterdir()) == ["kept"]


def test_where_nothing_can_be_mounted_there_is_no_small_disk(tmp_path):
    (tmp_path / "files").mkdir()
    with small(tmp_path / "files", room_mb=0 - 10**6) as disk:
        assert disk is None
