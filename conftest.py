"""Tests use a real PostgreSQL as the product's role, without an outer transaction: what a test commits is truncated after it."""

import os
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

_var = tempfile.mkdtemp(prefix="stadttor-test-")
os.environ["STADTTOR_VAR"] = _var
os.environ["DJANGO_SETTINGS_MODULE"] = "stadttor.site.settings"
os.environ.setdefault("STADTTOR_DEMO", "1")

ACROSS = Path(__file__).parent / "tests"
FIXED = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def pytest_configure() -> None:
    """Models can be imported by every test; the database's address follows with the first test that needs it."""
    import django

    django.setup()


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the marks given here
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Database tests after the pure ones, browser tests last: the quick ones speak first."""
    for item in items:
        if item.path.is_relative_to(ACROSS):
            item.add_marker("across")
    rank = lambda item: (item.get_closest_marker("browser") is not None, item.get_closest_marker("db") is not None)  # noqa: E731
    items.sort(key=rank)


@pytest.fixture(scope="session")
def cluster() -> Iterator[dict[str, str]]:
    """One private server for the whole run, roles as in production; gives the addresses the launcher would export."""
    from stadttor.ground.launcher.testing import test_cluster

    with test_cluster() as addresses:
        yield addresses.environment()


@pytest.fixture(scope="session")
def database(cluster: dict[str, str]) -> Iterator[dict[str, str]]:
    """The migrated database behind the wall."""
    import subprocess
    import sys

    os.environ.update(cluster)
    subprocess.run([sys.executable, "-m", "stadttor", "migrate"], check=True)
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
def _tables(database: dict[str, str]) -> list[str]:
    import psycopg

    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        rows = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'django_migrations'"
        )
        return [row[0] for row in rows]


@pytest.fixture
def _clean(request: pytest.FixtureRequest) -> Iterator[None]:
    database = request.getfixturevalue("database")
    tables = request.getfixturevalue("_tables")
    yield
    import psycopg
    from django.db import connections

    from stadttor.ground import authorities

    authorities.forget()
    connections.close_all()
    with psycopg.connect(database["STADTTOR_OWNER_URL"], autocommit=True) as owner:
        owner.execute("TRUNCATE {} CASCADE".format(", ".join(f'"{table}"' for table in tables)))


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
