"""Puts what is there aside under a name with the time, and back when what should take its place does not come whole."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg import sql

from stadttor.ground.launcher.dsn import changed

from .problems import BackupProblem, disk_problems
from .server import Connection


def must_be_free(places: Sequence[Path], *, over: bool) -> None:
    """Nothing is ever written over. Raises BackupProblem unless `over` asks to put aside what is there."""
    full = [str(place) for place in places if _is_full(place)]
    if full and not over:
        raise BackupProblem(f"There is a cell already: {', '.join(full)}.", "--over puts it aside and goes on")


@contextmanager
def put_aside(places: Sequence[Path], now: datetime) -> Iterator[None]:
    """Within the block the places are free. When it fails, what came into them goes and what was there comes back."""
    full = [place for place in places if _is_full(place)]
    # Only these may be emptied: a place that could not be put aside still holds what was there.
    free = [place for place in places if place not in full]
    moved: dict[Path, Path] = {}
    try:
        for place in full:
            aside = place.with_name(f"{place.name}.before-{now:%Y%m%dT%H%M%S}")
            with disk_problems(place):
                place.rename(aside)
            moved[place] = aside
        yield
    except BaseException as error:
        stuck = [place for place in (*free, *moved) if not _put_back(place, moved.get(place))]
        if stuck:
            raise _half_way(error, {place: moved.get(place) for place in stuck}) from error
        raise


def _put_back(place: Path, aside: Path | None) -> bool:
    """Whether it is as it was. The folder itself stays where nothing was moved: it may be the root of a disk."""
    try:
        for path in place.iterdir() if place.is_dir() else ():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        if aside:
            if place.is_dir():
                place.rmdir()
            aside.rename(place)
    except OSError:
        return False
    return True


def _half_way(error: BaseException, stuck: dict[Path, Path | None]) -> BackupProblem:
    told = [f"{aside} belongs to {place}" if aside else f"{place} was empty" for place, aside in stuck.items()]
    return BackupProblem(f"{error}\nNot all could be put back: {'; '.join(told)}.", "put it back by hand")


def _is_full(place: Path) -> bool:
    with disk_problems(place):
        return place.exists() and (not place.is_dir() or any(place.iterdir()))


def has_tables(admin: str, database: str) -> bool:
    """Whether this database is there and holds anything of anybody."""
    if not _is_there(admin, database):
        return False
    with _admin(changed(admin, dbname=database)) as connection:
        query = "SELECT 1 FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LIMIT 1"
        return bool(connection.execute(query).fetchone())


@contextmanager
def database_put_aside(admin: str, database: str, now: datetime) -> Iterator[None]:
    """Within the block no database with tables has this name. When it fails, the half one goes and the old one is back.

    An empty one is used as it is, and stays with what came when it fails: what was not made here is not dropped.
    """
    was_there, full = _is_there(admin, database), has_tables(admin, database)
    aside = f"{database}_before_{now:%Y%m%dt%H%M%S}"
    if full:
        _rename(admin, database, aside)
    try:
        yield
    except BaseException as error:
        try:
            _put_database_back(admin, database, aside=aside if full else "", ours=full or not was_there)
        except (psycopg.Error, BackupProblem) as stuck:
            told = f"{error}\nThe database could not be put back ({stuck})"
            raise BackupProblem(f"{told}.", f"rename {aside} to {database}" if full else "") from error
        raise


def _put_database_back(admin: str, database: str, *, aside: str, ours: bool) -> None:
    if ours:
        with _admin(admin) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
    if aside:
        _rename(admin, aside, database)


def _is_there(admin: str, database: str) -> bool:
    with _admin(admin) as connection:
        return bool(connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone())


def _rename(admin: str, old: str, new: str) -> None:
    names = sql.Identifier(old), sql.Identifier(new)
    try:
        with _admin(admin) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*names))
    except psycopg.errors.ObjectInUse as error:
        raise BackupProblem(
            f"The database {old} cannot be renamed to {new}: somebody is connected.",
            "end the product and PgBouncer first",
        ) from error


def _admin(url: str) -> Connection:
    try:
        return psycopg.connect(url, autocommit=True, connect_timeout=5)
    except psycopg.Error as error:
        raise BackupProblem(f"The server cannot be reached: {error}", "name a superuser's address") from error
