"""What is kept in a folder of backups, how long, and what happens when two keep at once."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from stadttor.ground.backup.copying import copy_file
from stadttor.ground.backup.folder import Entry, Folder, write_entries, write_whole
from stadttor.ground.backup.forgetting import forget
from stadttor.ground.backup.making import FILES
from stadttor.ground.backup.manifest import NAME, Log, Manifest

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SEGMENT = 1 << 24
LIFE = ("7", 1)


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "backups")
    made.make()
    return made


def ago(days):
    return (NOW - timedelta(days=days)).isoformat()


def kept(folder, kind, days, files=(), log=None):
    """A set of so many days ago that lists these files by name and age in days."""
    name = f"{NOW - timedelta(days=days):%Y%m%dT%H%M%S%f}Z-{kind}"
    (folder.sets / name).mkdir()
    write_entries(folder.sets / name / FILES, [Entry(path, 1, "x", ago(age)) for path, age in files])
    manifest = Manifest(name, kind, ago(days), ago(days), 15, "0", *LIFE, "stadttor", {}, {}, {}, 0, 0, log=log)
    write_whole(folder.sets / name / NAME, manifest.as_json())
    return name


def holds(folder, *files):
    for path, _ in files:
        (folder.files / path).parent.mkdir(parents=True, exist_ok=True)
        (folder.files / path).write_text("x")
    write_entries(folder.index, [Entry(path, 1, "x", ago(age)) for path, age in files])


def piece(folder, name, days):
    path = folder.wal(*LIFE) / name
    path.parent.mkdir(exist_ok=True)
    path.touch()
    os.utime(path, times=((NOW - timedelta(days=days)).timestamp(),) * 2)
    return path


class TestHowLong:
    def test_an_old_dump_does_not_keep_deleted_files_beside_younger_base_backups(self, folder):
        """Report: the newest of each kind stayed for ever, and with one dump every file that was deleted since."""
        amira, jonas = ("a/aa/amira", 800), ("a/bb/jonas", 400)
        holds(folder, amira, jonas)
        kept(folder, "dump", 730, [amira])
        kept(folder, "base", 100, [jonas])
        last = kept(folder, "base", 1)
        gone = forget(folder, before=NOW - timedelta(days=35))
        assert (gone.sets, gone.files, gone.beyond) == (2, 2, ())
        assert [one.name for one in folder.finished()] == [last]
        assert not [path for path in folder.files.rglob("*") if path.is_file()]

    def test_another_kind_stays_within_its_days(self, folder):
        kept(folder, "dump", 20)
        kept(folder, "base", 1)
        assert forget(folder, before=NOW - timedelta(days=35)).sets == 0

    def test_what_is_kept_beyond_its_time_is_told(self, folder):
        upgrade = kept(folder, "dump", 90)
        kept(folder, "dump", 80)
        last = kept(folder, "base", 60)
        assert forget(folder, before=NOW - timedelta(days=35), keep=[upgrade]).beyond == (upgrade, last)
        assert [one.name for one in folder.finished()] == [upgrade, last]

    def test_the_log_goes_when_no_base_backup_is_left_that_needs_it(self, folder):
        """Report: pieces of the log stayed for ever after the last base backup of their life went."""
        kept(folder, "base", 90, log=Log(1, "0/2000000", "0/3000000", SEGMENT))
        old, young = piece(folder, "000000010000000000000003", 89), piece(folder, "000000010000000000000009", 1)
        kept(folder, "dump", 1)
        assert forget(folder, before=NOW - timedelta(days=35)).log_pieces == 1
        assert (old.exists(), young.exists()) == (False, True)


class TestDurable:
    @pytest.fixture
    def synced(self, monkeypatch):
        """Paths of what was made durable, in their order."""
        seen, real = [], os.fsync
        monkeypatch.setattr(os, "fsync", lambda fd: (seen.append(os.readlink(f"/proc/self/fd/{fd}")), real(fd)))
        return seen

    def test_a_copied_file_is_durable_under_its_name_up_to_the_folder_that_was_there(self, folder, tmp_path, synced):
        (tmp_path / "one").write_text("x")
        copy_file(tmp_path / "one", folder.files / "a/aa/one")
        assert {str(folder.files / "a/aa"), str(folder.files / "a"), str(folder.files)} <= set(synced)

    def test_a_list_is_durable_under_its_name(self, folder, synced):
        write_entries(folder.index, [])
        write_whole(folder.sets / "reached.json", "{}")
        assert [path for path in synced if path in (str(folder.path), str(folder.sets))] == [
            str(folder.path),
            str(folder.sets),
        ]
