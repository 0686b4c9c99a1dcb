"""Stamps: remember which state of the sources a step was done for, so that a warm start can skip it."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql


def fingerprint(root: Path, files: Iterable[Path]) -> str:
    """One number for names and contents of these files."""
    total = hashlib.sha256()
    for file in sorted(set(files)):
        total.update(f"{file.relative_to(root)}\0".encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return total.hexdigest()


class FileStamps:
    """Stamps in a JSON file; a missing or broken file is no stamp."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, step: str) -> str:
        """The stamp of a step, or an empty text."""
        return self._all().get(step, "")

    def put(self, step: str, stamp: str) -> None:
        """Remember that the step is done."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text(json.dumps(self._all() | {step: stamp}))

    def _all(self) -> dict[str, str]:
        try:
            return dict(json.loads(self._path.read_text()))
        except (OSError, ValueError):
            return {}


class DatabaseStamps:
    """Stamps in the comment of the database itself: they come and go with what they speak about."""

    def __init__(self, owner_url: str) -> None:
        self._url = owner_url

    def get(self, step: str) -> str:
        """The stamp of a step, or an empty text."""
        with psycopg.connect(self._url) as connection:
            return _comment(connection).get(step, "")

    def put(self, step: str, stamp: str) -> None:
        """Remember that the step is done."""
        with psycopg.connect(self._url) as connection:
            text = json.dumps(_comment(connection) | {step: stamp})
            name = sql.Identifier(connection.info.dbname)
            connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(text)))


def _comment(connection: psycopg.Connection[tuple[object, ...]]) -> dict[str, str]:
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
    row = connection.execute(query).fetchone()
    try:
        return dict(json.loads(str(row[0]))) if row and row[0] else {}
    except ValueError:
        return {}
