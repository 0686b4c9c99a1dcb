"""Encrypted files on a disk of the installation: written to a temporary name, synced, renamed."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from stadttor.ground.ports import BlobGone, StoreAway, key_of

HEX = re.compile("[0-9a-f]{32}")
HALF = ".part"


class Disk:
    """Below `folder`, else below the folder of the settings. Implements `ports.BlobStore`."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def put(self, authority_id: UUID, blob_id: UUID, sealed: bytes) -> None:
        path = self.path_of(authority_id, blob_id)
        with _refusals():
            try:
                _write(path, sealed)
            except OSError:
                with suppress(OSError):
                    path.with_suffix(HALF).unlink()
                raise

    def get(self, authority_id: UUID, blob_id: UUID, at_most: int) -> bytes:
        with _refusals():
            try:
                with self.path_of(authority_id, blob_id).open("rb") as file:
                    return file.read(at_most + 1)
            except FileNotFoundError as error:
                raise BlobGone from error

    def remove(self, authority_id: UUID, blob_id: UUID) -> None:
        with _refusals():
            self.path_of(authority_id, blob_id).unlink(missing_ok=True)

    def old(self, authority_id: UUID, before: datetime) -> Iterator[UUID]:
        for path in self._before(authority_id, before):
            if HEX.fullmatch(path.name):
                yield UUID(path.name)

    def drop_halves(self, authority_id: UUID, before: datetime) -> int:
        halves = [path for path in self._before(authority_id, before) if HEX.fullmatch(path.stem) and path.suffix]
        for path in halves:
            path.unlink(missing_ok=True)
        return len(halves)

    def path_of(self, authority_id: UUID, blob_id: UUID) -> Path:
        """Where the sealed bytes lie."""
        return self._place() / key_of(authority_id, blob_id)

    def _place(self) -> Path:
        if self._folder:
            return self._folder
        from django.conf import settings

        return Path(settings.STADTTOR_FILES)

    def _before(self, authority_id: UUID, before: datetime) -> list[Path]:
        with _refusals():
            return [path for path in (self._place() / str(authority_id)).glob("??/*") if _is_older(path, before)]


@contextmanager
def _refusals() -> Iterator[None]:
    """What the disk says, in the words of the port."""
    try:
        yield
    except OSError as error:
        raise StoreAway(errno.errorcode.get(error.errno or 0, "error")) from error


def _is_older(path: Path, moment: datetime) -> bool:
    """Not so for one that was deleted meanwhile."""
    try:
        return path.stat().st_mtime < moment.timestamp()
    except FileNotFoundError:
        return False


def _write(path: Path, sealed: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    half = path.with_suffix(HALF)
    with half.open("wb") as file:
        file.write(sealed)
        file.flush()
        os.fsync(file.fileno())
    half.rename(path)
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """The new name is on disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
