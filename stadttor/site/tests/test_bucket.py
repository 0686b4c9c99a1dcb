"""Where files lie is the operator's setting, for the product and for the backup."""

import pytest

from adapters.s3 import S3
from stadttor.ground import ports
from stadttor.ground.backup.cell import cell_of
from stadttor.ground.disk import Disk
from stadttor.site.bucket import use_bucket

SET = {
    "STADTTOR_S3_URL": "https://s3.example.org/weissenburg",
    "STADTTOR_S3_KEY": "key",
    "STADTTOR_S3_SECRET": "secret",
}


@pytest.fixture(autouse=True)
def _nothing_named(monkeypatch):
    monkeypatch.setattr(ports, "_store", [])


def test_a_bucket_that_is_set_holds_the_files_and_the_backup_knows():
    use_bucket(SET)
    assert isinstance(ports.store(), S3)
    assert isinstance(cell_of({}).bucket, S3)


def test_nothing_set_is_the_disk():
    use_bucket({})
    assert isinstance(ports.store(), Disk)
    assert cell_of({}).bucket is None


def test_what_is_set_half_stops_the_start():
    with pytest.raises(ValueError, match="a key and its secret"):
        use_bucket({"STADTTOR_S3_URL": SET["STADTTOR_S3_URL"]})
