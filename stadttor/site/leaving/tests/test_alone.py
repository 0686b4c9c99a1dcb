"""Return and erasure of one authority at once, and a connection that breaks at the commit: no file is lost."""

import io
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime

import psycopg
import pytest

from stadttor.ground import keys
from stadttor.ground.tests.storing import stored
from stadttor.site.leaving import restoring
from stadttor.site.leaving.alone import alone, now_here, under_way
from stadttor.site.leaving.comparing import export_restore_differences
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.restoring import replace, restore
from stadttor.site.leaving.tests.test_erasing import all_rows, contents, wipe
from tests.isolation.world import in_work

pytestmark = pytest.mark.db
__all__ = ["wipe"]


@pytest.fixture
def town(authority, folders, now):
    in_work(authority)
    stored(authority.id, b"Nachweis", now)
    return authority


@pytest.fixture
def given(database):
    """What return and exchange are told."""
    return {
        "owner_url": database["STADTTOR_OWNER_URL"], "app_url": database["STADTTOR_DATABASE_URL"], "house": this_house(),
        "now": datetime.now(UTC), "out": io.StringIO(),
    }  # fmt: skip


def breaking():
    """The transaction of a return, whose connection is no more when it was committed."""
    changing = restoring.changing

    @contextmanager
    def broken(*asked):
        with changing(*asked) as connection:
            yield connection
        raise psycopg.OperationalError("server closed the connection unexpectedly")

    return broken


def test_of_return_exchange_and_erasure_only_one_runs(town, given, take_along, wipe, superuser, folders):
    path = take_along(town)
    before, files = all_rows(superuser), contents(folders / "files")
    with alone(given["owner_url"], town.id):
        for act in (lambda: restore(path, **given), lambda: replace(path, kept=path, **given), lambda: wipe(town)):
            with pytest.raises(LeaveProblem, match="at this moment by another command"):
                act()
    assert all_rows(superuser) == before
    assert contents(folders / "files") == files


def test_a_second_return_that_is_refused_by_the_rows_leaves_the_files_of_the_first(
    town, given, take_along, wipe, monkeypatch
):
    """Without the lock both seal the files; the first has committed when the second puts its rows."""
    path = take_along(town)
    wipe(town)
    put_rows, first = restoring.put_rows, []

    def late(*asked, **more):
        if not first:
            first.append("under way")
            restore(path, **given)
        return put_rows(*asked, **more)

    monkeypatch.setattr(restoring, "alone", lambda *_asked: nullcontext())
    monkeypatch.setattr(restoring, "under_way", lambda *_asked: None)
    monkeypatch.setattr(restoring, "put_rows", late)
    with pytest.raises(LeaveProblem, match="database refused"):
        restore(path, **given)
    assert export_restore_differences(path, url=given["app_url"], house=given["house"]) == {}


@pytest.mark.parametrize("asked", [now_here, lambda *_asked: None])
def test_a_connection_that_breaks_at_the_commit_leaves_files_and_key(town, given, take_along, wipe, monkeypatch, asked):
    """Also where the database cannot be asked afterwards."""
    path = take_along(town)
    wipe(town)
    key, own = keys.brought_path(town.id), keys.own(town.id)

    def brings(_authority_id, data):
        key.write_bytes(data)
        return True

    monkeypatch.setattr(keys, "bring", brings)
    monkeypatch.setattr(restoring, "changing", breaking())
    monkeypatch.setattr(restoring, "now_here", asked)
    try:
        with pytest.raises(psycopg.OperationalError):
            restore(path, **given)
        assert key.read_bytes() == own
        assert export_restore_differences(path, url=given["app_url"], house=given["house"]) == {}
    finally:
        key.unlink(missing_ok=True)


def test_who_asks_afterwards_waits_for_a_commit_under_way(town, given, monkeypatch):
    monkeypatch.setattr("stadttor.site.leaving.alone.PATIENCE", "50ms")
    with restoring.changing(given["owner_url"], town.id) as connection:
        under_way(connection, town.id)
        assert now_here(given["app_url"], town.id) is None
    here = now_here(given["app_url"], town.id)
    assert here
    assert here.authority
    assert here.files
