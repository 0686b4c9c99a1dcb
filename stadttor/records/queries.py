"""What lies in the file of a case."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground import files
from stadttor.ground.holdings import Tables, held
from stadttor.ground.rows import first, rows
from stadttor.ground.work import work
from stadttor.records.models import Document, File

MOST = 1_000


@dataclass(frozen=True, slots=True)
class FileRow:
    """The electronic file of a case."""

    id: UUID
    case_id: UUID
    number: str
    title: str
    plan_key: str
    opened: datetime
    closed: datetime | None
    retention_until: date | None


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A filed document: `sha256` in hex, `size` in bytes, `version` from 1, `supersedes` the one before."""

    id: UUID
    case_id: UUID
    kind: str
    title: str
    origin: str
    created: datetime
    sha256: str
    size: int
    media_type: str
    version: int
    supersedes: UUID | None
    source_key: str
    blob_id: UUID


def file_of(authority_id: UUID, case_id: UUID) -> FileRow | None:
    """The file of a case, none before it was opened."""
    with work(authority_id):
        row = File.objects.filter(authority_id=authority_id, case_id=case_id).first()
    if row is None:
        return None
    return FileRow(
        row.id, row.case_id, row.number, row.title, row.plan_key, row.opened, row.closed, row.retention_until
    )


def documents(authority_id: UUID, case_id: UUID, *, all_versions: bool = False) -> list[DocumentRow]:
    """The documents of a case, oldest first: the newest version of each, or every version."""
    with work(authority_id):
        found = rows(Document, authority_id=authority_id, case_id=case_id, order=("created", "id"), most=MOST)
    listed = [_row(row) for row in found]
    replaced = {row.supersedes for row in listed}
    return listed if all_versions else [row for row in listed if row.id not in replaced]


def is_filed(authority_id: UUID, case_id: UUID, source_key: str) -> bool:
    """Whether something that came from there lies in the file of the case: what was sent once is not written anew."""
    with work(authority_id):
        return first(Document, authority_id=authority_id, case_id=case_id, source_key=source_key) is not None


def document_bytes(authority_id: UUID, document_id: UUID) -> tuple[DocumentRow, bytes]:
    """A document and its bytes. Refused as not found when this authority has no such document."""
    with work(authority_id):
        row = Document.objects.filter(authority_id=authority_id, id=document_id).first()
        if row is None:
            raise not_found()
    return _row(row), files.read(authority_id, row.blob_id)


def held_file(authority_id: UUID, case_id: UUID) -> Tables:
    """The electronic file of a case and every version of every document in it, without their bytes."""
    return {**held(File, authority_id, case_id=case_id), **held(Document, authority_id, case_id=case_id)}


def _row(row: Document) -> DocumentRow:
    return DocumentRow(
        id=row.id,
        case_id=row.case_id,
        kind=row.kind,
        title=row.title,
        origin=row.origin,
        created=row.created,
        sha256=row.sha256,
        size=row.size,
        media_type=row.media_type,
        version=row.version,
        supersedes=row.supersedes,
        source_key=row.source_key,
        blob_id=row.blob_id,
    )
