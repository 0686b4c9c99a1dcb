"""The disk as a place for encrypted files."""

import pytest

from stadttor.ground import ports
from stadttor.ground.disk import Disk
from stadttor.ground.ports import StoreAway
from stadttor.ground.tests.store_contract import LATER, SEALED, StoreContract, town, uuid4  # noqa: F401  # a fixture


class TestContract(StoreContract):
    @pytest.fixture
    def place(self, tmp_path):
        return Disk(tmp_path / "files")


def test_a_folder_that_cannot_be_made_is_a_store_that_is_away(tmp_path):
    (tmp_path / "files").touch()
    place = Disk(tmp_path / "files")
    with pytest.raises(StoreAway, match=r"ENOTDIR|EEXIST"):
        place.put(uuid4(), uuid4(), SEALED)
    with pytest.raises(StoreAway):
        place.get(uuid4(), uuid4(), 1)


def test_what_others_left_there_is_not_told(tmp_path, town):  # noqa: F811  # the fixture
    place = Disk(tmp_path)
    place.put(town, mine := uuid4(), SEALED)
    place.path_of(town, mine).with_name("README").write_text("by hand")
    assert list(place.old(town, LATER)) == [mine]


def test_files_lie_on_the_disk_where_nothing_else_was_named(monkeypatch):
    monkeypatch.setattr(ports, "_store", [])
    assert isinstance(ports.store(), Disk)
