"""Tests use a real PostgreSQL as the product's role, without an outer transaction: what a test commits is taken out after it."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

_var = tempfile.mkdtemp(prefix="stadttor-test-")
os.environ["STADTTOR_VAR"] = _var
os.environ["DJANGO_SETTINGS_MODULE"] = "stadttor.site.settings"
os.environ.setdefault("STADTTOR_DEMO", "1")

ACROSS = Path(__file__).parent / "tests"
# What attacks the running product, whole cells saved and brought back: `make test-slow`, so that `make test` stays short.
SLOW = (
    ACROSS / "safety",
    Path(__file__).parent / "stadttor/ground/backup/tests",
    Path(__file__).parent / "stadttor/site/leaving/tests",
)
FIXED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def pytest_configure() -> None:
    """Models can be imported by every test; the database's address follows with the first test that needs it."""
    import django

    django.setup()


def pytest_unconfigure() -> None:
    """What the run kept in files goes with it."""
    shutil.rmtree(_var, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the marks given here
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Database tests after the pure ones, browser tests last: the quick ones speak first."""
    for item in items:
        if item.path.is_relative_to(ACROSS):
            item.add_marker("across")
        if any(item.path.is_relative_to(folder) for folder in SLOW):
            item.add_marker("slow")
    rank = lambda item: (item.get_closest_marker("browser") is not None, item.get_closest_marker("db") is not None)  # noqa: E731
    items.sort(key=rank)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """A password costs as little as the method allows; what it costs in the product is tested beside it."""
    from argon2 import PasswordHasher

    from stadttor.identity import services

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(services, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        patch.setattr(services, "NOBODY", services.HASHER.hash("nobody"))
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[dict[str, str]]:
    """One private server for the whole run, roles as in production; gives the addresses the launcher would export."""
    from tests.tables import with_tables

    with with_tables() as addresses:
        yield addresses.environment()


@pytest.fixture(scope="session")
def database(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    """The migrated database behind the wall."""
    os.environ.update(cluster)
    _point_django_at(cluster["STADTTOR_DATABASE_URL"])
    yield cluster
    from django.db import connections

    connections.close_all()


def _point_django_at(address: str) -> None:
    from django.conf import settings
    from django.db import connection

    from stadttor.site.settings import _database

    described = _database(address)
    settings.DATABASES["default"].update(described)
    connection.settings_dict.update(described)


@pytest.fixture(scope="session")
def _empty_again(database: dict[str, str]) -> Iterator[Callable[[], None]]:
    """Takes every row out of every table, past the wall.

    Rows are deleted with triggers and keys asleep, over one lasting connection: TRUNCATE makes new files for every table
    and index and cost more than most tests. It comes every 200 tests all the same, so that dead rows do not pile up.
    """
    import psycopg
    from psycopg import sql

    from stadttor.ground.launcher.dsn import changed
    from stadttor.ground.launcher.postgres import SUPERUSER

    address = changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER)
    admin = psycopg.connect(address, autocommit=True)
    rows = admin.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
    )
    tables = [sql.Identifier(row[0]) for row in rows]
    together = sql.SQL(", ").join(tables)
    asleep = sql.SQL("SET LOCAL session_replication_role = replica; LOCK TABLE {} IN ACCESS EXCLUSIVE MODE")
    deleted = [asleep.format(together), *(sql.SQL("DELETE FROM {}").format(table) for table in tables)]
    quickly, wholly = sql.SQL("; ").join(deleted), sql.SQL("TRUNCATE {} CASCADE").format(together)
    count = itertools.count(1)

    def empty() -> None:
        nonlocal admin
        if admin.broken or admin.closed:
            admin = psycopg.connect(address, autocommit=True)
        admin.execute(quickly if next(count) % 200 else wholly)

    yield empty
    admin.close()


@pytest.fixture
def _clean(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("database")
    empty_again = request.getfixturevalue("_empty_again")
    yield
    from django.db import connections

    from stadttor.ground import authorities

    authorities.forget()
    connections.close_all()
    empty_again()


@pytest.fixture(autouse=True)
def _database_when_marked(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("db"):
        request.getfixturevalue("_clean")


@pytest.fixture
def now() -> datetime:
    """A Monday morning."""
    return FIXED


def _authority(slug: str, name: str):  # type: ignore[no-untyped-def]
    from stadttor.ground.models import Authority
    from stadttor.ground.work import common

    with common(write=True):
        return Authority.objects.create(slug=slug, name=name)


@pytest.fixture
def authority(_clean: None):  # type: ignore[no-untyped-def]
    """Weißenburg i. Bay."""
    return _authority("weissenburg", "Große Kreisstadt Weißenburg i. Bay.")


@pytest.fixture
def neighbour(_clean: None):  # type: ignore[no-untyped-def]
    """Another town, which must see nothing."""
    return _authority("muenchen", "Landeshauptstadt München")


@pytest.fixture
def client(_clean: None):  # type: ignore[no-untyped-def]
    """A browser without JavaScript at weissenburg.localhost."""
    from django.test import Client

    return Client(headers={"host": "weissenburg.localhost"})
