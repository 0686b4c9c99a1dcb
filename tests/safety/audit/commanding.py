"""What `stadttor audit verify` says as a whole: of a cell that lost an authority, or all of them, under its signed heads."""

import contextlib
import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from tests.safety.running import RowLines

Owner = psycopg.Connection[tuple[Any, ...]]
KEPT = ("ground_authority", "ground_auditentry", "ground_auditseal", "ground_auditwaiting")
SOON, LATE = timedelta(seconds=5), timedelta(hours=1)
"""After the newest entry: sealing may still come, or should have come long ago."""


def nothing(owner: Owner, town: UUID) -> None:
    """As it is."""


def empty_a_chain(owner: Owner, town: UUID) -> None:
    """The authority is still there, and nothing of what it did."""
    for table in reversed(KEPT[1:]):
        owner.execute(sql.SQL(f"DELETE FROM {table} WHERE authority_id = %s"), [town])


def forget_an_authority(owner: Owner, town: UUID) -> None:
    for table in reversed(KEPT):
        column = "id" if table == "ground_authority" else "authority_id"
        owner.execute(sql.SQL(f"DELETE FROM {table} WHERE {column} = %s"), [town])


def empty_the_database(owner: Owner, town: UUID) -> None:
    owner.execute("TRUNCATE ground_authority CASCADE")


ACTS: tuple[tuple[Callable[[Owner, UUID], None], tuple[str, ...], timedelta, bool], ...] = (
    (nothing, (), SOON, True),
    (nothing, ("weissenburg",), SOON, True),
    (nothing, ("nirgendwo",), SOON, False),
    (nothing, (), LATE, False),
    (empty_a_chain, (), SOON, False),
    (empty_a_chain, ("weissenburg",), SOON, False),
    (forget_an_authority, (), SOON, False),
    (forget_an_authority, ("weissenburg",), SOON, False),
    (empty_the_database, (), SOON, False),
)
"""(what the owner does, which authorities are asked for, when, whether the command may call it well)."""


def command(owner: Owner, town: UUID, newest: datetime, lines: RowLines) -> None:
    """Each act, the command as an operator types it, and back."""
    for act, slugs, after, well in ACTS:
        with _undone(owner):
            act(owner, town)
            code, said = _verify(slugs, newest + after)
        what = f"{act.__name__} {' '.join(slugs)}{' late' if after == LATE else ''}".strip()
        lines.write("command", act=what, code=code, said=said[-300:], well=well)


def _verify(slugs: tuple[str, ...], at: datetime) -> tuple[int, str]:
    from stadttor.ground import audit_cli

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = audit_cli.main(["verify", *slugs], at)
    return code, said.getvalue()


@contextlib.contextmanager
def _undone(owner: Owner) -> Iterator[None]:
    for table in KEPT:
        owner.execute(sql.SQL(f"CREATE TABLE whole_{table} AS SELECT * FROM {table}"))
    yield
    for table in reversed(KEPT):
        owner.execute(sql.SQL(f"DELETE FROM {table}"))
    for table in KEPT:
        owner.execute(sql.SQL(f"INSERT INTO {table} SELECT * FROM whole_{table}"))
        owner.execute(sql.SQL(f"DROP TABLE whole_{table}"))
