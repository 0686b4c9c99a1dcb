"""The file of an export under way: its own, for its owner alone, and gone when it did not become whole."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stadttor.site.leaving.archive import Manifest, read, written
from stadttor.site.leaving.problems import LeaveProblem


def close(archive):
    """A whole export of no rows."""
    told = Manifest("a", "weissenburg", "Weißenburg", "now", "1", {}, 0, (), "key", None)
    archive.close(told, Ed25519PrivateKey.generate())


def two_at_once(target):
    """A quick one begins and ends while a slow one is under way."""
    with written(target) as slow:
        slow.put("rows/slow.jsonl", b"slow" * 1000)
        with written(target) as quick:
            quick.put("rows/quick.jsonl", b"quick")
            close(quick)
        slow.put("rows/more.jsonl", b"more" * 1000)
        close(slow)


def test_two_at_once_to_the_same_name_are_two_files_and_the_second_is_refused(tmp_path):
    target = tmp_path / "export.zip"
    with pytest.raises(LeaveProblem, match="nothing is written over"):
        two_at_once(target)
    assert list(tmp_path.iterdir()) == [target]
    with read(target) as export:
        assert list(export.faults()) == []
        assert list(export.lines("quick")) == ["quick"]


def test_a_link_that_lies_there_is_not_followed(tmp_path):
    other = tmp_path / "other"
    other.write_text("of somebody else")
    (tmp_path / "export.zip.part").symlink_to(other)
    with written(tmp_path / "export.zip") as archive:
        half = next(path for path in tmp_path.glob("*.part") if not path.is_symlink())
        assert half.stat().st_mode & 0o777 == 0o600
        close(archive)
    assert other.read_text() == "of somebody else"
