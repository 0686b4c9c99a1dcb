"""What is done in a folder, as a program of its own: `folder.py ACT FOLDER ID NAME`, the file at its standard input.

A share that does not answer holds whoever asks it; this one may be killed. Needs the standard library alone. What went
wrong is its exit status: a key of `PROBLEMS`.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

PROBLEMS = {3: "folder", 4: "write"}
_FOLDER, _WRITE = PROBLEMS


def deliver(folder: Path, parcel_id: str, name: str, data: bytes) -> None:
    """The file appears under its name by a rename, once: found with its mark and without its part, it appeared before."""
    part, mark = folder / f".{parcel_id}.part", folder / f".{parcel_id}.whole"
    if not mark.exists():
        _write(part, data)
        _write(mark, b"")
        _settle(folder)
    # Without the part it was renamed before; only the answer did not come back.
    with suppress(FileNotFoundError):
        part.rename(folder / name)
    _settle(folder)


def forget(folder: Path, parcel_id: str, name: str, data: bytes) -> None:
    """The mark goes, and the part of a try that broke off: it holds what is in the file."""
    (folder / f".{parcel_id}.part").unlink(missing_ok=True)
    (folder / f".{parcel_id}.whole").unlink(missing_ok=True)


def look(folder: Path, parcel_id: str, name: str, data: bytes) -> None:
    """Raises OSError where nothing may be written."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(folder)


ACTS: dict[str, Callable[[Path, str, str, bytes], None]] = {"deliver": deliver, "forget": forget, "look": look}


def done(act: str, folder: str, parcel_id: str, name: str, data: bytes) -> int:
    """Do it; gives the exit status.

    The folder must be there: a share that is not mounted must not become a folder of our own that nobody reads.
    """
    try:
        if not Path(folder).is_dir():
            return _FOLDER
        ACTS[act](Path(folder), parcel_id, name, data)
    except OSError:
        return _WRITE
    return 0


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


if __name__ == "__main__":
    _act, _folder, _parcel_id, _name = sys.argv[1:]
    sys.exit(done(_act, _folder, _parcel_id, _name, sys.stdin.buffer.read()))
