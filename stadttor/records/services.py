"""Verbs of records: open the file of a case, file a document in it, close it, erase it."""

from datetime import date, datetime
from uuid import UUID

from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit, files
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.erasing import Erased, erase, erase_files
from stadttor.ground.rows import change, first, insert, insert_unless_taken, rows
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.records.models import Document, File

LARGEST_BYTES = 100 * 1024 * 1024
MOST_DOCUMENTS = 1_000


@step
def open_file(*, authority_id: UUID, case_id: UUID, number: str, title: str, now: datetime, plan_key: str = "") -> UUID:
    """Open the electronic file of a case, once: later calls give the same file."""
    with work(authority_id):
        row = File(
            authority_id=authority_id, case_id=case_id, number=number, title=title, plan_key=plan_key, opened=now
        )
        if not insert_unless_taken(row):
            return _locked(authority_id, case_id)
        audit.record(authority_id, act="records.opened", actor=SYSTEM, subject=("file", row.id), at=now)
    return row.id


def put(*, authority_id: UUID, data: bytes, media_type: str = "application/pdf") -> files.FileRef:
    """Make the bytes of a document durable, before the work opens in which it is filed.

    Refused when it is too large, and while files cannot be kept.
    """
    if len(data) > LARGEST_BYTES:
        raise Refused("too_large", "This document is too large for the file.", status=413)
    return files.put(authority_id, data, media_type=media_type)


@step
def file_document(
    *,
    authority_id: UUID,
    case_id: UUID,
    kind: str,
    title: str,
    origin: str,
    kept: files.FileRef,
    source_key: str,
    now: datetime,
    actor: Actor = SYSTEM,
) -> UUID:
    """File a document under what it came from: the same bytes again change nothing, other bytes are its next version.

    `kept` is what `put` gave for its bytes. Gives the id of that version. Refused when the case has no file.
    """
    with work(authority_id):
        file_id = _locked(authority_id, case_id)
        before = _newest(authority_id, file_id, source_key)
        if before and before.sha256 == kept.sha256:
            files.unneeded(authority_id, kept)
            return before.id
        files.enter(authority_id, kept, now)
        row = Document(
            authority_id=authority_id,
            file_id=file_id,
            case_id=case_id,
            kind=kind,
            title=title,
            origin=origin,
            created=now,
            blob_id=kept.blob_id,
            sha256=kept.sha256,
            size=kept.size,
            media_type=kept.media_type,
            source_key=source_key,
            version=before.version + 1 if before else 1,
            supersedes=before.id if before else None,
        )
        insert(row)
        details = {"case": str(case_id), "kind": kind, "sha256": kept.sha256, "version": row.version}
        subject = ("document", row.id)
        audit.record(authority_id, act="records.filed", actor=actor, subject=subject, details=details, at=now)
    return row.id


def close_file(*, authority_id: UUID, case_id: UUID, closed: datetime | None, until: date | None) -> None:
    """Note when the work ended and the last day on which the file is kept; nothing of both: it is in use again."""
    with work(authority_id):
        change(File, {"closed": closed, "retention_until": until}, authority_id=authority_id, case_id=case_id)


def erase_file(*, authority_id: UUID, case_id: UUID) -> Erased:
    """Delete the electronic file of a case with every document; whether that may be is the caller's to know."""
    with work(authority_id):
        documents = rows(Document, authority_id=authority_id, case_id=case_id)
        gone = erase(Document, authority_id, case_id=case_id)
        gone += erase_files(authority_id, [one.blob_id for one in documents])
        return gone + erase(File, authority_id, case_id=case_id)


def _locked(authority_id: UUID, case_id: UUID) -> UUID:
    """The file of the case; two documents of one file are filed one after the other."""
    found = first(File, lock=True, authority_id=authority_id, case_id=case_id)
    if found is None:
        raise not_found()
    return found.id


def _newest(authority_id: UUID, file_id: UUID, source_key: str) -> Document | None:
    newest = first(Document, order=("-version",), authority_id=authority_id, file_id=file_id, source_key=source_key)
    if newest is None and _count(authority_id, file_id) >= MOST_DOCUMENTS:
        raise Refused("too_many", "This file is full: it holds {most} documents.", most=MOST_DOCUMENTS)
    return newest


def _count(authority_id: UUID, file_id: UUID) -> int:
    return Document.objects.filter(authority_id=authority_id, file_id=file_id).count()
