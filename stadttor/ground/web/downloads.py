"""Files as responses: a stranger's bytes show themselves and do nothing else."""

import os
import unicodedata
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import quote

from django.http import HttpResponse, StreamingHttpResponse

LONGEST_NAME = 100
PIECE = 64 * 1024
# One ending per kind, and those that mean the same.
ENDINGS = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg", ".jpe"),
    "application/zip": (".zip",),
    "text/plain": (".txt",),
}
GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS", "ı": "i"}
)
# No file system and no header may hold these.
FORBIDDEN = frozenset('\\/:*?"<>|')
SHOWN = ("application/pdf", "image/png", "image/jpeg")
# No script, no style, no form, no request to anywhere: browsers show PDFs and pictures all the same.
POLICY = "default-src 'none'; img-src 'self' data:; object-src 'self'; frame-ancestors 'self'"


def file_response(data: bytes, media_type: str, name: str, *, download: bool = False) -> HttpResponse:
    """Bytes of a stranger as a response that runs nothing; kinds a browser does not show are saved."""
    how = "inline" if media_type in SHOWN and not download else "attachment"
    response = HttpResponse(data, content_type=media_type if media_type in SHOWN else "application/octet-stream")
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Disposition"] = disposition(how, with_ending(name, media_type))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def spooled_response(file: IO[bytes], media_type: str, name: str) -> StreamingHttpResponse:
    """A temporary file piece by piece, to be saved under a name; it is closed at the end."""
    response = StreamingHttpResponse(_pieces(file), content_type=media_type)
    response["Content-Length"] = str(file.seek(0, os.SEEK_END))
    response["Content-Disposition"] = disposition("attachment", name)
    response["Cache-Control"] = "private, no-store"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        yield from iter(partial(file.read, PIECE), b"")


def disposition(how: str, name: str) -> str:
    """The header that names a file, `how` is inline or attachment: in full by RFC 6266, and in ASCII for old programs."""
    plain, full = plain_name(name), _allowed(name)
    header = f'{how}; filename="{plain}"'
    return header if full.isascii() else f"{header}; filename*=UTF-8''{quote(full, safe='')}"


def with_ending(name: str, media_type: str) -> str:
    """The name with the ending of its kind, unless it has one that says the same."""
    known = ENDINGS.get(media_type, ())
    if not known or PurePosixPath(name.lower()).suffix in known:
        return name
    return f"{name[: LONGEST_NAME - 5]}{known[0]}"


def plain_name(name: str) -> str:
    """A file name for a header: letters, digits and few signs, so that nothing can be written behind it."""
    spelled = unicodedata.normalize("NFKD", _allowed(name).translate(GERMAN))
    base = "".join(sign for sign in spelled if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-(), ") else "_" for sign in base)


def _allowed(name: str) -> str:
    """At most `LONGEST_NAME` signs, composed, without those that end a header or a path; the ending is kept."""
    composed = unicodedata.normalize("NFC", name)
    kept = "".join("_" if sign in FORBIDDEN or not sign.isprintable() else sign for sign in composed)
    ending = PurePosixPath(kept).suffix[:10]
    return kept if len(kept) <= LONGEST_NAME else kept[: LONGEST_NAME - len(ending)] + ending
