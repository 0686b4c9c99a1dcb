"""What an operator reads when a backup or a restore cannot go on."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from stadttor.ground.launcher.problems import LaunchProblem

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class BackupProblem(LaunchProblem):
    """`what` says it in one sentence, `mend` is the step that helps."""


class NotReachable(BackupProblem):
    """The database does not answer now."""


@contextmanager
def disk_problems(folder: Path) -> Iterator[None]:
    """A full or unwritable disk becomes a problem that names the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise disk_full(folder) from error
        raise BackupProblem(f"{error.filename or folder}: {error.strerror}.", f"check {folder}") from error


@contextmanager
def database_problems() -> Iterator[None]:
    """What the server refuses, in its words."""
    try:
        yield
    except psycopg.Error as error:
        raise BackupProblem(f"The database refused: {str(error).strip()}.") from error


def disk_full(folder: Path) -> BackupProblem:
    """The same words wherever it is noticed."""
    return BackupProblem(
        f"The disk of {folder} is full. What was made before is whole; the half of this run does not count.",
        "make room there (stadttor backup forget), then start again",
    )
