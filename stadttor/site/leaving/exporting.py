"""An authority as one file in open formats: every row, every file opened, everything with a hash. It only reads."""

import hashlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from cryptography.exceptions import InvalidTag

from stadttor.ground.backup.making import product
from stadttor.ground.backup.progress import Progress
from stadttor.ground.keys import FILES, fingerprint, purposed
from stadttor.ground.ports import BlobGone, StoreAway
from stadttor.ground.sealed import MORE, unseal
from stadttor.site.leaving import readable
from stadttor.site.leaving.archive import FILE_LIST, FIRST, Held, Manifest, Writer, row_file, written
from stadttor.site.leaving.handed import write_handed
from stadttor.site.leaving.house import House
from stadttor.site.leaving.opened import Opened
from stadttor.site.leaving.problems import FileDamaged, LeaveProblem
from stadttor.site.leaving.shared import write_shared
from stadttor.site.leaving.tables import Connection, Table, own_tables, seen

README = Path(__file__).parent / "LIESMICH.txt"
KEY, HEADS, DELETED = "keys/authority.key", "audit/heads.jsonl", "audit/deleted.jsonl"
MISSING = "missing.csv"
"""There when files are missing: those that rows name and whose bytes are not in it, as they would be listed."""
AT_ONCE = 2_000
SPARE, PER_ROW = 50_000_000, 400
PACKED = frozenset({"application/pdf", "image/jpeg", "image/png"})
ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt"}
COLUMNS = ("id", "path", "size", "sha256", "media_type", "created")


@dataclass(frozen=True)
class Stored:
    """A file as its row tells of it; `sha256` of the plain bytes."""

    id: UUID
    sha256: bytes
    size: int
    media_type: str
    created: datetime


def export(
    authority_id: UUID, target: Path, *, url: str, house: House, now: datetime, out: TextIO, sound_only: bool = False
) -> Manifest:
    """All of the authority at one moment into the new file `target`, while everybody works on.

    `url` is an address of the product's role, which sees no neighbour. A damaged file is one of those that are missing, which the
    signed manifest names; where none at all opens, the key is another's, and only with `sound_only` it goes on. Raises
    LeaveProblem.
    """
    progress = Progress(out, "read back")
    with seen(url, authority_id) as connection, written(target, progress.add) as archive:
        tables = own_tables(connection)
        counts = {table.name: count(connection, table, authority_id) for table in tables}
        if not counts["ground_authority"]:
            raise LeaveProblem(f"There is no authority {authority_id} in this database.")
        _must_fit(target, connection, authority_id, sum(counts.values()))
        archive.put(FIRST, README.read_bytes())
        held = _write_rows(archive, connection, tables, authority_id, sum(counts.values()), out)
        named = readable.folders(connection, authority_id)
        readable.write_cases(archive, connection, authority_id, named)
        found = Opened()
        write_handed(archive, connection, authority_id, house.own(authority_id), named, found)
        handed = len(found.missing)
        _write_files(archive, connection, authority_id, house, named, out, found)
        if not sound_only:
            found.must_be_our_key()
        if found.missing:
            _write_list(archive, MISSING, found.missing)
        write_shared(archive, connection, authority_id, tables)
        archive.put(KEY, house.own(authority_id))
        head = head_of(connection, authority_id)
        archive.put(HEADS, _heads(house, authority_id, head))
        archive.put(DELETED, _kept(house.heads / f"{authority_id}.deleted.jsonl"))
        slug, title = _name(connection, authority_id)
        manifest = Manifest(
            authority=str(authority_id), slug=slug, name=title, at=now.isoformat(), product=product(), tables=held,
            files=counts["ground_blob"] + handed, missing=tuple(str(cells[0]) for cells in found.missing),
            key=fingerprint(house.own(authority_id)), head=head,
        )  # fmt: skip
        return archive.close(manifest, house.signing)


def _heads(house: House, authority_id: UUID, head: tuple[int, str] | None) -> bytes:
    """Those up to the end of the chain as the rows have it: kept after its seals, before these stop waiting for it."""
    lines = _kept(house.heads / f"{authority_id}.jsonl").splitlines(keepends=True)
    return b"".join(line for line in lines if head and _position(line) <= head[0])


def _position(line: bytes) -> int:
    """Half a line of a power cut stays: who reads the heads leaves it out."""
    try:
        return int(json.loads(line)["position"])
    except (ValueError, KeyError, TypeError):
        return 0


