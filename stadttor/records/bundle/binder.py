"""The child process that reads the documents of a file and binds them: knows pikepdf and nothing of the product.

Its order comes on standard input as JSON: `act` count or bind, `documents` the number of an open file in which the
documents lie one after the other, `places` [{kind, start, size}]. `count` answers with the number of pages of each, 0 for
what has none, is damaged or locked; `bind` with the PDF of all pages: the last place is the cover and comes first,
`titles` are the bookmarks, the cover's first. Bounds its own memory and time before it reads the first byte.
"""

import io
import json
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

import pikepdf

SECONDS = 60
MEMORY = 1024 * 1024 * 1024
LARGEST = 600 * 1024 * 1024
LARGEST_PIXELS = 60_000_000
A4 = (595, 842)
# 150 dots per inch: a photographed proof stays readable, a bundle stays small.
IMAGE_SIDE = 1754
_ACTIVE = frozenset({"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/GoToE"})


class Slice(io.RawIOBase):
    """One document of the file, without reading the others or holding it in memory."""

    def __init__(self, handle: int, start: int, size: int) -> None:
        self._handle, self._start, self._size, self._at = handle, start, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = offset + {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: Any) -> int:
        wanted = max(0, min(len(buffer), self._size - self._at))
        data = os.pread(self._handle, wanted, self._start + self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def sheets(handle: int, place: dict[str, Any]) -> pikepdf.Pdf | None:
    """The pages of a document: a PDF as it is, a picture on a sheet; none for what is neither or cannot be read."""
    try:
        one = io.BufferedReader(Slice(handle, place["start"], place["size"]))
        if place["kind"] == "pdf":
            return harmless(pikepdf.open(one))
        if place["kind"] in ("jpeg", "png"):
            return pikepdf.open(io.BytesIO(picture_sheet(one, place["kind"])))
    except Exception:  # parsers of strangers' files raise whatever they like; the file stays complete in the ZIP
        return None
    return None


def picture_sheet(file: BinaryIO, kind: str) -> bytes:
    """A picture, upright, in the middle of a sheet of its direction."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    with Image.open(file, formats=[kind.upper()]) as opened:
        if opened.width * opened.height > LARGEST_PIXELS:
            raise ValueError("too many pixels")
        opened.draft("RGB", (IMAGE_SIDE, IMAGE_SIDE))
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


def harmless(pdf: pikepdf.Pdf) -> pikepdf.Pdf:
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


def counted(handle: int, places: Sequence[dict[str, Any]]) -> Iterator[int]:
    """The number of pages of each document."""
    for place in places:
        found = sheets(handle, place)
        yield len(found.pages) if found else 0


def bound(handle: int, places: Sequence[dict[str, Any]], titles: Sequence[str], language: str) -> pikepdf.Pdf:
    """All pages in one PDF, each document with a bookmark."""
    whole, sources = pikepdf.Pdf.new(), []
    whole.Root.Lang = pikepdf.String(language)
    whole.docinfo["/Title"] = titles[0]
    whole.Root.ViewerPreferences = pikepdf.Dictionary(DisplayDocTitle=True)
    with whole.open_outline() as outline:
        for title, place in zip(titles, (places[-1], *places[:-1]), strict=True):
            found = sheets(handle, place)
            if found:
                sources.append(found)  # pages are read from it when the whole is written
                outline.root.append(pikepdf.OutlineItem(title, len(whole.pages)))
                whole.pages.extend(found.pages)
    return whole


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """One order, one answer."""
    _limit()
    order = json.load(sys.stdin.buffer)
    handle, places = order["documents"], order["places"]
    if order["act"] == "count":
        sys.stdout.write(json.dumps(list(counted(handle, places))))
        return
    with open(1, "r+b", closefd=False) as target:
        bound(handle, places, order["titles"], order["language"]).save(target, deterministic_id=True)


if __name__ == "__main__":
    main()
