"""The file of a case as ZIP, for whoever takes it over or archives it."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import IO
from uuid import UUID

from stadttor.core.tables import harmless
from stadttor.ground.clock import BERLIN
from stadttor.records.bundle.gathering import a_place, gathered, spool
from stadttor.records.queries import DocumentRow, document_bytes

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt"}
PACKED = frozenset({"application/pdf", "image/jpeg", "image/png"})


def bundle_zip(*, authority_id: UUID, case_id: UUID) -> IO[bytes]:
    """Every version of every document under a speaking name, `index.csv` and `SHA256SUMS`; the caller closes the file.

    Refused as not found without a file, when it is too large, and when too many are being put together.
    """
    with a_place():
        _found, rows = gathered(authority_id, case_id, all_versions=True)
        target = spool()
        try:
            _write(target, authority_id, rows)
        except BaseException:
            target.close()
            raise
    target.seek(0)
    return target


def _write(target: IO[bytes], authority_id: UUID, rows: Sequence[DocumentRow]) -> None:
    names = [file_name(place, row) for place, row in enumerate(rows, 1)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, row in zip(names, rows, strict=True):
            archive.writestr(_entry(name, row.created, row.media_type), document_bytes(authority_id, row.id)[1])
        last = max((row.created for row in rows), default=datetime(1980, 1, 1, tzinfo=BERLIN))
        archive.writestr(_entry("index.csv", last), _index(names, rows))
        sums = "".join(f"{row.sha256}  {name}\n" for name, row in zip(names, rows, strict=True))
        archive.writestr(_entry("SHA256SUMS", last), sums)


def file_name(place: int, row: DocumentRow) -> str:
    """`003_Bescheid_v2.pdf`: place, title in plain letters, version, the ending of its type."""
    return f"{place:03}_{plain_name(row.title) or row.kind}_v{row.version}.{ENDINGS.get(row.media_type, 'bin')}"


def plain_name(text: str) -> str:
    """In plain letters, for a file on any system; empty when none is left."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60]


def _entry(name: str, at: datetime, media_type: str = "") -> zipfile.ZipInfo:
    """Pictures and PDFs are packed already: packing them again takes seconds and saves nothing."""
    info = zipfile.ZipInfo(name, at.astimezone(BERLIN).timetuple()[:6])
    info.compress_type = zipfile.ZIP_STORED if media_type in PACKED else zipfile.ZIP_DEFLATED
    return info


def _index(names: Sequence[str], rows: Sequence[DocumentRow]) -> bytes:
    """Semicolons and a byte order mark: what spreadsheets in German offices open without asking."""
    target = io.StringIO()
    table = csv.writer(target, delimiter=";", lineterminator="\r\n")
    table.writerow(["file", "title", "kind", "origin", "created", "version", "bytes", "sha256", "document"])
    for name, row in zip(names, rows, strict=True):
        created = row.created.astimezone(BERLIN).isoformat(timespec="seconds")
        cells = [name, row.title, row.kind, row.origin, created, row.version, row.size, row.sha256, row.id]
        table.writerow([harmless(cell) for cell in cells])
    return target.getvalue().encode("utf-8-sig")
