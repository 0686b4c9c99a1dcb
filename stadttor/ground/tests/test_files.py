"""Files: encrypted per authority, whole or not there, noticed when changed, swept when nobody knows them."""

import os
import resource
import stat
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag

from stadttor.core.refused import Refused
from stadttor.ground import files, keys
from stadttor.ground.sealed import unseal
from stadttor.ground.tests.queue import undone
from stadttor.ground.tests.storing import stored
from stadttor.ground.work import NestedWork, work

PAPER = "Amira Yılmaz, WUG-AY 88".encode()


@pytest.fixture
def kept(authority, now):
    return stored(authority.id, PAPER, now)


def read(authority, blob_id):
    return files.read(authority.id, blob_id)


@contextmanager
def full_disk(size):
    """No file of this process grows beyond `size` bytes: to a program the same as a full disk, without rights."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def age(path, hours):
    then = path.stat().st_mtime - hours * 3600
    os.utime(path, (then, then))


@pytest.mark.db
class TestKeeping:
    def test_what_is_stored_is_read_again_and_lies_encrypted(self, authority, kept):
        assert read(authority, kept.blob_id) == PAPER
        assert "Yılmaz".encode() not in files.path_of(authority.id, kept.blob_id).read_bytes()
        assert kept.size == len(PAPER)

    @pytest.mark.parametrize("place", [0, 15, -1])
    def test_a_changed_byte_is_noticed(self, authority, kept, place):
        path = files.path_of(authority.id, kept.blob_id)
        data = bytearray(path.read_bytes())
        data[place] ^= 1
        path.write_bytes(data)
        with pytest.raises(InvalidTag):
            read(authority, kept.blob_id)

    def test_a_cut_file_is_noticed(self, authority, kept):
        path = files.path_of(authority.id, kept.blob_id)
        path.write_bytes(path.read_bytes()[:20])
        with pytest.raises(InvalidTag):
            read(authority, kept.blob_id)

    def test_two_files_of_one_authority_cannot_be_exchanged(self, authority, kept, now):
        other = stored(authority.id, b"other", now)
        files.path_of(authority.id, kept.blob_id).write_bytes(files.path_of(authority.id, other.blob_id).read_bytes())
        with pytest.raises(InvalidTag):
            read(authority, kept.blob_id)

    def test_the_neighbour_finds_no_row_and_its_key_does_not_open_the_bytes(self, authority, neighbour, kept, now):
        path = files.path_of(neighbour.id, kept.blob_id)
        path.parent.mkdir(parents=True)
        path.write_bytes(files.path_of(authority.id, kept.blob_id).read_bytes())
        with pytest.raises(Refused, match="not_found"):
            read(neighbour, kept.blob_id)
        sealed = path.read_bytes()
        with pytest.raises(InvalidTag):
            unseal(keys.derived(neighbour.id, keys.FILES), kept.blob_id, sealed)

    def test_a_full_disk_is_refused_in_words_leaves_nothing_and_ends_by_itself(self, authority, now):
        """Report: a full disk was an error of ours (500) and left half a file."""
        with full_disk(1_000), pytest.raises(Refused, match="file_no_room"):
            files.put(authority.id, bytes(5_000), media_type="text/plain")
        assert not list(files.path_of(authority.id, authority.id).parents[1].rglob("*.part"))
        kept = stored(authority.id, bytes(5_000), now)
        assert read(authority, kept.blob_id) == bytes(5_000)

    def test_a_volume_that_is_not_there_is_refused_in_words_too(self, authority, now, monkeypatch, tmp_path):
        """Report: tidying up after a volume that was gone failed in its turn (500)."""
        (tmp_path / "files").touch()
        monkeypatch.setattr("django.conf.settings.STADTTOR_FILES", tmp_path / "files")
        with pytest.raises(Refused, match="file_no_room"):
            files.put(authority.id, PAPER, media_type="text/plain")

    def test_deleting_twice_is_deleting(self, authority, kept):
        for _ in range(2):
            with work(authority.id):
                files.delete(authority.id, kept.blob_id)
        assert not files.path_of(authority.id, kept.blob_id).exists()
        with pytest.raises(Refused, match="not_found"):
            read(authority, kept.blob_id)

    def test_a_disk_that_refuses_one_deletion_neither_undoes_the_work_nor_keeps_the_others(self, authority, kept, now):
        other = stored(authority.id, b"other", now)
        stubborn = files.path_of(authority.id, kept.blob_id)
        stubborn.unlink()
        stubborn.mkdir()
        with work(authority.id):
            for blob_id in (kept.blob_id, other.blob_id):
                files.delete(authority.id, blob_id)
        assert not files.path_of(authority.id, other.blob_id).exists()

    def test_a_rolled_back_deletion_keeps_the_bytes(self, authority, kept):
        undone(authority.id, lambda: files.delete(authority.id, kept.blob_id))
        assert read(authority, kept.blob_id) == PAPER

    def test_no_transaction_waits_for_a_store(self, authority, kept):
        """Rule: no call to a system outside inside a work; twelve slow uploads held all connections otherwise."""
        for ask in (
            lambda: files.put(authority.id, PAPER, media_type="text/plain"),
            lambda: files.read(authority.id, kept.blob_id),
            lambda: files.erase(authority.id, kept.blob_id),
        ):
            with pytest.raises(NestedWork), work(authority.id):
                ask()

    def test_what_a_refusal_leaves_without_a_row_is_removed_at_once(self, authority):
        with pytest.raises(Refused), files.putting(authority.id, PAPER, media_type="text/plain") as left:
            raise Refused("too_late")
        assert not files.path_of(authority.id, left.blob_id).exists()

    def test_after_an_error_of_ours_the_bytes_stay_since_the_work_may_have_been_committed(self, authority):
        with suppress(ZeroDivisionError), files.putting(authority.id, PAPER, media_type="text/plain") as left:
            raise ZeroDivisionError
        assert files.path_of(authority.id, left.blob_id).exists()


@pytest.mark.db
class TestSweeping:
    def orphan(self, authority, now):
        """What a rolled-back upload leaves behind."""
        lost = files.put(authority.id, PAPER, media_type="text/plain")
        undone(authority.id, lambda: files.enter(authority.id, lost, now))
        return files.path_of(authority.id, lost.blob_id)

    def sweep(self, authority):
        from stadttor.ground.clock import now

        return files.sweep(authority.id, now() - timedelta(hours=24))

    def test_only_old_files_without_a_row_go(self, authority, kept, now):
        old, fresh, half = (self.orphan(authority, now) for _ in range(3))
        half = half.rename(half.with_suffix(".part"))
        for path in (old, half, files.path_of(authority.id, kept.blob_id)):
            age(path, 25)
        assert self.sweep(authority) == 2
        assert (old.exists(), half.exists(), fresh.exists()) == (False, False, True)
        assert read(authority, kept.blob_id) == PAPER

    def test_files_that_are_not_ours_stay(self, authority, now):
        strange = self.orphan(authority, now).with_name("README")
        strange.write_text("von Hand")
        age(strange, 99)
        assert self.sweep(authority) == 0
        assert strange.exists()

    def test_the_neighbours_files_are_not_looked_at(self, authority, neighbour, now):
        lost = self.orphan(authority, now)
        age(lost, 99)
        assert self.sweep(neighbour) == 0
        assert lost.exists()

    def test_an_authority_without_files_is_fine(self, neighbour):
        assert self.sweep(neighbour) == 0


@pytest.fixture
def own_keys(tmp_path):
    from django.conf import settings

    before, settings.STADTTOR_KEYS = settings.STADTTOR_KEYS, tmp_path / "keys"
    yield tmp_path / "keys"
    settings.STADTTOR_KEYS = before


def test_keys_are_for_the_owner_alone_and_stay_the_same(own_keys):
    first = keys._file(own_keys / "master.key")
    assert keys._file(own_keys / "master.key") == first
    assert stat.S_IMODE((own_keys / "master.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(own_keys.stat().st_mode) == 0o700
    assert [path.name for path in own_keys.iterdir()] == ["master.key"]


def test_many_processes_starting_at_once_read_one_whole_key(own_keys):
    """Report: the second to come read an empty file, and everything was derived from nothing."""
    from stadttor.ground.tests.races import at_once

    read = at_once(*[lambda: keys._file(own_keys / "master.key")] * 16)
    assert len(set(read)) == 1
    assert len(read[0]) == 32


@pytest.mark.parametrize("damaged", [b"", b"short"])
def test_a_damaged_key_stops_everything(own_keys, damaged):
    own_keys.mkdir()
    (own_keys / "master.key").write_bytes(damaged)
    with pytest.raises(ValueError, match=r"master\.key is damaged"):
        keys._file(Path(own_keys / "master.key"))


def test_each_authority_and_purpose_has_a_key_of_its_own():
    from uuid import UUID

    one, two = UUID(int=1), UUID(int=2)
    assert len({keys.derived(one, "files"), keys.derived(two, "files"), keys.derived(one, "links")}) == 3
    assert keys.derived(one, "files") == keys.derived(one, "files")
