"""A cell whose files lie in an object store: the backup fetches them there, and says when it cannot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from stadttor.ground.backup import cli
from stadttor.ground.backup.cell import Cell
from stadttor.ground.backup.copying import copy_new
from stadttor.ground.backup.folder import Folder
from stadttor.ground.backup.problems import BackupProblem
from stadttor.ground.backup.restoring import Brought, Restored
from stadttor.ground.backup.tests.living import contents
from stadttor.ground.disk import Disk
from stadttor.ground.ports import StoreAway, key_of

AT = datetime(2026, 11, 23, tzinfo=UTC)


class LimitedStore(Disk):
    """Gives so many files and is away then."""

    gives = 1_000

    def get(self, authority_id, blob_id, at_most):
        self.gives -= 1
        if self.gives < 0:
            raise StoreAway("503 SlowDown")
        return super().get(authority_id, blob_id, at_most)


@pytest.fixture
def in_bucket(living, tmp_path):
    """The same cell, with its files where the disk of this machine does not see them."""
    bucket = LimitedStore(living.cell.files)
    kept = living.cell.files
    living.cell = replace(living.cell, files=tmp_path / "empty", bucket=bucket)
    return living, bucket, kept


@pytest.mark.db
class TestMaking:
    def test_a_set_holds_the_files_of_the_store(self, in_bucket):
        living, _bucket, kept = in_bucket
        made = living.make(logical=True)
        assert (made.file_count, made.missing) == (3, ())
        assert contents(living.folder.files) == contents(kept)

    def test_a_store_that_is_away_is_no_file_that_is_gone(self, in_bucket):
        living, bucket, _kept = in_bucket
        bucket.gives = 1
        with pytest.raises(BackupProblem, match="The object store gives no files: 503 SlowDown"):
            living.make(logical=True)
        assert living.folder.finished() == []
        bucket.gives = 1_000
        assert living.make(logical=True).file_count == 3


def test_what_came_before_the_store_went_away_is_known_afterwards(tmp_path):
    """Report: it counted as held and was in no list, so that no set named it and forgetting removed it."""
    town, blobs = uuid4(), [uuid4() for _ in range(3)]
    store = LimitedStore(tmp_path / "files")
    for blob_id in blobs:
        store.put(town, blob_id, b"sealed")
    cell, folder = Cell(tmp_path / "empty", tmp_path / "heads", tmp_path / "keys", store), Folder(tmp_path / "backups")
    folder.make()
    paths, held = [key_of(town, blob_id) for blob_id in blobs], {}
    store.gives = 2
    with pytest.raises(StoreAway):
        copy_new(cell, folder, paths, held, AT)
    store.gives = 1_000
    assert copy_new(cell, folder, paths, held, AT + timedelta(seconds=2)) == []
    assert set(folder.entries()) == set(paths)


@pytest.mark.db
def test_after_a_return_it_is_said_that_the_bucket_must_be_filled(in_bucket, capsys):
    living, _bucket, _kept = in_bucket
    cli._report(living.make(logical=True), Restored("", Brought(3, 3, (), ())), living.cell)
    assert f"copy {living.cell.files} into the bucket before web and worker start" in capsys.readouterr().out
