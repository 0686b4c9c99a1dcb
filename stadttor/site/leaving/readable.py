"""What people open in an export without a program of ours: a folder for each case, lists for a spreadsheet."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import class_row

from stadttor.core.tables import harmless
from stadttor.records.bundle import file_name, plain_name
from stadttor.records.queries import DocumentRow
from stadttor.site.leaving.archive import Writer
from stadttor.site.leaving.tables import Connection

AT_ONCE = 2_000
_DOCUMENTS = """
SELECT d.id, d.case_id, d.kind, d.title, d.origin, d.created, d.sha256, d.size, d.media_type, d.version, d.supersedes,
       d.source_key, d.blob_id
FROM records_document d WHERE d.authority_id = %(authority)s ORDER BY d.case_id, d.created, d.id
"""
_FILES = "SELECT case_id, number, title FROM records_file WHERE authority_id = %(authority)s"
CASES = (
    "number", "service", "title", "applicant", "channel", "language", "state", "received", "due", "unit", "assignee_name",
    "outcome", "decided_at", "closed_at",
)  # fmt: skip
_CASES = """
SELECT c.number, c.service, c.title, c.applicant, c.channel, c.language, c.state, c.received, c.due, u.name, c.assignee_name,
       c.outcome, c.decided_at, c.closed_at, c.id
FROM cases_case c LEFT JOIN identity_unit u ON u.authority_id = c.authority_id AND u.id = c.unit_id
WHERE c.authority_id = %(authority)s ORDER BY c.received, c.id
"""


def folders(connection: Connection, authority_id: UUID) -> dict[UUID, str]:
    """A speaking name for the electronic file of each case, none twice."""
    named: dict[UUID, str] = {}
    taken: set[str] = set()
    for case_id, number, title in connection.execute(_FILES, {"authority": authority_id}).fetchall():
        name = f"cases/{plain_name(number)}_{plain_name(title)}"
        named[case_id] = f"{name}_{case_id}" if name in taken else name
        taken.add(name)
    return named


def document_paths(connection: Connection, authority_id: UUID, named: dict[UUID, str]) -> dict[UUID, str]:
    """Where each filed document lies in the export, by the id of its file."""
    paths: dict[UUID, str] = {}
    with connection.cursor("documents", row_factory=class_row(DocumentRow)) as cursor:
        cursor.itersize = AT_ONCE
        before, place = None, 0
        for row in cursor.execute(_DOCUMENTS, {"authority": authority_id}):
            place = place + 1 if row.case_id == before else 1
            before = row.case_id
            paths.setdefault(row.blob_id, f"{named[row.case_id]}/{file_name(place, row)}")
    return paths


def write_cases(archive: Writer, connection: Connection, authority_id: UUID, named: dict[UUID, str]) -> None:
    """`cases.csv`: one line for each case, with the folder of its electronic file."""
    with archive.entry("cases.csv") as write, connection.cursor("cases") as cursor:
        cursor.itersize = AT_ONCE
        write(line([*CASES, "folder"], first=True))
        for *cells, case_id in cursor.execute(_CASES, {"authority": authority_id}):
            write(line([*cells, named.get(case_id, "")]))


def line(cells: Sequence[Any], *, first: bool = False) -> bytes:
    """Semicolons, and a byte order mark at the beginning: what spreadsheets in German offices open without asking."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow(["" if c is None else harmless(c) for c in cells])
    return out.getvalue().encode("utf-8-sig" if first else "utf-8")


def rows_of(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    """The lines of such a list again."""
    yield from csv.DictReader(lines, delimiter=";")
