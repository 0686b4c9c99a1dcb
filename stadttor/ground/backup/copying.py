"""Copies encrypted files into the folder of backups: each once, hashed on the way, whole or not at all."""

import hashlib
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from stadttor.ground.ports import BlobGone, BlobStore, StoreAway, ids_of

from .cell import Cell
from .folder import HALF, Entry, Folder, make_folder, sync_folder
from .manifest import CHUNK, Part
from .problems import disk_problems

BATCH = 200
LARGEST = 128 * 1024 * 1024
"""More than any file is: the records take 100 MB."""


def copy_new(
    cell: Cell, folder: Folder, paths: Iterable[str], held: dict[str, Entry], at: datetime,
    step: Callable[[int], None] = lambda _bytes: None,
) -> list[str]:  # fmt: skip
    """Copy what is not held yet and take it into `held`; gives the paths that are gone at the source. Raises StoreAway."""
    fresh: list[Entry] = []
    missing = []
    try:
        for path in paths:
            if path in held:
                continue
            part = _copied(cell, path, folder.files / path)
            if part is None:
                missing.append(path)
                continue
            held[path] = Entry(path, part.size, part.sha256, at.isoformat())
            fresh.append(held[path])
            step(part.size)
            if len(fresh) >= BATCH:
                folder.note(fresh)
                fresh = []
    finally:
        # Also what came before a store went away: it is held, and the next round does not copy it again.
        if fresh:
            folder.note(fresh)
    return missing


def copy_file(source: Path, target: Path) -> Part:
    """Durable under its name when this returns. Raises FileNotFoundError; a full disk is a BackupProblem."""
    with source.open("rb") as reading:
        return _write(iter(lambda: reading.read(CHUNK), b""), target)


def _write(chunks: Iterable[bytes], target: Path) -> Part:
    half = target.with_name(f"{target.name}.{uuid4().hex}{HALF}")
    digest, size = hashlib.sha256(), 0
    try:
        with disk_problems(target.parent):
            make_folder(target.parent)
            with half.open("wb") as writing:
                for chunk in chunks:
                    digest.update(chunk)
                    size += writing.write(chunk)
                writing.flush()
                os.fsync(writing.fileno())
            half.rename(target)
            sync_folder(target.parent)
    finally:
        half.unlink(missing_ok=True)
    return Part(size, digest.hexdigest())


def _copied(cell: Cell, path: str, target: Path) -> Part | None:
    try:
        return _fetched(cell.bucket, path, target) if cell.bucket else copy_file(cell.files / path, target)
    except (FileNotFoundError, BlobGone):
        return None


def _fetched(bucket: BlobStore, path: str, target: Path) -> Part:
    sealed = bucket.get(*ids_of(path), LARGEST)
    if len(sealed) > LARGEST:
        raise StoreAway(f"{path} is larger than any file of ours")
    return _write([sealed], target)
