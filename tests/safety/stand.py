"""Where the rows run: one private PostgreSQL with the roles of production, a migrated database for each row."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

from stadttor.ground.launcher.postgres import Cluster, find_binaries, short_temporary_folder
from stadttor.ground.launcher.roles import Dsns, bootstrap
from stadttor.ground.launcher.testing import FAST_AND_SMALL
from tests.measuring.circumstances import ROOT

MODEL = "safety_model"


@dataclass(frozen=True)
class Stand:
    """`folder` is private and gone afterwards; databases are copies of a migrated one, so they cost a moment each."""

    folder: Path
    cluster: Cluster

    def database(self, name: str) -> Dsns:
        """A new database, with all tables and nothing in them."""
        self.migrate()
        with psycopg.connect(self.cluster.url(), autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            admin.execute(f"CREATE DATABASE {name} TEMPLATE {MODEL}")
        return bootstrap(self.cluster.url(), database=name)

    def clear(self) -> None:
        """Drop what earlier rows made: who copies the whole cluster is not to copy theirs, too."""
        with psycopg.connect(self.cluster.url(), autocommit=True) as admin:
            made = admin.execute(
                "SELECT datname FROM pg_database WHERE datname ~ '^safety_' AND datname <> %s", [MODEL]
            )
            for (name,) in made.fetchall():
                admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def superuser(self, name: str) -> str:
        """The address of the one whom no wall stops, to fill a database past it."""
        return self.cluster.url(database=name)

    def product_at(self, addresses: Dsns) -> None:
        """From here on this process is the product, with this database and empty folders of its own."""
        os.environ |= addresses.environment()
        _set_up_django(self.folder / "var")
        from django.conf import settings
        from django.db import connection, connections

        from stadttor.ground import authorities
        from stadttor.site.settings import _database

        connections.close_all()
        described = _database(addresses.app)
        settings.DATABASES["default"].update(described)
        connection.settings_dict.update(described)
        authorities.forget()

    def migrate(self) -> None:
        """The database whose copies the rows get, once."""
        with psycopg.connect(self.cluster.url()) as admin:
            if admin.execute("SELECT FROM pg_database WHERE datname = %s", [MODEL]).fetchone():
                return
        addresses = bootstrap(self.cluster.url(), database=MODEL)
        environment = os.environ | addresses.environment() | {"STADTTOR_VAR": str(self.folder / "var")}
        command = [sys.executable, "-m", "stadttor", "migrate"]
        subprocess.run(command, env=environment, cwd=ROOT, check=True, timeout=300)


@contextmanager
def stand() -> Iterator[Stand]:
    """The server runs for the length of the block; nothing stays of it."""
    folder = short_temporary_folder("stadttor-safety-")
    try:
        cluster = Cluster(folder / "postgres", find_binaries(), settings=FAST_AND_SMALL)
        with cluster.running(log=folder / "postgres.log"):
            yield Stand(folder, cluster)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make_authority(slug: str, name: str) -> UUID:
    """A town, made by the product."""
    from stadttor.ground.models import Authority
    from stadttor.ground.work import common

    with common(write=True):
        return Authority.objects.create(slug=slug, name=name).id


def _set_up_django(var: Path) -> None:
    from django.apps import apps

    if not apps.ready:
        import django

        os.environ["STADTTOR_VAR"] = str(var)
        os.environ["DJANGO_SETTINGS_MODULE"] = "stadttor.site.settings"
        os.environ.setdefault("STADTTOR_DEMO", "1")
        django.setup()