def _kept(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def count(connection: Connection, table: Table, authority_id: UUID) -> int:
    """How many rows of a table are the authority's."""
    row = connection.execute(table.count, {"authority": authority_id}).fetchone()
    assert row
    return int(row[0])


def _name(connection: Connection, authority_id: UUID) -> tuple[str, str]:
    row = connection.execute("SELECT slug, name FROM ground_authority WHERE id = %s", [authority_id]).fetchone()
    assert row
    return row[0], row[1]


def head_of(connection: Connection, authority_id: UUID) -> tuple[int, str] | None:
    """The newest seal of the chain as these rows have it."""
    asked = "SELECT position, encode(digest, 'hex') FROM ground_auditseal WHERE authority_id = %s ORDER BY position DESC LIMIT 1"
    row = connection.execute(asked, [authority_id]).fetchone()
    return (row[0], row[1]) if row else None


def _must_fit(target: Path, connection: Connection, authority_id: UUID, rows: int) -> None:
    """Better before than in the middle."""
    asked = "SELECT coalesce(sum(size), 0) FROM ground_blob WHERE authority_id = %s"
    row = connection.execute(asked, [authority_id]).fetchone()
    assert row
    needed, free = int(row[0]) + rows * PER_ROW + SPARE, shutil.disk_usage(target.parent).free
    if free < needed:
        raise LeaveProblem(f"{target.parent} has {free // 10**6} MB left; this needs about {needed // 10**6} MB.")


def _write_rows(
    archive: Writer, connection: Connection, tables: list[Table], authority_id: UUID, total: int, out: TextIO
) -> dict[str, Held]:
    """Each table as JSON Lines, also the empty ones: what is not there was not forgotten."""
    progress, held, done = Progress(out, "written", unit="rows"), {}, 0
    for table in tables:
        rows = 0
        with archive.entry(row_file(table.name)) as write:
            for line in lines(connection, table, authority_id):
                write(line.encode() + b"\n")
                rows += 1
                if rows % AT_ONCE == 0:
                    progress.at(done + rows, total)
        done += rows
        progress.at(done, total)
        held[table.name] = Held(rows, table.columns)
    progress.end()
    return held


def lines(connection: Connection, table: Table, authority_id: UUID) -> Iterator[str]:
    """The rows of a table, each as JSON in one line."""
    with connection.cursor("rows") as cursor:
        cursor.itersize = AT_ONCE
        for (text,) in cursor.execute(table.lines, {"authority": authority_id}):
            yield text


def _write_files(
    archive: Writer,
    connection: Connection,
    authority_id: UUID,
    house: House,
    named: dict[UUID, str],
    out: TextIO,
    found: Opened,
) -> None:
    """Every file, opened, and the list of them; notes in `found` those whose bytes are not there."""
    paths = readable.document_paths(connection, authority_id, named)
    stored = stored_files(connection, authority_id)
    total = sum(one.size for one in stored)
    listed: list[Sequence[Any]] = []
    progress, done = Progress(out, f"of {len(stored)} files"), 0
    for one in stored:
        path = paths.get(one.id) or f"files/{one.id}.{ENDINGS.get(one.media_type, 'bin')}"
        cells = [one.id, path, one.size, one.sha256.hex(), one.media_type, one.created.isoformat()]
        try:
            data = opened(house, authority_id, one)
        except FileDamaged as why:
            found.note_damaged(cells, why)
        else:
            if data is None:
                found.missing.append(cells)
            else:
                archive.put(path, data, packed=one.media_type in PACKED)
                listed.append(cells)
                found.sound += 1
        done += one.size
        progress.at(done, total)
    progress.end()
    _write_list(archive, FILE_LIST, listed)


def _write_list(archive: Writer, name: str, rows: Sequence[Sequence[Any]]) -> None:
    with archive.entry(name) as write:
        write(readable.line(COLUMNS, first=True))
        for cells in rows:
            write(readable.line(cells))


def stored_files(connection: Connection, authority_id: UUID) -> list[Stored]:
    """The files as their rows tell of them."""
    asked = "SELECT id, sha256, size, media_type, created FROM ground_blob WHERE authority_id = %s ORDER BY id"
    return [Stored(row[0], bytes(row[1]), *row[2:]) for row in connection.execute(asked, [authority_id]).fetchall()]


def opened(house: House, authority_id: UUID, one: Stored) -> bytes | None:
    """The plain bytes; none when they are gone. Raises FileDamaged when they do not open."""
    try:
        data = unseal(
            purposed(house.own(authority_id), FILES), one.id, house.store.get(authority_id, one.id, one.size + MORE)
        )
    except BlobGone:
        return None
    except StoreAway as away:
        raise LeaveProblem(f"The file store gives no files: {away}.", "start again when it answers") from away
    except InvalidTag as wrong:
        raise FileDamaged(
            f"File {one.id} does not open: the key here is not the one it was sealed with, or its bytes were changed.",
            "is STADTTOR_VAR the cell's folder, with its keys? stadttor backup verify finds changed files",
        ) from wrong
    if hashlib.sha256(data).digest() != one.sha256:
        raise FileDamaged(f"File {one.id} is not what its row says.", "stadttor restore, from a sound backup")
    return data
