"""`stadttor authority export|erase|proof|restore`: one authority takes all along, is gone, comes back."""

import argparse
import hashlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from stadttor.exchange.queries import hand_over_row
from stadttor.ground import audit, sealing
from stadttor.ground.actor import SYSTEM
from stadttor.ground.backup.cell import cell_of
from stadttor.ground.backup.cli import moment
from stadttor.ground.backup.folder import Folder
from stadttor.ground.clock import now
from stadttor.ground.erasures import Erasure, erasures
from stadttor.ground.models import Authority, Blob
from stadttor.ground.work import common, work
from stadttor.site.leaving.alone import alone
from stadttor.site.leaving.archive import read
from stadttor.site.leaving.bringing import listed
from stadttor.site.leaving.erasing import erase, finish, half_done, held, left, read_proof
from stadttor.site.leaving.exporting import MISSING, export
from stadttor.site.leaving.house import this_house
from stadttor.site.leaving.moment import export_at
from stadttor.site.leaving.problems import LeaveProblem
from stadttor.site.leaving.restoring import Returned, replace, restore, settle

CHUNK = 1024 * 1024
LOST = 4
"""The exit code when all is back, or in the export, but files that nobody has any more: they are named."""
_DELETED = "deleted while it was made / während des Exports gelöscht"
_LEFT_OUT = "MISSING / FEHLT"
_INCOMPLETE = """\
{file} is NOT COMPLETE: of {files:,} files only the rows are in it, their bytes are gone or damaged here. {list} in it
lists them, and the signed manifest says so. Look for them in a backup (stadttor restore), then export again.
{file} ist NICHT VOLLSTÄNDIG: Von {files:,} Dateien sind nur die Datensätze enthalten, ihr Inhalt fehlt hier oder ist beschädigt.
{list} darin nennt sie, und das unterschriebene Manifest sagt es. Bitte aus einer Sicherung holen und erneut exportieren."""


def add_commands(commands: Any) -> None:
    """The words of `stadttor authority` that are about leaving."""
    words = commands.add_parser("export", help="all an authority has here as one file in open formats")
    words.add_argument("slug")
    words.add_argument("file", type=Path, help="the file to make, as weissenburg.zip")
    words.set_defaults(act=_export)
    words = commands.add_parser("restore", help="bring one authority back, while its neighbours go on")
    words.add_argument("slug")
    source = words.add_mutually_exclusive_group(required=True)
    source.add_argument("--from", dest="export", type=Path, metavar="FILE", help="an export of it")
    source.add_argument("--at", type=moment, help="a moment, as 2026-11-22T10:15:03+01:00; needs --backup")
    words.add_argument("--backup", type=Path, metavar="FOLDER", help="the folder of backups that knows the moment")
    words.add_argument("--beside", type=Path, metavar="FOLDER", help="where the whole database comes back meanwhile")
    words.add_argument("--keep", type=Path, default=Path(), metavar="FOLDER", help="for what is here now, as an export")
    words.add_argument(
        "--signed-by", default="", metavar="FINGERPRINT", help="of the other installation that signed it"
    )
    words.set_defaults(act=_restore)
    words = commands.add_parser("erase", help="delete all rows, files and keys of an authority, with a proof")
    words.add_argument("slug")
    words.set_defaults(act=_erase)
    words = commands.add_parser("proof", help="check the proof of an erasure, and that nothing came back")
    words.add_argument("what", help="the name the authority had, or the file of a proof")
    words.set_defaults(act=_proof)


def _export(asked: argparse.Namespace) -> int:
    authority_id, at = known(asked.slug), now()
    # Before the rows are read and sealed at once, so that the chain that leaves ends with it.
    with work(authority_id):
        audit.record(authority_id, act="authority.exported", actor=SYSTEM, subject=("authority", authority_id), at=at)
    sealing.seal_waiting(authority_id, at)
    made = export(authority_id, asked.file, url=app_url(), house=this_house(), now=at, out=sys.stderr)
    whole = made.files - len(made.missing)
    print(f"{made.slug}: {made.rows:,} rows of {len(made.tables)} tables, {whole:,} files, as of {made.at}")
    print(f"{asked.file}: {asked.file.stat().st_size:,} bytes, SHA-256 {_hash(asked.file)}")
    print(f"signed by {fingerprint_of(made.signer)}: tell the other side on another way than the file")
    return _left_out(asked.file, authority_id, made.missing)


def _left_out(file: Path, authority_id: UUID, missing: Sequence[str]) -> int:
    """Say which files are not in an export. One whose row is gone by now was deleted by somebody, as it should be."""
    if not missing:
        return 0
    with read(file) as export:
        places = listed(export, MISSING)
    with work(authority_id):
        here = set(Blob.objects.filter(id__in=missing).values_list("id", flat=True))
        here |= {one for one in places if hand_over_row(authority_id, one)}
    for one, row in places.items():
        print(f"  {_LEFT_OUT if one in here else _DELETED}: {row['path']}")
    lost = here & places.keys()
    if not lost:
        return 0
    print(_INCOMPLETE.format(file=file, files=len(lost), list=MISSING))
    return LOST


def _restore(asked: argparse.Namespace) -> int:
    at = now()
    if asked.at:
        return _restore_at(asked)
    with read(asked.export) as export:
        slug, signer = export.manifest.slug, export.manifest.signer
    if slug != asked.slug:
        raise LeaveProblem(f"{asked.export} is the export of {slug}, not of {asked.slug}.")
    trusted = signer if asked.signed_by and asked.signed_by == fingerprint_of(signer) else ""
    came = restore(
        asked.export,
        owner_url=owner_url(),
        app_url=app_url(),
        house=this_house(),
        now=at,
        out=sys.stderr,
        trusted=trusted,
    )
    return _came(came)


