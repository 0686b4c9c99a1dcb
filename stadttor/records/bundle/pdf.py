"""The file of a case as one PDF: the cover sheet is ours, what strangers handed in is read by a bounded child only."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from stadttor.ground.child import python, search_path
from stadttor.ground.clock import german_day
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _, speaking
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AuthorityFacts, CaseFacts, DocumentLine, LetterFacts, letter_data
from stadttor.records.bundle.gathering import a_place, gathered, spool, too_large
from stadttor.records.queries import DocumentRow, FileRow, document_bytes
from stadttor.tenancy.queries import authority_by_id, profile

MOST_PAGES = 5_000
# The child ends itself after a minute of work; on a busy machine it may take longer.
SECONDS = 150
KINDS = {
    "application": N_("application"),
    "proof": N_("proof"),
    "letter": N_("letter"),
    "permit": N_("permit"),
    "question": N_("question"),
    "answer": N_("answer"),
    "note": N_("note"),
}
ORIGINS = {
    "citizen": N_("from the applicant"),
    "clerk": N_("from the authority"),
    "system": N_("made by the system"),
}
SHEETS = {"application/pdf": "pdf", "image/jpeg": "jpeg", "image/png": "png"}


@dataclass(frozen=True)
class Part:
    """A document with the number of its sheets; 0 for a kind of file that has no pages, or is damaged or locked."""

    row: DocumentRow
    pages: int


@dataclass(frozen=True)
class Spooled:
    """Documents one after the other in a file; `places` are [{kind, start, size}] in their order."""

    file: IO[bytes]
    places: list[dict[str, Any]]

    def add(self, data: bytes, kind: str) -> None:
        """Put another document behind the others."""
        self.places.append({"kind": kind, "start": self.file.tell(), "size": len(data)})
        self.file.write(data)


def bundle_pdf(*, authority_id: UUID, case_id: UUID, now: datetime, language: str = "de") -> IO[bytes]:
    """One PDF: cover sheet, then the newest version of every document in order, each with a bookmark.

    The caller closes the file. Refused as not found without a file, when it is too large for one document, and when
    too many are being put together.
    """
    with ExitStack() as stack, speaking(language):
        stack.enter_context(a_place())
        found, rows = gathered(authority_id, case_id, all_versions=False)
        given = Spooled(stack.enter_context(spool()), [])
        for row in rows:
            given.add(*_sheets(found, row, document_bytes(authority_id, row.id)[1]))
        parts = [Part(row, pages) for row, pages in zip(rows, _pages(given), strict=True)]
        if sum(part.pages for part in parts) > MOST_PAGES:
            raise too_large()
        title = _("File {number}", number=found.number)
        cover = _cover(authority_id, found, parts, now, language)
        return _bound(given, cover, [title, *(row.title for row in rows)], language)


def _sheets(found: FileRow, row: DocumentRow, data: bytes) -> tuple[bytes, str]:
    """The document as the child takes it: a text set by us, anything else as it is; kind `none` has no pages."""
    if row.media_type == "text/plain":
        return _text_sheet(found, row, data), "pdf"
    return data, SHEETS.get(row.media_type, "none")


def _text_sheet(found: FileRow, row: DocumentRow, data: bytes) -> bytes:
    facts = LetterFacts(
        kind="note",
        language="de",
        subject=row.title,
        day=german_day(row.created),
        authority=AuthorityFacts(""),
        case=CaseFacts(found.number, found.title),
        body=data.decode("utf-8", errors="replace"),
    )
    return render_letter(builtin("note"), {}, letter_data(facts))


def _pages(given: Spooled) -> list[int]:
    with spool() as answer:
        _child("count", given, answer, {})
        answer.seek(0)
        counted: list[int] = json.load(answer)
        return counted


def _bound(given: Spooled, cover: bytes, titles: Sequence[str], language: str) -> IO[bytes]:
    target = spool()
    try:
        given.add(cover, "pdf")
        _child("bind", given, target, {"titles": list(titles), "language": language.split("-")[0]})
    except BaseException:
        target.close()
        raise
    target.seek(0)
    return target


def _child(act: str, given: Spooled, target: IO[bytes], words: dict[str, Any]) -> None:
    """Let the child read the spooled documents and write its answer. Refused as too large when it cannot in its bounds."""
    given.file.flush()
    documents = given.file.fileno()
    order = json.dumps({"act": act, "documents": documents, "places": given.places, **words})
    command = python(str(Path(__file__).with_name("binder.py")))
    try:
        subprocess.run(  # noqa: S603  # our own script, its order comes on standard input
            command,
            input=order.encode(),
            stdout=target.fileno(),
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd="/",
            env=search_path(),  # whoever broke a parser finds no password here
            pass_fds=(documents,),
            check=True,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise too_large() from error
    os.lseek(documents, 0, os.SEEK_END)


# --- cover


def _cover(authority_id: UUID, found: FileRow, parts: Sequence[Part], now: datetime, language: str) -> bytes:
    """The cover sheet. Set again while the pages it names come after more of its own."""
    own = 1
    while True:
        sheet = _set_cover(authority_id, found, parts, now, language, own)
        with spool() as file:
            spooled = Spooled(file, [])
            spooled.add(sheet, "pdf")
            (pages,) = _pages(spooled)
        if pages == own:
            return sheet
        own = pages


def _set_cover(
    authority_id: UUID, found: FileRow, parts: Sequence[Part], now: datetime, language: str, own: int
) -> bytes:
    described = profile(authority_id)
    authority = authority_by_id(authority_id)
    facts = LetterFacts(
        kind="cover",
        language=language,
        subject=_("File {number}", number=found.number),
        day=german_day(now),
        authority=AuthorityFacts(authority.name if authority else "", described.lines, crest=described.crest),
        case=CaseFacts(found.number, found.title, german_day(found.opened)),
        documents=list(_lines(parts, own)),
    )
    return render_letter(builtin("cover"), {}, letter_data(facts))


def _lines(parts: Sequence[Part], own: int) -> Iterator[DocumentLine]:
    page = own + 1
    for place, part in enumerate(parts, 1):
        shown = str(page) if part.pages else _("only in the ZIP file")
        yield DocumentLine(place, part.row.title, _about(part.row), part.row.sha256, shown)
        page += part.pages


def _about(row: DocumentRow) -> str:
    said = [_(KINDS[row.kind]), _(ORIGINS[row.origin]), formats.moment(row.created), formats.filesize(row.size)]
    if row.version > 1:
        said.append(_("version {version}", version=row.version))
    return " · ".join(said)
