"""A cell comes back row by row and file by file; a backup that is not whole is never taken for one."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stadttor.ground.backup import checking, restoring
from stadttor.ground.backup.cell import Cell
from stadttor.ground.backup.forgetting import forget
from stadttor.ground.backup.manifest import NAME
from stadttor.ground.backup.problems import BackupProblem
from stadttor.ground.backup.tests.living import Followed, contents, rows, rows_of_cluster
from stadttor.ground.heads import append_line
from stadttor.ground.launcher import postgres
from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.roles import BACKUP

pytestmark = pytest.mark.db


def back_to(living, cell, data, *, until=None, over=False, name=""):
    manifest = checking.choose(living.folder, name, until, kind="base")
    return restoring.restore_base(
        living.folder, manifest, data, cell, until=until, over=over, now=datetime.now(UTC), out=io.StringIO()
    )


def back_from_dump(living, cell, server, *, over=False):
    manifest = checking.choose(living.folder, "", None, kind="dump")
    return restoring.restore_dump(
        living.folder, manifest, server, cell, over=over, now=datetime.now(UTC), out=io.StringIO()
    )


def faults(living, manifest, cell=None):
    return list(checking.check(living.folder, manifest, cell or living.cell))


class TestComingBack:
    def test_every_row_and_file_of_a_base_backup(self, living, elsewhere, tmp_path):
        remembered = living.cell.heads / "of-a-town.deleted.jsonl"
        append_line(remembered, '{"case": "what had been deleted"}')
        living.make()
        expected, kept, heads = living.rows(), contents(living.cell.files), contents(living.cell.heads)
        result = back_to(living, elsewhere, tmp_path / "data")
        assert rows_of_cluster(tmp_path / "data", tmp_path) == expected
        assert contents(elsewhere.files) == kept
        assert contents(elsewhere.heads) == heads
        assert (elsewhere.heads / remembered.name).read_text() == remembered.read_text()
        assert (result.brought.files, result.brought.opened) == (3, 3)

    def test_every_row_and_file_of_a_dump(self, living, elsewhere, empty_server):
        living.make(logical=True)
        expected, kept = living.rows(), contents(living.cell.files)
        result = back_from_dump(living, elsewhere, empty_server)
        assert rows(changed(empty_server, dbname="stadttor", user=BACKUP)) == expected
        assert contents(elsewhere.files) == kept
        assert result.brought.opened == 3
        with pytest.raises(BackupProblem, match="not empty"):
            back_from_dump(living, elsewhere, empty_server)
        back_from_dump(living, elsewhere, empty_server, over=True)

    def test_a_moment_between_with_the_files_of_that_moment(self, living, elsewhere, tmp_path):
        """The file of afterwards does not come; the one that was deleted afterwards does."""
        with Followed(living) as follower:
            living.make()
            early = living.keep("vorher")
            follower.catch_up(datetime.now(UTC))
            expected, moment = living.rows(), datetime.now(UTC)
            late = living.keep("nachher")
            (living.cell.files / early).unlink()
            follower.catch_up(datetime.now(UTC))
        back_to(living, elsewhere, tmp_path / "data", until=moment)
        assert rows_of_cluster(tmp_path / "data", tmp_path) == expected
        assert early in contents(elsewhere.files)
        assert late not in contents(elsewhere.files)

    def test_a_moment_after_the_last_word_is_all_of_the_log_however_the_server_says_so(
        self, living, elsewhere, tmp_path, monkeypatch
    ):
        """Report: a restore failed when somebody knocked in the moment the server ended: its reason stood one line higher."""
        monkeypatch.setattr(
            postgres, "_last_words", lambda log: ["FATAL:  the database system is not accepting connections"]
        )
        with Followed(living) as follower:
            manifest = living.make()
            living.keep("zuletzt")
            follower.catch_up(datetime.now(UTC))
        back_to(living, elsewhere, tmp_path / "data", until=checking.window(living.folder, manifest).until)
        assert rows_of_cluster(tmp_path / "data", tmp_path) == living.rows()

    def test_a_moment_the_log_does_not_reach_is_refused(self, living, elsewhere, tmp_path):
        living.make()
        with pytest.raises(BackupProblem, match="outside what this set can bring back"):
            back_to(living, elsewhere, tmp_path / "data", until=datetime.now(UTC) + timedelta(hours=1))
        assert not (tmp_path / "data").exists()

    def test_a_gap_in_the_log_ends_what_can_be_restored(self, living):
        with Followed(living) as follower:
            manifest = living.make()
            follower.catch_up(datetime.now(UTC))
        assert checking.window(living.folder, manifest).until > manifest.end
        for piece in checking.segments(living.folder.wal(manifest.system, manifest.timeline)).values():
            piece.unlink()
        assert checking.window(living.folder, manifest).until == manifest.end

    def test_nothing_is_written_over_a_cell_over_puts_it_aside_and_without_keys_files_stay_closed(
        self, living, elsewhere, tmp_path
    ):
        living.make()
        elsewhere.files.mkdir(parents=True)
        (elsewhere.files / "mine").write_text("mine")
        with pytest.raises(BackupProblem, match="There is a cell already"):
            back_to(living, elsewhere, tmp_path / "data")
        keyless = replace(elsewhere, keys=tmp_path / "none")
        result = back_to(living, keyless, tmp_path / "data", over=True)
        aside = [path for path in elsewhere.files.parent.iterdir() if path.name.startswith("files.before-")]
        assert (aside[0] / "mine").read_text() == "mine"
        assert (result.brought.files, result.brought.opened) == (3, 0)
        assert not (tmp_path / "none").exists()


class TestNotWhole:
    def test_a_changed_byte_anywhere_is_found(self, living):
        manifest = living.make(logical=True)
        assert faults(living, manifest) == []
        path = next(iter(living.folder.entries()))
        for changed_file in (living.folder.files / path, living.folder.sets / manifest.name / "database.dump"):
            sound = changed_file.read_bytes()
            changed_file.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
            assert len(faults(living, manifest)) == 1
            changed_file.write_bytes(sound)

    def test_a_list_that_cannot_be_read_is_a_fault_and_no_crash(self, living):
        """Report: a turned byte in the list of files ended the check with a traceback."""
        manifest = living.make(logical=True)
        path = living.folder.sets / manifest.name / "files.jsonl"
        path.write_bytes(b"\xb1" + path.read_bytes()[1:])
        assert faults(living, manifest) == [f"{manifest.name}/files.jsonl was changed"]

    def test_a_changed_manifest_is_not_signed_and_not_restored(self, living, elsewhere, tmp_path):
        manifest = living.make()
        path = living.folder.sets / manifest.name / NAME
        path.write_text(path.read_text().replace('"database": "stadttor"', '"database": "elsewhere"'))
        with pytest.raises(BackupProblem, match="not signed by this installation"):
            back_to(living, elsewhere, tmp_path / "data")

    def test_a_file_that_is_gone_is_named(self, living):
        manifest = living.make(logical=True)
        path = next(iter(living.folder.entries()))
        (living.folder.files / path).unlink()
        assert faults(living, manifest) == [f"files/{path} is gone"]

    def test_a_changed_head_is_told_when_the_set_is_made_and_the_kept_one_stays(self, living):
        """Report: no set was made any more."""
        living.make(logical=True)
        (head,) = living.cell.heads.glob("*.jsonl")
        head.write_text("")
        with pytest.raises(BackupProblem, match="does not begin with what was kept"):
            living.make(logical=True)
        sets = living.folder.finished()
        assert len(sets) == 2
        assert [faults(living, one) for one in sets] == [[], []]

    def test_the_keys_of_another_cell_are_said_to_be_that(self, living, tmp_path):
        manifest = living.make(logical=True)
        (tmp_path / "keys").mkdir()
        (tmp_path / "keys" / "master.key").write_bytes(bytes(32))
        other = Cell(living.cell.files, living.cell.heads, tmp_path / "keys")
        assert faults(living, manifest, other) == ["master.key: not the keys this set was made with"]

    def test_a_half_written_set_counts_as_nothing_and_goes_with_the_next(self, living):
        half = living.folder.sets / "20260101T000000Z-base.part"
        half.mkdir(parents=True)
        assert living.folder.finished() == []
        living.make(logical=True)
        assert not half.exists()

    def test_another_format_says_which_version_reads_it(self, living):
        manifest = living.make(logical=True)
        path = living.folder.sets / manifest.name / NAME
        path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 9, "product": "7.0"}))
        with pytest.raises(BackupProblem, match=r"(?s)format 9.*7\.0"):
            living.folder.finished()

    def test_a_role_that_sees_a_part_of_the_rows_makes_no_backup(self, living, database):
        with pytest.raises(BackupProblem, match="does not see all rows"):
            replace(living, url=database["STADTTOR_DATABASE_URL"]).make()


class TestForgetting:
    def test_what_was_deleted_goes_with_the_last_set_that_may_need_it(self, living):
        first = living.make(logical=True)
        gone = next(iter(living.folder.entries()))
        second = living.make(logical=True)
        assert forget(living.folder, before=first.end + timedelta(microseconds=1)).sets == 1
        assert gone in living.folder.entries()
        _delete(living, gone)
        third = living.make(logical=True)
        assert third.file_count == 2
        result = forget(living.folder, before=second.end + timedelta(microseconds=1))
        assert (result.sets, result.files) == (1, 1)
        assert gone not in living.folder.entries()
        assert not (living.folder.files / gone).exists()
        assert faults(living, third) == []

    def test_the_newest_set_stays_however_old(self, living):
        living.make(logical=True)
        assert forget(living.folder, before=datetime.now(UTC) + timedelta(days=400)).sets == 0

    def test_a_follower_copies_again_what_was_dropped_while_it_ran(self, living):
        """Report: it held the list of its start, and never copied such a file again."""
        living.make(logical=True)
        with Followed(living) as follower:
            follower.rounds(2)
            path, *others = living.folder.entries().values()
            with living.folder.locked("index.lock"):
                living.folder.rewrite(others)
                (living.folder.files / path.path).unlink()
            follower.rounds(3)
        assert (living.folder.files / path.path).exists()
        assert path.path in living.folder.entries()


def _delete(living, path):
    from uuid import UUID

    from stadttor.ground import files
    from stadttor.ground.work import work

    with work(living.authority):
        files.delete(living.authority, UUID(path.rpartition("/")[2]))
