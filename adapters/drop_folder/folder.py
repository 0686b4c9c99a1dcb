"""What is done in a folder, as a program of its own: `folder.py ACT FOLDER ID NAME …`, the file at its standard input.

A share that does not answer holds whoever asks it; this one may be killed. Needs the standard library alone. What went
wrong is its exit status: a key of `PROBLEMS`.
"""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

Named = list[tuple[str, str]]
"""Ids with their names, in the order in which they appear: of several the last but one is the file, the last the manifest."""
PROBLEMS = {3: "folder", 4: "write"}
_FOLDER, _WRITE = PROBLEMS


def stage(folder: Path, named: Named, data: bytes) -> None:
    """The one file lies there whole, under no name of its own yet. With its mark it is, or it appeared before."""
    ((parcel_id, _name),) = named
    part, mark = _ours(folder, parcel_id)
    if not mark.exists():
        _write(part, data)
        _write(mark, b"")
        _settle(folder)


def appear(folder: Path, named: Named, data: bytes) -> None:
    """Each appears under its name by a rename, in this order, once: found with its mark and without its part, it did before."""
    for parcel_id, name in named:
        # Without the part it was renamed before; only the answer did not come back.
        with suppress(FileNotFoundError):
            _ours(folder, parcel_id)[0].rename(folder / name)
        _settle(folder)


def forget(folder: Path, named: Named, data: bytes) -> None:
    """The marks go, and the parts of a try that broke off: they hold what is in the files.

    Where the part of the file itself is still there, it never appeared: then what appeared before it goes as well.
    """
    *along, (file_id, _file) = named[:2] if len(named) < 3 else named[:-1]
    if _ours(folder, file_id)[0].exists():
        for parcel_id, name in along:
            part, mark = _ours(folder, parcel_id)
            if mark.exists() and not part.exists():
                (folder / name).unlink(missing_ok=True)
    for parcel_id, _name in (*along, *named[len(along) + 1 :], (file_id, "")):
        for path in _ours(folder, parcel_id):
            path.unlink(missing_ok=True)


def look(folder: Path, named: Named, data: bytes) -> None:
    """Raises OSError where nothing may be written."""
    if not os.access(folder, os.W_OK | os.X_OK):
        raise PermissionError(folder)


ACTS: dict[str, Callable[[Path, Named, bytes], None]] = {
    "stage": stage,
    "appear": appear,
    "forget": forget,
    "look": look,
}


def done(act: str, folder: str, named: Named, data: bytes) -> int:
    """Do it; gives the exit status.

    The folder must be there: a share that is not mounted must not become a folder of our own that nobody reads.
    """
    try:
        if not Path(folder).is_dir():
            return _FOLDER
        ACTS[act](Path(folder), named, data)
    except OSError:
        return _WRITE
    return 0


def _ours(folder: Path, parcel_id: str) -> tuple[Path, Path]:
    """Part and mark."""
    return folder / f".{parcel_id}.part", folder / f".{parcel_id}.whole"


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
    _act, _folder, *_rest = sys.argv[1:]
    sys.exit(done(_act, _folder, list(zip(_rest[::2], _rest[1::2], strict=True)), sys.stdin.buffer.read()))
