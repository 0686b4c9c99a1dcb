"""Finds words in whatever the product gives out: pages, JSON, tables, PDFs, archives, mails, logs."""

import html
import io
import re
import shutil
import subprocess
import zipfile
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path
from urllib.parse import unquote_plus

# Letters break words at the end of a line; a page may set them apart.
_BREAKS = re.compile(r"[\s\u00ad\u2010\-]+")
# A signed token (JWT) and what it discloses (SD-JWT): their parts are base64url.
_TOKEN = re.compile(rb"\bey[\w-]+\.[\w-]+\.[\w-]+(?:~[\w-]+)*")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def hits(data: bytes, words: Sequence[str]) -> int:
    """How many of the words stand in it, whatever it is."""
    text = _plain(text_of(data))
    return sum(_plain(word) in text for word in words)


def text_of(data: bytes) -> str:
    """The text of a page, a PDF, or of all that is packed in an archive, with the names in it; tokens in it opened, too."""
    if data[:5] == b"%PDF-":
        return pdf_text(data)
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(f"{name}\n{text_of(archive.read(name))}" for name in archive.namelist())
    return "\n".join([data.decode("utf-8", "replace"), *(_opened(token) for token in _TOKEN.findall(data))])


def _opened(token: bytes) -> str:
    """What a token says, and what it discloses; nothing of a part that is none."""
    found = []
    for part in re.split(rb"[.~]", token):
        with suppress(ValueError):
            found.append(urlsafe_b64decode(part + b"=" * (-len(part) % 4)).decode("utf-8", "replace"))
    return "\n".join(found)


def can_read_pdf() -> bool:
    """Whether this machine has pdftotext (Debian: apt install poppler-utils)."""
    return shutil.which("pdftotext") is not None


def pdf_text(data: bytes) -> str:
    """Its text; where it cannot be read, what stands in it uncompressed."""
    if not can_read_pdf():
        return data.decode("latin-1")
    said = subprocess.run(["pdftotext", "-", "-"], input=data, capture_output=True, check=False, timeout=60)
    return said.stdout.decode("utf-8", "replace")


def mail_texts(folder: Path) -> list[tuple[str, bytes]]:
    """(recipient, everything in it) of each caught mail."""
    found = []
    for path in sorted(folder.rglob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        heads = [f"{name}: {value}" for name, value in mail.items()]
        found.append((str(mail["To"]), "\n".join([*heads, *map(str, parts)]).encode()))
    return found


def _plain(text: str) -> str:
    """Without escapes of HTML, JSON and addresses, without breaks, in small letters."""
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(unquote_plus(text)))
    return _BREAKS.sub("", text).casefold()
