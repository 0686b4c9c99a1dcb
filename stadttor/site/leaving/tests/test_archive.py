"""The file of an export under way: its own, for its owner alone, and gone when it did not become whole."""

import fcntl
import os

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from stadttor.site.leaving import archive as archives
from stadttor.site.leaving.archive import FIRST, Held, Manifest, read, written
from stadttor.site.leaving.problems import LeaveProblem


def close(archive, tables=None):
    """A whole export of no rows."""
    archive.put("cases.csv", b"number")
    told = Manifest("a", "weissenburg", "Weißenburg", "now", "1", tables or {}, 0, (), "key", None)
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


class TestReadBack:
    """Report: an export said that it was done, and nobody had read what the disk had taken."""

    def write(self, target, tables=None):
        with written(target) as archive:
            archive.put("rows/unit.jsonl", b"{}\n{}\n", packed=True)
            close(archive, tables or {"unit": Held(2, ("id",))})

    def test_bytes_that_the_disk_does_not_give_back_are_no_export(self, tmp_path, monkeypatch):
        read_back = archives._read_back

        def rotten(half, told):
            data = half.read_bytes()
            half.write_bytes(data.replace(b"{}\n{}", b"{}\n[]"))
            read_back(half, told)

        monkeypatch.setattr(archives, "_read_back", rotten)
        with pytest.raises(LeaveProblem, match=r"does not read as it was written: rows/unit\.jsonl cannot be read"):
            self.write(tmp_path / "export.zip")
        assert list(tmp_path.iterdir()) == []

    def test_another_count_than_the_manifest_s_is_no_export(self, tmp_path):
        with pytest.raises(LeaveProblem, match=r"unit\.jsonl has 2 rows, the manifest says 3"):
            self.write(tmp_path / "export.zip", {"unit": Held(3, ("id",))})
        assert list(tmp_path.iterdir()) == []


class TestBrokenOff:
    def half(self, folder, *, name="export.zip.0123456789abcdef.part"):
        """What a killed process leaves."""
        whole = folder / "whole.zip"
        with written(whole) as archive:
            archive.put(FIRST, b"Lies mich" * 100)
            archive.put("rows/unit.jsonl", os.urandom(5000))
            close(archive)
        path = folder / name
        path.write_bytes(whole.read_bytes()[:3000])
        whole.unlink()
        return path

    def test_it_is_said_to_be_that_in_both_languages(self, tmp_path):
        words = "was broken off before it was whole / ist ein abgebrochener"
        with pytest.raises(LeaveProblem, match=words) as told, read(self.half(tmp_path)):
            pass
        assert "stadttor authority export" in str(told.value)

    def test_begun_anew_the_rest_of_the_dead_goes_and_that_of_the_living_stays(self, tmp_path):
        dead, other = self.half(tmp_path), self.half(tmp_path, name="export.zip.notes.part")
        living = self.half(tmp_path, name="export.zip.fedcba9876543210.part")
        with living.open("rb") as held:
            fcntl.flock(held, fcntl.LOCK_EX)
            with written(tmp_path / "export.zip") as archive:
                close(archive)
        assert not dead.exists()
        assert sorted(tmp_path.iterdir()) == sorted([living, other, tmp_path / "export.zip"])
