"""The whole file of a case to take away: as one PDF in order with a cover sheet, or as ZIP with index and hashes."""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pikepdf
from PIL import Image, ImageOps

from stadttor.core.refused import Refused, not_found
from stadttor.core.tables import harmless
from stadttor.ground.clock import BERLIN, german_day
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _, speaking
from stadttor.notices.letters import builtin, render_letter
from stadttor.notices.letters.data import AuthorityFacts, CaseFacts, DocumentLine, LetterFacts, letter_data
from stadttor.records.queries import DocumentRow, FileRow, document_bytes, documents, file_of
from stadttor.tenancy.queries import authority_by_id, profile

LARGEST_BYTES = 250 * 1024 * 1024
MOST_PAGES = 5_000
LARGEST_PIXELS = 60_000_000
A4 = (595, 842)
# 150 dots per inch: a photographed proof stays readable, a bundle stays small.
IMAGE_SIDE = 1754
_ACTIVE = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE"})

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


@dataclass(frozen=True)
class Part:
    """A document with its sheets; none for a kind of file that has no pages."""

    row: DocumentRow
    sheets: pikepdf.Pdf | None

    @property
    def pages(self) -> int:
        return len(self.sheets.pages) if self.sheets else 0


def bundle_pdf(*, authority_id: UUID, case_id: UUID, now: datetime, language: str = "de") -> bytes:
    """One PDF: cover sheet, then the newest version of every document in order, each with a bookmark.

    Refused as not found without a file, and when it is too large for one document.
    """
    found, rows = _file(authority_id, case_id, all_versions=False)
    with speaking(language):
        parts = [Part(row, _sheets(found, row, document_bytes(authority_id, row.id)[1])) for row in rows]
        if sum(part.pages for part in parts) > MOST_PAGES:
            raise _too_large()
        cover = _cover(authority_id, found, parts, now, language)
        return _merged(found, cover, parts, language)


def bundle_zip(*, authority_id: UUID, case_id: UUID) -> bytes:
    """Every version of every document under a speaking name, `index.csv` and `SHA256SUMS`. Refused like bundle_pdf."""
    _found, rows = _file(authority_id, case_id, all_versions=True)
    names = [file_name(place, row) for place, row in enumerate(rows, 1)]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, row in zip(names, rows, strict=True):
            archive.writestr(_entry(name, row.created), document_bytes(authority_id, row.id)[1])
        last = max((row.created for row in rows), default=datetime(1980, 1, 1, tzinfo=BERLIN))
        archive.writestr(_entry("index.csv", last), _index(names, rows))
        sums = "".join(f"{row.sha256}  {name}\n" for name, row in zip(names, rows, strict=True))
        archive.writestr(_entry("SHA256SUMS", last), sums)
    return target.getvalue()


def _file(authority_id: UUID, case_id: UUID, *, all_versions: bool) -> tuple[FileRow, list[DocumentRow]]:
    found = file_of(authority_id, case_id)
    if found is None:
        raise not_found()
    rows = documents(authority_id, case_id, all_versions=all_versions)
    if sum(row.size for row in rows) > LARGEST_BYTES:
        raise _too_large()
    return found, rows


def _too_large() -> Refused:
    text = "The file is too large to be put together. Download its documents one by one."
    return Refused("too_large", text, status=413)


# --- sheets


def _sheets(found: FileRow, row: DocumentRow, data: bytes) -> pikepdf.Pdf | None:
    """The pages of a document: a PDF as it is, a picture on a sheet, a text set by us; none for what is neither."""
    try:
        if row.media_type == "application/pdf":
            return _harmless(pikepdf.open(io.BytesIO(data)))
        if row.media_type in ("image/jpeg", "image/png"):
            return pikepdf.open(io.BytesIO(_picture_sheet(data)))
        if row.media_type == "text/plain":
            return pikepdf.open(io.BytesIO(_text_sheet(found, row, data)))
    except (pikepdf.PdfError, pikepdf.PasswordError, OSError, ValueError, Image.DecompressionBombError):
        # A damaged or locked file stays complete in the ZIP; the cover says so.
        return None
    return None


def _picture_sheet(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as opened:
        if opened.width * opened.height > LARGEST_PIXELS:
            raise ValueError("too many pixels")
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((IMAGE_SIDE, IMAGE_SIDE))
    across = upright.width > upright.height
    width, height = (A4[1], A4[0]) if across else A4
    scale = max(upright.width / (width - 40), upright.height / (height - 40))
    sheet = Image.new("RGB", (round(width * scale), round(height * scale)), "white")
    sheet.paste(upright, ((sheet.width - upright.width) // 2, (sheet.height - upright.height) // 2))
    target = io.BytesIO()
    sheet.save(target, "PDF", resolution=72 * scale, quality=85)
    return target.getvalue()


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


def _harmless(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
    """Without actions that run by themselves; scripts of the document as a whole stay behind when pages are copied."""
    for page in pdf.pages:
        for entry in ("/AA", "/StructParents"):
            if entry in page.obj:
                del page.obj[entry]
        for annotation in page.obj.get("/Annots", []):
            if isinstance(annotation, pikepdf.Dictionary):
                _disarm(annotation)
    return pdf


def _disarm(annotation: Any) -> None:
    if "/AA" in annotation:
        del annotation["/AA"]
    action = annotation.get("/A")
    if isinstance(action, pikepdf.Dictionary) and (str(action.get("/S")) in _ACTIVE or "/Next" in action):
        del annotation["/A"]


# --- cover and binding


def _cover(authority_id: UUID, found: FileRow, parts: Sequence[Part], now: datetime, language: str) -> pikepdf.Pdf:
    """The cover sheet. Set twice, because the pages it names come after its own."""
    own = 1
    while True:
        pdf = pikepdf.open(io.BytesIO(_set_cover(authority_id, found, parts, now, language, own)))
        if len(pdf.pages) == own:
            return pdf
        own = len(pdf.pages)


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


def _merged(found: FileRow, cover: pikepdf.Pdf, parts: Sequence[Part], language: str) -> bytes:
    bound = pikepdf.Pdf.new()
    bound.Root.Lang = pikepdf.String(language.split("-")[0])
    bound.docinfo["/Title"] = _("File {number}", number=found.number)
    bound.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    bound.pages.extend(_harmless(cover).pages)
    with bound.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem(_("File {number}", number=found.number), 0))
        for part in parts:
            if part.sheets:
                outline.root.append(pikepdf.OutlineItem(part.row.title, len(bound.pages)))
                bound.pages.extend(part.sheets.pages)
    target = io.BytesIO()
    bound.save(target, deterministic_id=True)
    return target.getvalue()


# --- the ZIP


def file_name(place: int, row: DocumentRow) -> str:
    """`003_Bescheid_v2.pdf`: place, title in plain letters, version, the ending of its type."""
    plain = unicodedata.normalize("NFKD", row.title.replace("ß", "ss")).encode("ascii", "ignore").decode()
    title = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[:60] or row.kind
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png", "text/plain": "txt"}
    return f"{place:03}_{title}_v{row.version}.{ending.get(row.media_type, 'bin')}"


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, at.astimezone(BERLIN).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
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
