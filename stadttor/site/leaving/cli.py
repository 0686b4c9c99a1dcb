"""`stadttor authority export SLUG FILE`: what one authority has here, to take along."""

import argparse
import hashlib
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.models import Authority
from stadttor.ground.work import common, work
from stadttor.site.leaving.exporting import export
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.problems import LeaveProblem

CHUNK = 1024 * 1024


def add_commands(commands: Any) -> None:
    """The words of `stadttor authority` that are about leaving."""
    words = commands.add_parser("export", help="all an authority has here as one file in open formats")
    words.add_argument("slug")
    words.add_argument("file", type=Path, help="the file to make, as weissenburg.zip")
    words.set_defaults(act=_export)


def _export(asked: argparse.Namespace) -> int:
    authority_id, at = known(asked.slug), now()
    # Before the rows are read, so that what is exported knows of it.
    with work(authority_id):
        audit.record(authority_id, act="authority.exported", actor=SYSTEM, subject=("authority", authority_id), at=at)
    made = export(authority_id, asked.file, url=app_url(), house=this_house(), now=at, out=sys.stderr)
    print(f"{made.slug}: {made.rows:,} rows of {len(made.tables)} tables, {made.files:,} files, as of {made.at}")
    print(f"{asked.file}: {asked.file.stat().st_size:,} bytes, SHA-256 {_hash(asked.file)}")
    print(f"signed by {fingerprint_of(made.signer)}: tell the other side on another way than the file")
    for one in made.missing:
        print(f"  deleted while it was made: file {one}")
    return 0


def known(slug: str) -> UUID:
    """The authority of this name, also one that is switched off. Raises LeaveProblem."""
    with common():
        found = Authority.objects.filter(slug=slug).values_list("id", flat=True).first()
    if found is None:
        raise LeaveProblem(f"There is no authority {slug}.")
    return found


def app_url() -> str:
    """The address of the product's role, as the settings read it."""
    return os.environ.get("STADTTOR_DATABASE_URL", "postgresql:///stadttor")


def fingerprint_of(signer: str) -> str:
    """A public key in a form that can be read out on the telephone."""
    digest = hashlib.sha256(bytes.fromhex(signer)).hexdigest()[:32]
    return "-".join(digest[place : place + 8] for place in range(0, 32, 8))


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
