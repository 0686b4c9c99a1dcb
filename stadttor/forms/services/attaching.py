"""Proofs: checked before anything is kept, encrypted, removable until submission."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.forms.jobs import rescan
from stadttor.forms.models import Attachment, Draft, Retrieval
from stadttor.forms.ports import ScanResult, scanner
from stadttor.forms.proofs import note_proof
from stadttor.forms.uploads.checking import must_be_sound
from stadttor.forms.uploads.kinds import MEDIA_TYPES, must_be_acceptable, safe_name
from stadttor.ground import files
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.jobs import enqueue
from stadttor.ground.rows import change
from stadttor.ground.steps import step
from stadttor.ground.web.language import N_
from stadttor.ground.work import work

PER_DRAFT = 50
NOTHING_OF_THE_FILE = {"name": "", "media_type": "", "size": 0, "sha256": ""}
"""What is left of a file from a register that is gone."""


@step
def attach(
    *,
    authority_id: UUID,
    draft_id: UUID,
    path: str,
    name: str,
    data: bytes,
    accept: tuple[str, ...],
    max_mb: int,
    now: datetime,
    actor: Actor = CITIZEN,
) -> UUID:
    """Check and keep one file for the field at `path`; gives the attachment's id.

    Refused with what to do when it is empty, too big, of another kind, broken, active, infected, or one too many.
    """
    kind, found = _examined(data, name, accept, max_mb, path)
    if found == "infected":
        _note_virus(authority_id, draft_id, actor, now)
        raise _infected(path)
    with files.putting(authority_id, data, media_type=MEDIA_TYPES[kind]) as kept, work(authority_id):
        _must_be_open(authority_id, draft_id, path)
        files.enter(authority_id, kept, now)
        row = Attachment.objects.create(
            authority_id=authority_id,
            draft_id=draft_id,
            path=path,
            blob_id=kept.blob_id,
            name=safe_name(name, kind),
            media_type=kept.media_type,
            size=kept.size,
            sha256=kept.sha256,
            state="clean" if found == "clean" else "quarantine",
            created=now,
        )
        if found == "unavailable":
            enqueue(rescan, authority_id=authority_id, key=f"attachment:{row.id}", attachment_id=row.id)
        note_proof(authority_id, draft_id, row.id, "proof.added", actor, now)
    return row.id


@step
def keep_checked(
    *, authority_id: UUID, data: bytes, name: str, accept: tuple[str, ...], max_mb: int, path: str, now: datetime
) -> tuple[files.FileRef, str]:
    """Check and keep a file that belongs to no draft (an answer); gives it with its safe name.

    Refused as in `attach`, and while the virus scanner is away: nothing here could hold it in quarantine.
    """
    kind, found = _examined(data, name, accept, max_mb, path)
    _must_be_harmless(found, path)
    with files.putting(authority_id, data, media_type=MEDIA_TYPES[kind]) as kept, work(authority_id):
        files.enter(authority_id, kept, now)
    return kept, safe_name(name, kind)


def checked(*, data: bytes, name: str, accept: tuple[str, ...], max_mb: int, path: str) -> tuple[str, str]:
    """Check a file that somebody else keeps; gives its media type and its safe name. Refused as in `keep_checked`."""
    kind, found = _examined(data, name, accept, max_mb, path)
    _must_be_harmless(found, path)
    return MEDIA_TYPES[kind], safe_name(name, kind)


def discard(*, authority_id: UUID, blob_ids: Sequence[UUID]) -> None:
    """Delete files that were kept for an answer which was then refused."""
    with work(authority_id):
        for blob_id in blob_ids:
            files.delete(authority_id, blob_id)


def _examined(data: bytes, name: str, accept: tuple[str, ...], max_mb: int, path: str) -> tuple[str, ScanResult]:
    kind = must_be_acceptable(data, accept=accept, max_mb=max_mb, path=path, name=name)
    must_be_sound(data, kind, path)
    return kind, scanner().scan(data)


def _must_be_harmless(found: ScanResult, path: str) -> None:
    if found == "infected":
        raise _infected(path)
    if found == "unavailable":
        text = N_("The virus check is not available at the moment. Please send this file again in some minutes.")
        raise Refused("scanner_away", text, status=503, field=path)


def _infected(path: str) -> Refused:
    text = N_("A virus was found in this file. It was not kept. Please send another file and have your device checked.")
    return Refused("file_infected", text, field=path)


def _note_virus(authority_id: UUID, draft_id: UUID, actor: Actor, now: datetime) -> None:
    """Somebody sent a virus; of the file itself nothing stays."""
    with work(authority_id):
        if Draft.objects.filter(authority_id=authority_id, id=draft_id).exists():
            note_proof(authority_id, draft_id, None, "proof.refused_infected", actor, now)


def _must_be_open(authority_id: UUID, draft_id: UUID, path: str) -> None:
    draft = Draft.objects.select_for_update().filter(authority_id=authority_id, id=draft_id).first()
    if draft is None or draft.submission_id:
        raise not_found()
    if Attachment.objects.filter(authority_id=authority_id, draft_id=draft_id).count() >= PER_DRAFT:
        raise Refused("too_many_files", "You can add {n} files at most.", field=path, n=PER_DRAFT)


def detach(*, authority_id: UUID, draft_id: UUID, attachment_id: UUID, now: datetime, actor: Actor = CITIZEN) -> None:
    """Remove a file from an open draft; one that is gone already is gone."""
    with work(authority_id):
        row = Attachment.objects.filter(authority_id=authority_id, draft_id=draft_id, id=attachment_id).first()
        if row is None:
            return
        _must_be_open(authority_id, draft_id, row.path)
        row.delete()
        files.delete(authority_id, row.blob_id)
        gone = {"outcome": "removed", "settled": now, "attachment_id": None, **NOTHING_OF_THE_FILE}
        change(Retrieval, gone, authority_id=authority_id, draft_id=draft_id, attachment_id=attachment_id)
        note_proof(authority_id, draft_id, attachment_id, "proof.removed", actor, now)
