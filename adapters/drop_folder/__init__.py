"""Hand-over into a folder that the target reads: on this machine, or a share that the operator mounted."""

import os
from contextlib import suppress
from pathlib import Path

from stadttor.exchange.ports import Parcel, Place, TargetAway


class DropFolder:
    """Implements `stadttor.exchange.ports.Way`; each authority has its own folders below `root`.

    The file appears under its name by a rename, so that nobody reads half of it. A mark beside it says that it was whole
    before it appeared: found without the part, it appeared, even where the target has fetched it meanwhile.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def allows(self, place: str) -> bool:
        """Every name below the folder of the authority."""
        return True

    def deliver(self, place: Place, parcel: Parcel) -> str:
        folder = self._folder(place)
        part, mark = folder / f".{parcel.id}.part", folder / f".{parcel.id}.whole"
        try:
            if not mark.exists():
                _write(part, parcel.data)
                _write(mark, b"")
                _settle(folder)
            # Without the part it was renamed before; only the answer did not come back.
            with suppress(FileNotFoundError):
                part.rename(folder / parcel.name)
            _settle(folder)
        except OSError as error:
            raise TargetAway("write") from error
        return parcel.name

    def forget(self, place: Place, parcel: Parcel) -> None:
        try:
            (self._folder(place) / f".{parcel.id}.whole").unlink(missing_ok=True)
        except OSError as error:
            raise TargetAway("write") from error

    def look(self, place: Place) -> None:
        if not os.access(self._folder(place), os.W_OK | os.X_OK):
            raise TargetAway("write")

    def _folder(self, place: Place) -> Path:
        """It must be there: a share that is not mounted must not become a folder of our own that nobody reads."""
        folder = self._root / place.authority / place.place
        if not folder.is_dir():
            raise TargetAway("folder")
        return folder


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _settle(folder: Path) -> None:
    """What happened in the folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
