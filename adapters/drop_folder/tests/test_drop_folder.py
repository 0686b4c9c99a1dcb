"""A folder as target: the contract, and what a folder can do wrong."""

import os
from pathlib import Path

import pytest

from adapters.drop_folder import DropFolder, folder
from stadttor.exchange.ports import Place, TargetAway
from stadttor.exchange.tests.way_contract import PARCEL, WayContract

_SYNC, _RENAME = os.fsync, Path.rename


class Reader:
    """Whoever reads the folder; files that begin with a dot are not for it."""

    breaks = ("write", "mark", "rename", "after_rename")

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.place = Place("weissenburg", "steuer")
        self.folder = root / "weissenburg" / "steuer"
        self.folder.mkdir(parents=True)
        self.read: list[tuple[str, bytes]] = []
        self._patch = patch

    def break_at(self, moment: str, times: int = 1, skip: int = 0) -> None:
        """The disk refuses once; `after_rename`: the power goes when the file is there already."""
        # Part, mark, and the folder itself are synced for each file.
        syncs = {"write": 1 + 3 * skip, "mark": 2 + 3 * skip}.get(moment, 0) if times else 0
        left, renames = [syncs], [skip]
        real_sync, real_rename = _SYNC, _RENAME
        self._patch.setattr(Path, "rename", real_rename)

        def fsync(handle: int) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise OSError("no space left on device")
            real_sync(handle)

        def rename(old: Path, new: Path) -> Path:
            if renames[0]:
                renames[0] -= 1
                return real_rename(old, new)
            self._patch.setattr(Path, "rename", real_rename)
            if moment == "after_rename":
                real_rename(old, new)
            raise OSError("input/output error")

        self._patch.setattr(os, "fsync", fsync)
        if "rename" in moment and times:
            self._patch.setattr(Path, "rename", rename)

    def fetch(self) -> list[tuple[str, bytes]]:
        for path in sorted(self.folder.glob("[!.]*")):
            self.read.append((path.name, path.read_bytes()))
            path.unlink()
        return self.read

    def lies(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(tmp_path, monkeypatch)


class Here(DropFolder):
    """Does it in this process, whose disk can be made to refuse."""

    def _run(self, arguments: list[str], data: bytes, seconds: float) -> int:
        act, where, *named = arguments
        return folder.done(act, where, list(zip(named[::2], named[1::2], strict=True)), data)


@pytest.fixture
def way(tmp_path: Path) -> DropFolder:
    return Here(tmp_path)


class TestDropFolder(WayContract):
    pass


def test_another_process_does_the_same(tmp_path: Path, target: Reader) -> None:
    way = DropFolder(tmp_path)
    for _time in range(2):
        assert way.deliver(target.place, PARCEL) == PARCEL.name
        assert target.fetch() == [(PARCEL.name, PARCEL.data)]
    way.forget(target.place, PARCEL)
    way.look(target.place)
    assert list(target.folder.iterdir()) == []
    with pytest.raises(TargetAway, match="folder"):
        way.deliver(Place("weissenburg", "nichts"), PARCEL)


def test_a_share_that_does_not_answer_holds_nobody(tmp_path: Path, target: Reader) -> None:
    """To open a pipe for writing waits for ever where nobody reads it, as a share does whose server is gone."""
    os.mkfifo(target.folder / f".{PARCEL.id}.part")
    with pytest.raises(TargetAway, match="slow"):
        DropFolder(tmp_path, seconds=0.5).deliver(target.place, PARCEL)


def test_a_folder_that_is_not_there_is_not_made(way: DropFolder, target: Reader) -> None:
    for place in (Place("weissenburg", "nichts"), Place("muenchen", "steuer")):
        with pytest.raises(TargetAway, match="folder"):
            way.deliver(place, PARCEL)
    assert target.fetch() == []
