"""An authority goes: all its rows in one transaction, then its files and its key; a signed proof stays.

What is half done is told by a note beside the heads (`<authority>.erasing.json`), written before the transaction commits:
the same command again does the rest.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TextIO
from uuid import UUID

import psycopg

from stadttor.ground import erasures, keys
from stadttor.ground.backup.folder import write_whole
from stadttor.ground.backup.progress import Progress
from stadttor.ground.erasures import Erasure
from stadttor.ground.ports import StoreAway
from stadttor.site.leaving.alone import alone
from stadttor.site.leaving.exporting import count, head_of
from stadttor.site.leaving.house import House
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.tables import Connection, behind_the_wall, own_tables, seen

NOTE = ".erasing.json"
LATER = timedelta(days=1)
ACCOUNTS = "identity_staffaccount"
# Who is at home here and works elsewhere too keeps her account; it is at home there from now on.
_AT_HOME = "SELECT id FROM identity_staffaccount WHERE home_id = %s"
_WORKS = """
SELECT account_id FROM identity_membership WHERE authority_id = %(authority)s AND account_id = ANY(%(accounts)s)
UNION SELECT account_id FROM identity_openididentity WHERE authority_id = %(authority)s AND account_id = ANY(%(accounts)s)
"""
_SIGNED_IN = (
    """
    DELETE FROM identity_staffsession
    WHERE only_at = %(authority)s OR account_id IN (SELECT id FROM identity_staffaccount WHERE home_id = %(authority)s)
    """,
    """
    DELETE FROM identity_passkeychallenge
    WHERE account_id IN (SELECT id FROM identity_staffaccount WHERE home_id = %(authority)s)
    """,
)
# What stands in rows of others and names the authority.
_NAMED_BY_OTHERS = (
    """
    DELETE FROM identity_helper WHERE agreement_id IN
    (SELECT id FROM tenancy_agreement WHERE %(authority)s IN (authority_id, helper_id))
    """,
    "DELETE FROM tenancy_agreement WHERE %(authority)s IN (authority_id, helper_id)",
    """
    UPDATE rollout_batch SET authorities = array_remove(authorities, %(authority)s::uuid)
    WHERE %(authority)s::uuid = ANY(authorities)
    """,
    """
    UPDATE rollout_commoncost SET shares = shares - %(authority)s::text WHERE shares ? %(authority)s::text
    """,
    """
    DELETE FROM studio_asking
    WHERE request_id IN (SELECT id FROM studio_changerequest WHERE publisher_id = %(authority)s)
    """,
    """
    UPDATE rollout_promiseline l SET entered_by_id = p.by_id FROM rollout_promise p
    WHERE p.id = l.promise_id AND l.entered_by_id = %(authority)s AND p.by_id <> %(authority)s
    """,
)


@dataclass(frozen=True)
class Held:
    """What an authority has here: rows by table, only those that are not empty."""

    slug: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.rows.values())


def held(authority_id: UUID, slug: str, *, url: str) -> Held:
    """Counted as the product's role sees it."""
    with seen(url, authority_id) as connection:
        counts = {table.name: count(connection, table, authority_id) for table in own_tables(connection)}
    return Held(slug, {name: rows for name, rows in sorted(counts.items()) if rows})


def erase(authority_id: UUID, *, owner_url: str, house: House, now: datetime, out: TextIO) -> Erasure:
    """Every row, file and key of the authority; neighbours work on. Gives the proof, which is kept. Raises LeaveProblem."""
    with alone(owner_url, authority_id):
        with changing(owner_url, authority_id) as connection:
            gone = delete_rows(connection, authority_id, now)
            write_whole(_note(house, authority_id), gone.as_line())
        return finish(gone, house=house, now=now, out=out)


def half_done(house: House, slug: str, *, url: str) -> Erasure | None:
    """The erasure of an authority of this name that broke off after its rows were gone.

    A note of one that broke off before counts for nothing: the authority is there, and with it all its files.
    """
    for path in sorted(house.heads.glob(f"*{NOTE}")):
        one = erasures.parsed(path.read_text(errors="replace"))
        if one and one.slug == slug and not _is_there(UUID(one.authority), url):
            return one
    return None


def _is_there(authority_id: UUID, url: str) -> bool:
    with seen(url, authority_id) as connection:
        found = connection.execute("SELECT 1 FROM ground_authority WHERE id = %s", [authority_id]).fetchone()
    return found is not None


