"""Who brings an authority back or erases it is alone with it, and knows afterwards what became of the transaction."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from uuid import UUID

import psycopg

from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.tables import Connection, behind_the_wall

PATIENCE = "30s"
_ALONE = "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))"
_UNDER_WAY = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


@contextmanager
def alone(url: str, authority_id: UUID) -> Iterator[None]:
    """Nobody else is within such a block for this authority. Raises LeaveProblem when somebody is."""
    with closing(psycopg.connect(url, autocommit=True, connect_timeout=5, prepare_threshold=None)) as connection:
        row = connection.execute(_ALONE, [f"leaving:{authority_id}"]).fetchone()
        if not row or not row[0]:
            raise LeaveProblem(
                "This authority is being erased or brought back at this moment by another command.",
                "wait until that one has ended",
            )
        yield


def under_way(connection: Connection, authority_id: UUID) -> None:
    """From here to its end, `now_here` waits for this transaction."""
    connection.execute(_UNDER_WAY, [f"leaving rows:{authority_id}"])


@dataclass(frozen=True)
class Here:
    """Whether the authority is in the database, and which files its rows name."""

    authority: bool
    files: frozenset[UUID]


def now_here(url: str, authority_id: UUID) -> Here | None:
    """What a new connection sees when no transaction is under way any more; None when nobody can say it now.

    A connection that broke at its COMMIT says nothing of the rows: they may be there.
    """
    try:
        with psycopg.connect(url, connect_timeout=5, prepare_threshold=None) as connection:
            behind_the_wall(connection, authority_id)
            connection.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            under_way(connection, authority_id)
            there = connection.execute("SELECT 1 FROM ground_authority WHERE id = %s", [authority_id]).fetchone()
            named = connection.execute("SELECT id FROM ground_blob WHERE authority_id = %s", [authority_id]).fetchall()
    except psycopg.Error:
        return None
    return Here(there is not None, frozenset(row[0] for row in named))
