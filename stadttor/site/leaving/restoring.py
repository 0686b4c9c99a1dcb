"""An authority comes back from its export, into this cell or another: all of it or nothing, while neighbours go on.

Nothing in the export is believed before its signature and every hash fit, and nothing is kept whose rows are not exactly
those of the authority it names.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

import psycopg
from psycopg import sql

from stadttor.ground import audit, keys, sealing
from stadttor.ground.actor import SYSTEM
from stadttor.ground.backup.progress import Progress
from stadttor.ground.heads import append_line
from stadttor.ground.keys import fingerprint
from stadttor.ground.verifying import verify
from stadttor.ground.work import work
from stadttor.privacy.services import remember_all
from stadttor.site.leaving import younger
from stadttor.site.leaving.alone import alone, now_here, under_way
from stadttor.site.leaving.archive import FILE_LIST, Export, read
from stadttor.site.leaving.bringing import Sound, listed, lost_of, put_files
from stadttor.site.leaving.door import OTHERS, PASSKEYS, WHY, Door, door
from stadttor.site.leaving.erasing import ACCOUNTS, changing, delete_rows
from stadttor.site.leaving.exporting import HEADS, KEY, count, head_of
from stadttor.site.leaving.house import House
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.shared import Known, bring_processes, find_shared
from stadttor.site.leaving.since import must_be_in
from stadttor.site.leaving.tables import JOBS, Connection, Table, own_tables, seen
from stadttor.site.leaving.younger import drop_askings, drop_helpers

ROWS_AT_ONCE, TEXT_AT_ONCE = 500, 4_000_000


@dataclass
class Returned:
    """What came: rows by table, files.

    `behind` counts rows about others that are not in this cell and rights that are not the export's to give, `kept` what is
    here already and stays as it is, `dropped` rows of others that hung on what is gone, `lost` the files of which only the
    row is here, by their place in the export.
    """

    authority_id: UUID
    slug: str
    rows: dict[str, int] = field(default_factory=dict)
    files: int = 0
    behind: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    def told(self) -> list[str]:
        """What did not come, and what of others went, in words."""
        left = [*self.behind.items(), *self.kept.items()]
        behind = [f"{rows:,} of {table} stayed behind: {WHY.get(table, OTHERS)}" for table, rows in left]
        return behind + [f"{rows:,} of {table} are gone: {younger.WHY[table]}" for table, rows in self.dropped.items()]


def restore(
    path: Path, *, owner_url: str, app_url: str, house: House, now: datetime, out: TextIO, trusted: str = ""
) -> Returned:
    """Bring the authority back that is not here. `trusted` is the public key (hex) of another installation, if it signed.

    Raises LeaveProblem; then nothing has changed.
    """
    with read(path) as export:
        authority_id = proven(export, house, out, trusted)
        with alone(owner_url, authority_id):
            _must_be_free(export, authority_id, app_url)
            bring_processes(export, now)
            with (
                _with_its_key(export, authority_id, app_url),
                _with_its_files(export, authority_id, house, app_url, out) as put,
                changing(owner_url, authority_id) as connection,
            ):
                under_way(connection, authority_id)
                came = put_rows(connection, export, authority_id, put, out, foreign=not _is_ours(export, house))
                # Before the commit: a chain whose heads are gone would count as broken.
                _bring_heads(export, authority_id, house)
        came.lost = lost_of(export, {})
    return came


def replace(
    path: Path, *, kept: Path, owner_url: str, app_url: str, house: House, now: datetime, out: TextIO
) -> Returned:
    """Put the authority of the export in the place of what is here of it: old or new, nothing between.

    `kept` is an export of what is here: refused when more came since it was made. A file whose bytes are not in it, because
    they are gone or damaged here, is put again; one that is sound here needs none in the export. Bytes of the old state
    that no row names any more are swept at night. Raises LeaveProblem; then nothing has changed.
    """
    with read(path) as export:
        authority_id = proven(export, house, out)
        with alone(owner_url, authority_id):
            with seen(app_url, authority_id) as connection:
                fits(export, own_tables(connection))
            with read(kept) as present:
                sound = listed(present, FILE_LIST)
            bring_processes(export, now)
            with (
                _with_its_files(export, authority_id, house, app_url, out, sound) as put,
                changing(owner_url, authority_id) as connection,
            ):
                under_way(connection, authority_id)
                must_be_in(kept, connection, authority_id, app_url=app_url)
                dropped = drop_askings(connection, export, authority_id)
                delete_rows(connection, authority_id, now, for_good=False)
                came = put_rows(connection, export, authority_id, put, out)
                came.dropped = dropped | drop_helpers(connection)
        came.lost = lost_of(export, sound)
    return came


def settle(authority_id: UUID, now: datetime) -> list[str]:
    """After the return: the chain goes on, deletions are remembered here; gives what is to be told. Safe to repeat."""
    told = []
    with work(authority_id):
        fault = sealing.head_fault(authority_id)
    if fault:
        told.append(f"{sealing.resume(authority_id, now).missing()}; the chain goes on, which stays noted")
    remember_all(authority_id=authority_id)
    with work(authority_id):
        about = ("authority", authority_id)
        audit.record(authority_id, act="authority.restored", actor=SYSTEM, subject=about, at=now)
        verdict = verify(authority_id)
    told.append(f"audit chain: {verdict.fault or 'intact'}, {verdict.sealed:,} sealed")
    return told


def proven(export: Export, house: House, out: TextIO, trusted: str = "") -> UUID:
    """Whose it is, when everything in it is as it was written by whom we trust. Raises LeaveProblem."""
    manifest = export.manifest
    ours = house.signing.public_key().public_bytes_raw().hex()
    if manifest.signer not in (ours, trusted):
        raise LeaveProblem(
            "Another installation signed this export.",
            "ask its operator, on another way than the file, for its fingerprint: --signed-by FINGERPRINT",
        )
    progress = Progress(out, "checked")
    faults = list(export.faults(progress.add))
    progress.end()
    if faults:
        raise LeaveProblem(
            f"The export is not as it was made: {'; '.join(faults[:5])}.", "take the copy the other side kept"
        )
    if fingerprint(_key(export)) != manifest.key:
        raise LeaveProblem("The key in the export is not the one its rows were sealed with.")
    return UUID(manifest.authority)


def _key(export: Export) -> bytes:
    with export.entry(KEY) as opened:
        return opened.read()


def _must_be_free(export: Export, authority_id: UUID, app_url: str) -> None:
    manifest = export.manifest
    with seen(app_url, authority_id) as connection:
        fits(export, own_tables(connection))
        asked = "SELECT id, slug FROM ground_authority WHERE id = %s OR slug = %s"
        there = connection.execute(asked, [authority_id, manifest.slug]).fetchall()
    if any(row[0] == authority_id for row in there):
        raise LeaveProblem(
            f"{manifest.slug} is here. Nothing is written over.",
            f"stadttor authority erase {manifest.slug}, if that is meant",
        )
    if there:
        raise LeaveProblem(f"Another authority has the name {manifest.slug} here.")


def fits(export: Export, tables: list[Table]) -> None:
    """Raises LeaveProblem when the export was made by a version with other tables."""
    held, here = export.manifest.tables, {table.name: table.columns for table in tables}
    other = sorted(
        name
        for name in held.keys() | here.keys()
        if name not in held or set(held[name].columns) != set(here.get(name, ()))
    )
    if other:
        raise LeaveProblem(
            f"The export was made by another version of Stadttor ({export.manifest.product}): {', '.join(other[:3])} differ.",
            "bring both installations to the same version, then export again",
        )


@contextmanager
def _with_its_key(export: Export, authority_id: UUID, app_url: str) -> Iterator[None]:
    """Within the block and after it the authority has the key it brought along; after a failure none, unless it came."""
    try:
        made = keys.bring(authority_id, _key(export))
    except ValueError as error:
        raise LeaveProblem(f"The key of the authority cannot be kept: {error}.") from error
    try:
        yield
    except BaseException:
        if made and (here := now_here(app_url, authority_id)) and not here.authority:
            keys.brought_path(authority_id).unlink()
        raise


@contextmanager
def _with_its_files(
    export: Export, authority_id: UUID, house: House, app_url: str, out: TextIO, sound: Sound | None = None
) -> Iterator[dict[UUID, str]]:
    """Within the block and after it the bytes lie in the store; after a failure only those that a row names.

    Where nobody can say which these are, all stay. Those that are `sound` here are not put again. Gives their hashes by id.
    """
    put: dict[UUID, str] = {}
    try:
        put_files(export, authority_id, house, out, put, sound or {})
        yield put
    except BaseException:
        here = now_here(app_url, authority_id)
        for blob_id in put.keys() - here.files if here else ():
            house.store.remove(authority_id, blob_id)
        raise


def put_rows(
    connection: Connection,
    export: Export,
    authority_id: UUID,
    put: Mapping[UUID, str],
    out: TextIO,
    *,
    foreign: bool = False,
) -> Returned:
    """All rows, inside the open transaction of the owner behind the wall. Raises LeaveProblem; psycopg's for what keys refuse.

    Of a `foreign` export, which another installation signed, those that `door` lets in.
    """
    tables = own_tables(connection)
    fits(export, tables)
    known = find_shared(connection, export, tables)
    inside = door(connection, export, authority_id, foreign=foreign)
    came = Returned(authority_id, export.manifest.slug, files=len(put))
    progress, done = Progress(out, "put back", unit="rows"), 0
    for table in tables:
        came.rows[table.name] = _put_table(connection, export, table, known, inside, came)
        done += came.rows[table.name]
        progress.at(done, export.manifest.rows)
    progress.end()
    _must_be_its_own(connection, export, tables, authority_id, came, put)
    return came


def _put_table(connection: Connection, export: Export, table: Table, known: Known, inside: Door, came: Returned) -> int:
    statement = _insert(table, known.moved(table.name), foreign=inside.foreign)
    moved = json.dumps(known.moved(table.name))
    lines: list[str] = []
    size, rows = 0, 0

    def send() -> None:
        given = {"rows": f"[{','.join(lines)}]", "moved": moved, "authority": came.authority_id}
        nonlocal rows
        try:
            came_now = connection.execute(statement, given).rowcount
        except psycopg.errors.InsufficientPrivilege as error:
            if "row-level security" not in str(error):
                raise
            raise _strange(table) from error
        rows += came_now
        if came_now < len(lines):
            came.kept[table.name] = came.kept.get(table.name, 0) + len(lines) - came_now

    for line in export.lines(table.name):
        if way := inside.outside(connection, table.name, line, known.moved(table.name)):
            left = came.behind if way == "behind" else came.kept
            left[table.name] = left.get(table.name, 0) + 1
            continue
        lines.append(line)
        size += len(line)
        if len(lines) >= ROWS_AT_ONCE or size > TEXT_AT_ONCE:
            send()
            lines, size = [], 0
    if lines:
        send()
    return rows


def _insert(table: Table, moved: Mapping[str, Any], *, foreign: bool) -> sql.Composed:
    """As PostgreSQL wrote the rows, so it reads them; nothing is turned into a type of ours in between."""
    columns = sql.SQL(", ").join(map(sql.Identifier, table.columns))
    values = sql.SQL(", ").join(
        _value(table.name, column, column in moved, foreign=foreign) for column in table.columns
    )
    statement = sql.SQL(
        "INSERT INTO {0} ({1}) SELECT {2} FROM json_populate_recordset(NULL::{0}, %(rows)s::json) r"
    ).format(sql.Identifier(table.name), columns, values)
    if table.name == ACCOUNTS and not foreign:
        # Who works elsewhere too kept her account when this authority was erased here, and came to be at home there: only
        # an erasure moves a home, so that our own export says where it was. No other's may: at home, her password is set.
        statement += sql.SQL(
            " ON CONFLICT (id) DO UPDATE SET home_id = excluded.home_id WHERE excluded.home_id = %(authority)s"
        )
    if table.name == JOBS:
        # One that waits under the same key does it: exports told of one that was begun as of one that waits beside it.
        statement += sql.SQL(" ON CONFLICT (queueing_lock) WHERE status = 'todo' DO NOTHING")
    return statement


def _value(table: str, column: str, is_moved: bool, *, foreign: bool) -> sql.Composed:
    if is_moved:
        return sql.SQL("coalesce((%(moved)s::jsonb #>> ARRAY[{0}, r.{1}::text])::uuid, r.{1})").format(
            sql.Literal(column), sql.Identifier(column)
        )
    if (table, column) == (ACCOUNTS, "home_id"):
        if foreign:
            # No account comes to be at home at a neighbour because another operator says so.
            return sql.SQL("%(authority)s").format()
        # Whose home is not in this cell is at home here from now on, without a password.
        return sql.SQL(
            "CASE WHEN EXISTS (SELECT FROM ground_authority a WHERE a.id = r.home_id) THEN r.home_id ELSE %(authority)s END"
        ).format()
    return sql.SQL("r.{}").format(sql.Identifier(column))


def _must_be_its_own(
    connection: Connection,
    export: Export,
    tables: list[Table],
    authority_id: UUID,
    came: Returned,
    put: Mapping[UUID, str],
) -> None:
    """What is the authority's now is what was brought: a row of another is not among it."""
    for table in tables:
        rows, kept = came.rows[table.name], came.kept.get(table.name, 0)
        held = export.manifest.tables[table.name].rows
        # What was here already is the authority's as well, where it says so: an account of somebody who works for it.
        found = count(connection, table, authority_id)
        # She may have added passkeys since, where her account stayed.
        most = found if table.name == PASSKEYS else rows + kept
        if held != rows + kept + came.behind.get(table.name, 0) or not rows <= found <= most:
            raise LeaveProblem(
                f"{table.name} holds rows of another authority, or not all it says; nothing has changed."
            )
    asked = "SELECT id, encode(sha256, 'hex') FROM ground_blob WHERE authority_id = %s"
    stored = {row[0]: row[1] for row in connection.execute(asked, [authority_id]).fetchall()}
    for missing in export.manifest.missing:
        stored.pop(UUID(missing), None)
    if stored != dict(put):
        raise LeaveProblem("The files are not those that the rows tell of; nothing has changed.")
    if head_of(connection, authority_id) != export.manifest.head:
        raise LeaveProblem("The audit chain does not end where the manifest says; nothing has changed.")


def _strange(table: Table) -> LeaveProblem:
    return LeaveProblem(f"{table.name} holds rows of another authority, or not all it says; nothing has changed.")


def _is_ours(export: Export, house: House) -> bool:
    return export.manifest.signer == house.signing.public_key().public_bytes_raw().hex()


def _bring_heads(export: Export, authority_id: UUID, house: House) -> None:
    """Where none are kept here, and we signed those in the export."""
    path = house.heads / f"{authority_id}.jsonl"
    if path.exists() or not _is_ours(export, house):
        return
    with export.entry(HEADS) as opened:
        for line in opened.read().decode().splitlines():
            append_line(path, line)
