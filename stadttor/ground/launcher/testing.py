"""A private PostgreSQL server for one test run."""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from .postgres import TEMPORARY, Cluster, existing_major, find_binaries, short_temporary_folder
from .roles import Dsns, bootstrap

_PREFIX = "stadttor-test-"
_HOUR = 3600.0

# Nothing in a test database must survive a crash, and many test runs share one machine.
FAST_AND_SMALL = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_wal_size": "256MB",
    "max_connections": "60",
    "autovacuum_naptime": "300",
}


@contextmanager
def test_cluster(folder: Path | None = None) -> Iterator[Dsns]:  # noqa: PT028  # lends a server, is no test
    """A server of its own with empty database and roles; gone at the end of the block, however it ends.

    Without `folder` it lives in a new temporary folder, so that runs side by side never meet.
    """
    if folder is not None:
        with _served(folder) as dsns:
            yield dsns
        return
    _sweep()
    own = short_temporary_folder(_PREFIX)
    try:
        with _locked(own), _served(own) as dsns:
            yield dsns
    finally:
        shutil.rmtree(own, ignore_errors=True)


# Pytest would take the name for a test.
test_cluster.__test__ = False  # type: ignore[attr-defined]  # an attribute pytest looks for on any function


@contextmanager
def migrated_cluster(kept: Path, mark: str, migrate: Callable[[Dsns], None]) -> Iterator[Dsns]:
    """The same with the tables that `migrate` makes.

    They are made once for a `mark` (what they are made from, as one word) and copied from the folder `kept` by whoever comes
    later: making them takes longer than most files of tests. Another mark replaces what was kept.
    """
    _sweep()
    own = short_temporary_folder(_PREFIX)
    try:
        with _locked(own):
            _put_tables(own, kept, f"{mark[:24]}-{_cluster(own).binaries.major}", migrate)
            with _served(own) as dsns:
                yield dsns
    finally:
        shutil.rmtree(own, ignore_errors=True)


def _put_tables(own: Path, kept: Path, mark: str, migrate: Callable[[Dsns], None]) -> None:
    """Whoever comes first makes them; the others wait for that and copy."""
    kept.mkdir(parents=True, exist_ok=True)
    found = kept / mark
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if found.exists():
            _copy(found, own / "data")
            return
        with _served(own) as dsns:
            migrate(dsns)
            # What is copied needs no recovery then.
            with psycopg.connect(_cluster(own).url(), autocommit=True) as admin:
                admin.execute("CHECKPOINT")
        for old in kept.iterdir():
            if old.is_dir():
                shutil.rmtree(old)
        half = kept / "half-made"
        _copy(own / "data", half)
        half.rename(found)


def _copy(data: Path, to: Path) -> None:
    """Who may read it belongs to a cluster; who owns it is settled when it starts."""
    shutil.copytree(data, to)


def _cluster(folder: Path) -> Cluster:
    wanted = os.environ.get("STADTTOR_POSTGRES", "")
    return Cluster(folder, find_binaries(wanted=wanted, major=existing_major(folder)), settings=FAST_AND_SMALL)


@contextmanager
def _served(folder: Path) -> Iterator[Dsns]:
    cluster = _cluster(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with cluster.running(log=folder / "postgres.log"):
        yield bootstrap(cluster.url())


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sweep() -> None:
    """Remove folders of test runs that were killed: older than an hour and locked by nobody."""
    for folder in TEMPORARY.glob(f"{_PREFIX}*"):
        with suppress(OSError), (folder / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if time.time() - folder.stat().st_mtime > _HOUR:
                shutil.rmtree(folder)
