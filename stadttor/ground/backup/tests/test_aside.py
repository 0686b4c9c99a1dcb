"""What is there stays, or comes back, until what takes its place is whole."""

import io
import shutil
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from stadttor.ground.backup import checking, restoring
from stadttor.ground.backup.aside import put_aside
from stadttor.ground.backup.problems import BackupProblem
from stadttor.ground.backup.tests.living import contents, rows
from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.roles import BACKUP

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def full(place):
    place.mkdir(parents=True)
    (place / "mine").write_text("mine")
    return place


class TestPlaces:
    def test_what_came_goes_and_what_was_there_is_back_when_it_fails(self, tmp_path):
        files, heads, empty = full(tmp_path / "files"), tmp_path / "heads", tmp_path / "empty"
        empty.mkdir()
        with suppress(KeyboardInterrupt), put_aside([files, heads, empty], NOW):
            for place in (files, heads, empty):
                (place / "a/aa").mkdir(parents=True)
                (place / "a/aa/new").write_text("new")
            raise KeyboardInterrupt
        assert contents(tmp_path) == {"files/mine": b"mine"}

    def test_a_place_that_cannot_be_put_aside_is_a_problem_and_nothing_is_touched(self, tmp_path):
        """Report: the error of a mount point ended in a traceback, half of the cell aside."""
        places = [full(tmp_path / name) for name in ("files", "n" * 250, "heads")]
        with pytest.raises(BackupProblem, match="File name too long"), put_aside(places, NOW):
            pass
        assert len(contents(tmp_path)) == 3
        assert all((place / "mine").exists() for place in places)

    def test_what_cannot_be_put_back_is_named(self, tmp_path):
        files = full(tmp_path / "files")
        with pytest.raises(BackupProblem, match=r"Broken\.\nNot all could be put back: .*files\.before-2026"):
            _broken_with_something_in_the_way(files)


def _broken_with_something_in_the_way(files):
    with put_aside([files], NOW):
        files.write_text("in the way")
        raise BackupProblem("Broken.")


@pytest.fixture
def broken(elsewhere, tmp_path):
    """A full cell that cannot take heads: a file lies where their folder should be made."""
    full(elsewhere.files)
    (tmp_path / "file").touch()
    return replace(elsewhere, heads=tmp_path / "file/heads")


@pytest.mark.db
class TestOver:
    def test_a_base_backup_that_does_not_fit_or_does_not_come_leaves_the_cell_as_it_was(
        self, living, broken, tmp_path, monkeypatch
    ):
        """Report: the cell was put aside before anybody asked for room, and stayed there."""
        living.make()
        data = full(tmp_path / "data")
        before = contents(data), contents(broken.files)
        with monkeypatch.context() as patch:
            patch.setattr(shutil, "disk_usage", lambda _place: shutil._ntuple_diskusage(10**9, 10**9, 0))
            with pytest.raises(BackupProblem, match="0 MB left"):
                back(living, broken, data)
        assert (contents(data), contents(broken.files)) == before
        with pytest.raises(BackupProblem, match="file"):
            back(living, broken, data)
        assert (contents(data), contents(broken.files)) == before
        assert not list(tmp_path.rglob("*.before-*"))

    def test_a_dump_that_does_not_come_leaves_database_and_files_as_they_were(self, living, broken, empty_server):
        """Report: files and heads were aside and the rename of the database ended in a traceback."""
        living.make(logical=True)
        back_from_dump(
            living, replace(broken, files=broken.files.parent / "f", heads=broken.files.parent / "h"), empty_server
        )
        database = changed(empty_server, dbname="stadttor", user=BACKUP)
        before = rows(database), contents(broken.files), _databases(empty_server)
        with psycopg.connect(database), pytest.raises(BackupProblem, match="somebody is connected"):
            back_from_dump(living, broken, empty_server)
        assert (rows(database), contents(broken.files), _databases(empty_server)) == before
        with pytest.raises(BackupProblem, match="file"):
            back_from_dump(living, broken, empty_server)
        assert (rows(database), contents(broken.files), _databases(empty_server)) == before


def back(living, cell, data):
    manifest = checking.choose(living.folder, "", None, kind="base")
    restoring.restore_base(living.folder, manifest, data, cell, until=None, over=True, now=NOW, out=io.StringIO())


def back_from_dump(living, cell, server):
    manifest = checking.choose(living.folder, "", None, kind="dump")
    restoring.restore_dump(living.folder, manifest, server, cell, over=True, now=NOW, out=io.StringIO())


def _databases(server):
    with psycopg.connect(server) as connection:
        return sorted(row[0] for row in connection.execute("SELECT datname FROM pg_database"))
