"""Copies encrypted files into the folder of backups: each once, hashed on the way, whole or not at all."""

import hashlib
import os
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from .folder import HALF, Entry, Folder, make_folder, sync_folder
from .manifest import CHUNK, Part
from .problems import disk_problems

BATCH = 200


def copy_new(
    source: Path, folder: Folder, paths: Iterable[str], held: dict[str, Entry], at: datetime,
    step: Callable[[int], None] = lambda _bytes: None,
) -> list[str]:  # fmt: skip
    """Copy what is not held yet and take it into `held`; gives the paths that are gone at the source."""
    fresh: list[Entry] = []
    missing = []
    for path in paths:
        if path in held:
            continue
        part = _copied(source / path, folder.files / path)
        if part is None:
            missing.append(path)
            continue
        held[path] = Entry(path, part.size, part.sha256, at.isoformat())
        fresh.append(held[path])
        step(part.size)
        if len(fresh) >= BATCH:
            folder.note(fresh)
            fresh = []
    if fresh:
        folder.note(fresh)
    return missing


def copy_file(source: Path, target: Path) -> Part:
    """Durable under its name when this returns. Raises FileNotFoundError; a full disk is a BackupProblem."""
    half = target.with_name(f"{target.name}.{uuid4().hex}{HALF}")
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading:
        try:
            with disk_problems(target.parent):
                make_folder(target.parent)
                with half.open("wb") as writing:
                    while chunk := reading.read(CHUNK):
                        digest.update(chunk)
                        size += writing.write(chunk)
                    writing.flush()
                    os.fsync(writing.fileno())
                half.rename(target)
                sync_folder(target.parent)
        finally:
            half.unlink(missing_ok=True)
    return Part(size, digest.hexdigest())


def _copied(source: Path, target: Path) -> Part | None:
    try:
        return copy_file(source, target)
    except FileNotFoundError:
        return None
