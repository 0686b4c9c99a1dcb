"""One authority as it was at a moment: the backup comes back into a private cluster beside, and is exported from there."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TextIO
from uuid import UUID

from stadttor.ground import keys
from stadttor.ground.backup.cell import ROOT, Cell
from stadttor.ground.backup.checking import choose
from stadttor.ground.backup.folder import Folder
from stadttor.ground.backup.restoring import private, restore_base
from stadttor.ground.disk import Disk
from stadttor.ground.launcher.roles import APP, OWNER
from stadttor.site.leaving.exporting import export
from stadttor.site.leaving.house import House
from stadttor.site.leaving.problems import LeaveProblem


def export_at(
    authority_id: UUID, target: Path, *, at: datetime, folder: Folder, cell: Cell, beside: Path | None, now: datetime,
    out: TextIO,
) -> None:  # fmt: skip
    """The authority as it was at a moment, into the new file `target`.

    The database of all comes back below `beside` (the system's temporary folder without it) and is gone at the end; of
    files only those of the authority. One that the backup has not, or damaged, is missing in the export. Raises
    LeaveProblem, BackupProblem.
    """
    with _place(beside) as place:
        manifest = choose(folder, "", at, kind="base")
        there = replace(cell, files=place / "files", heads=place / "heads", bucket=None)
        restore_base(folder, manifest, place / "data", there, until=at, over=False, now=now, out=out, only=authority_id)
        with private(place, manifest) as cluster:
            app, owner = (cluster.url(user=role, database=manifest.database) for role in (APP, OWNER))
            _bring_to_this_version(app, owner)
            house = House(Disk(there.files), keys.own, keys.signing(), there.heads)
            export(authority_id, target, url=app, house=house, now=at, out=out, sound_only=True)


@contextmanager
def _place(beside: Path | None) -> Iterator[Path]:
    """A private folder that is gone afterwards."""
    place = Path(tempfile.mkdtemp(prefix="stadttor-moment-", dir=beside))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _bring_to_this_version(app: str, owner: str) -> None:
    """A set may be older than the product: its tables become those of today, there and nowhere else."""
    command = [sys.executable, "-m", "stadttor", "migrate"]
    own = os.environ | {"STADTTOR_DATABASE_URL": app, "STADTTOR_OWNER_URL": owner}
    done = subprocess.run(command, env=own, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603  # our words
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise LeaveProblem(f"The database of that moment does not come to this version: {said}")
