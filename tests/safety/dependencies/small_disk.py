"""A PostgreSQL whose data fits on a disk of some megabytes: a tmpfs of its own namespace, so that no right is needed."""

import contextlib
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from stadttor.ground.launcher.postgres import Account, Cluster
from stadttor.ground.launcher.testing import FAST_AND_SMALL
from tests.safety.stand import MODEL, Stand

DISK_MB = 160
NOBODY = "65534"


@dataclass(frozen=True)
class Small:
    """The server on the stand runs until it is stopped."""

    stand: Stand
    running: contextlib.ExitStack

    def stop(self) -> None:
        """What it has stays where it is."""
        self.running.close()


@contextlib.contextmanager
def on_small_disk(stand: Stand) -> Iterator[Small | None]:
    """A server beside the programme's own; None where this machine has no user namespaces."""
    place = stand.folder / "small-disk"
    place.mkdir()
    prefix = (
        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c",
        f'mount -t tmpfs -o size={DISK_MB}m,mode=0700 none "{place}" && exec unshare --user --map-user={NOBODY}'
        f' --map-group={NOBODY} "$@"', "sh",
    )  # fmt: skip
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
        yield None
        return
    ordinary = stand.cluster.account
    cluster = Cluster(
        stand.folder / "small-postgres",
        stand.cluster.binaries,
        account=Account(prefix, ordinary.uid, ordinary.gid),
        settings=FAST_AND_SMALL,
    )
    with contextlib.ExitStack() as running:
        running.enter_context(cluster.running(log=stand.folder / "small-postgres.log"))
        with psycopg.connect(cluster.url(), autocommit=True) as admin:
            admin.execute(sql.SQL("CREATE TABLESPACE small LOCATION {}").format(sql.Literal(str(place))))
        yield Small(Stand(stand.folder, cluster), running)


def move(stand: Stand, database: str) -> None:
    """The database onto the small disk; nobody is connected to it."""
    with psycopg.connect(stand.cluster.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE small").format(sql.Identifier(database)))


def move_back(stand: Stand, database: str) -> None:
    """To the others, and nothing but it is left to take along; nobody is connected."""
    with psycopg.connect(stand.cluster.url(), autocommit=True) as admin:
        admin.execute(sql.SQL("ALTER DATABASE {} SET TABLESPACE pg_default").format(sql.Identifier(database)))
        admin.execute("DROP TABLESPACE small")
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(MODEL)))
        admin.execute("CHECKPOINT")


@contextlib.contextmanager
def filled(stand: Stand, database: str) -> Iterator[None]:
    """Not a page is free for the length of the block."""
    with psycopg.connect(stand.superuser(database), autocommit=True) as admin:
        admin.execute("CREATE TABLE filler (text text) WITH (fillfactor = 100)")
        for rows in (20_000, 5_000, 1_000, 100, 10, 1):
            _fill(admin, rows)
        yield
        admin.execute("DROP TABLE filler")


def _fill(admin: psycopg.Connection[tuple[object, ...]], rows: int) -> None:
    with contextlib.suppress(psycopg.errors.DiskFull):
        for _ in range(10_000):
            # What was written before the disk was full stays as dead rows: nothing gives the pages back.
            admin.execute("INSERT INTO filler SELECT repeat(md5(n::text), 60) FROM generate_series(1, %s) n", [rows])
