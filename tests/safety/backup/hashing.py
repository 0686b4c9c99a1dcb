"""What is compared of a cell: checksums of its tables, hashes of its files."""

import hashlib
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg import sql

Checksums = dict[str, tuple[int, str]]


def checksums(url: str) -> Checksums:
    """Of every table: how many rows, and one checksum over all of them in the order of their text."""
    found = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
        for (table,) in tables:
            query = sql.SQL(
                "SELECT count(*), md5(coalesce(string_agg(md5(t::text), '' ORDER BY t::text), '')) FROM {} t"
            )
            row = connection.execute(query.format(sql.Identifier(table))).fetchone()
            assert row
            found[table] = (row[0], row[1])
    return found


def hashes(folder: Path) -> dict[str, str]:
    """Of every file below, by its path."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {
        f"{folder.name}/{path.relative_to(folder)}": hashlib.sha256(path.read_bytes()).hexdigest() for path in paths
    }


def plain_sha256(folder: Path, town: UUID, blob: UUID) -> str:
    """Of the file with the keys of the cell opened; empty where it is not there or was changed."""
    from cryptography.exceptions import InvalidTag

    from stadttor.ground import files
    from stadttor.ground.sealed import unseal

    path = folder / str(town) / blob.hex[-2:] / blob.hex
    try:
        return hashlib.sha256(unseal(files._key(town), blob, path.read_bytes())).hexdigest()
    except (OSError, InvalidTag):
        return ""