def _restore_at(asked: argparse.Namespace) -> int:
    """What is here now is exported first: nothing is ever written over without a copy."""
    if not asked.backup:
        raise LeaveProblem("A moment lies in a folder of backups.", "--backup FOLDER")
    house, at = this_house(), now()
    here = find(asked.slug)
    gone = [UUID(one.authority) for one in erasures(house.heads) if one.slug == asked.slug]
    authority_id = here or (gone[-1] if gone else None)
    if authority_id is None:
        raise LeaveProblem(f"No authority {asked.slug} is here or was erased here.")
    given: dict[str, Any] = {
        "owner_url": owner_url(),
        "app_url": app_url(),
        "house": house,
        "now": at,
        "out": sys.stderr,
    }
    with TemporaryDirectory(prefix="stadttor-export-", dir=asked.beside) as place:
        then = Path(place) / "then.zip"
        export_at(
            authority_id, then, at=asked.at, folder=Folder(asked.backup), cell=cell_of(), beside=asked.beside, now=at,
            out=sys.stderr,
        )  # fmt: skip
        if here is None:
            return _came(restore(then, **given))
        kept = asked.keep / f"{asked.slug}-before-{at:%Y%m%dT%H%M%S}.zip"
        export(authority_id, kept, url=app_url(), house=house, now=at, out=sys.stderr, sound_only=True)
        print(f"{kept}: what was here until now")
        return _came(replace(then, kept=kept, **given))


def _came(came: Returned) -> int:
    print(f"{came.slug}: {sum(came.rows.values()):,} rows and {came.files:,} files are back")
    for line in came.told():
        print(f"  {line}")
    for line in settle(came.authority_id, now()):
        print(f"  {line}")
    print("Next: python -m stadttor privacy erase-again   (what was deleted here after the export was made)")
    for name in came.lost:
        print(f"  LOST: {name}: gone or damaged here and in the source; its row is back, its bytes are not")
    return LOST if came.lost else 0


def _erase(asked: argparse.Namespace) -> int:
    house = this_house()
    if begun := half_done(house, asked.slug, url=app_url()):
        print(f"{asked.slug}: its rows are gone since {begun.at}; the rest goes now")
        with alone(owner_url(), UUID(begun.authority)):
            if half_done(house, asked.slug, url=app_url()) != begun:
                raise LeaveProblem(f"{asked.slug} was erased to the end, or came back, at this moment.")
            return _erased(finish(begun, house=house, now=now(), out=sys.stderr))
    authority_id = known(asked.slug)
    here = held(authority_id, asked.slug, url=app_url())
    for table, rows in here.rows.items():
        print(f"{rows:>12,}  {table}")
    print(f"{here.total:>12,}  rows in all go for good, with {here.rows.get('ground_blob', 0):,} files.")
    print(f"Type {asked.slug} to erase it, anything else to leave it as it is: ", end="", flush=True)
    if sys.stdin.readline().strip() != asked.slug:
        print("Nothing was erased.")
        return 1
    return _erased(erase(authority_id, owner_url=owner_url(), house=house, now=now(), out=sys.stderr))


def _erased(proof: Erasure) -> int:
    print(f"{proof.slug}: {sum(proof.rows.values()):,} rows and {proof.files:,} files are erased. The proof:")
    print(proof.as_line())
    print(f"signed by {fingerprint_of(proof.signer)}; kept beside the audit heads. Backups of before still hold it:")
    print("  python -m stadttor backup forget FOLDER, when their time is over (docs/operating/leaving.md)")
    return 0


def _proof(asked: argparse.Namespace) -> int:
    house = this_house()
    kept = [one for one in erasures(house.heads) if one.slug == asked.what]
    proof = kept[-1] if kept else read_proof(Path(asked.what))
    ours = house.signing.public_key().public_bytes_raw().hex()
    if not proof.is_signed_by(proof.signer):
        raise LeaveProblem("The proof was changed after it was signed.")
    print(
        f"{proof.name} ({proof.slug}): {sum(proof.rows.values()):,} rows and {proof.files:,} files erased at {proof.at}"
    )
    print(
        f"its audit chain ended at position {proof.head[0]}, {proof.head[1]}"
        if proof.head
        else "it had no sealed chain"
    )
    print(f"signed by {fingerprint_of(proof.signer)}, {'this installation' if proof.signer == ours else 'ANOTHER one'}")
    here = left(UUID(proof.authority), url=app_url(), house=house, now=now())
    for name, count in here.items():
        print(f"  {name}: {count:,} are HERE again, or still")
    return 1 if here or proof.signer != ours else 0


def find(slug: str) -> UUID | None:
    """The authority of this name, also one that is switched off."""
    with common():
        return Authority.objects.filter(slug=slug).values_list("id", flat=True).first()


def known(slug: str) -> UUID:
    """The same. Raises LeaveProblem when there is none."""
    found = find(slug)
    if found is None:
        raise LeaveProblem(f"There is no authority {slug}.")
    return found


def app_url() -> str:
    """The address of the product's role, as the settings read it."""
    return os.environ.get("STADTTOR_DATABASE_URL", "postgresql:///stadttor")


def owner_url() -> str:
    """The address of the role that may delete what only grows otherwise."""
    return os.environ.get("STADTTOR_OWNER_URL", app_url())


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