def finish(gone: Erasure, *, house: House, now: datetime, out: TextIO) -> Erasure:
    """Files, key, proof. Safe to repeat. Raises LeaveProblem while the store removes nothing."""
    authority_id = UUID(gone.authority)
    remove_files(authority_id, house, now, out)
    keys.brought_path(authority_id).unlink(missing_ok=True)
    proof = gone.signed(house.signing)
    erasures.remember(house.heads, proof)
    _note(house, authority_id).unlink(missing_ok=True)
    return proof


def _note(house: House, authority_id: UUID) -> Path:
    house.heads.mkdir(parents=True, exist_ok=True)
    return house.heads / f"{authority_id}{NOTE}"


@contextmanager
def changing(owner_url: str, authority_id: UUID) -> Iterator[Connection]:
    """One transaction of the owner, whom the wall binds as well: no row of a neighbour can be changed. Raises LeaveProblem."""
    try:
        with psycopg.connect(owner_url, connect_timeout=5, prepare_threshold=None) as connection:
            behind_the_wall(connection, authority_id)
            yield connection
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        raise LeaveProblem(f"The database refused, and nothing has changed: {str(error).strip()}.") from error


def delete_rows(connection: Connection, authority_id: UUID, now: datetime, *, for_good: bool = True) -> Erasure:
    """All rows of the authority, children first, inside the open transaction; gives what the proof will say.

    Plans of others forget it, unless it comes back in the same transaction (`for_good` is false).

    Whoever writes a row of it meanwhile waits for the end and is refused then: the authority is not there any more.
    """
    named = connection.execute(
        "SELECT slug, name FROM ground_authority WHERE id = %s FOR UPDATE", [authority_id]
    ).fetchone()
    if named is None:
        raise LeaveProblem("The authority is not there any more.")
    tables, head = own_tables(connection), head_of(connection, authority_id)
    _move_accounts(connection, authority_id)
    for statement in (*_SIGNED_IN, *(_NAMED_BY_OTHERS if for_good else ())):
        connection.execute(statement.encode(), {"authority": authority_id})
    rows: dict[str, int] = {}
    for table in reversed(tables):
        where = "home_id = %(authority)s" if table.name == ACCOUNTS else table.where
        statement = f'DELETE FROM "{table.name}" WHERE {where}'  # noqa: S608  # names of our models
        if gone := connection.execute(statement.encode(), {"authority": authority_id}).rowcount:
            rows[table.name] = gone
    slug, name = named
    return Erasure(str(authority_id), slug, name, now.isoformat(), rows, rows.get("ground_blob", 0), head)


def _move_accounts(connection: Connection, authority_id: UUID) -> None:
    """Looked for one authority after the other: nobody sees the members of all."""
    accounts = {row[0] for row in connection.execute(_AT_HOME, [authority_id]).fetchall()}
    others = connection.execute("SELECT id FROM ground_authority WHERE id <> %s ORDER BY id", [authority_id]).fetchall()
    for (other,) in others:
        if not accounts:
            break
        behind_the_wall(connection, other)
        asked = {"authority": other, "accounts": list(accounts)}
        found = [row[0] for row in connection.execute(_WORKS, asked).fetchall()]
        if found:
            connection.execute("UPDATE identity_staffaccount SET home_id = %s WHERE id = ANY(%s)", [other, found])
            accounts -= set(found)
    behind_the_wall(connection, authority_id)


def remove_files(authority_id: UUID, house: House, now: datetime, out: TextIO) -> None:
    """All bytes of the authority in the store, whether a row told of them or not."""
    progress, removed = Progress(out, "removed", unit="files"), 0
    try:
        for blob_id in list(house.store.old(authority_id, now + LATER)):
            house.store.remove(authority_id, blob_id)
            removed += 1
            progress.at(removed, 0)
        house.store.drop_halves(authority_id, now + LATER)
    except StoreAway as away:
        raise LeaveProblem(
            f"The rows are gone; the file store removes nothing now: {away}.", "the same command again does the rest"
        ) from away
    progress.end()


def left(authority_id: UUID, *, url: str, house: House, now: datetime) -> dict[str, int]:
    """What is here of an authority although it was erased: rows by table, files."""
    found = dict(held(authority_id, "", url=url).rows)
    with suppress(StoreAway):
        files = sum(1 for _ in house.store.old(authority_id, now + LATER))
        found |= {"files": files} if files else {}
    return found


def read_proof(path: Path) -> Erasure:
    """The proof in a file. Raises LeaveProblem."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError as error:
        raise LeaveProblem(f"{path} cannot be read: {error.strerror}.") from error
    found = [one for text in lines if (one := erasures.parsed(text))]
    if not found:
        raise LeaveProblem(f"{path} holds no proof of an erasure.")
    return found[-1]
