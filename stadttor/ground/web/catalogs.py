"""Compiled catalogues of texts (`messages.mo`, the format of GNU gettext), read where they lie.

The library's own reader makes two strings of every text of a language: half a megabyte for each of five languages in
every web worker. Here the file is mapped into memory, which all workers share, and a text is decoded when it is first said.
"""

import mmap
from collections.abc import Iterator
from functools import lru_cache
from gettext import NullTranslations, c2py
from pathlib import Path
from struct import unpack_from

LOCALE = Path(__file__).resolve().parents[2] / "locale"
TRANSLATED = {"de": "de", "de-simple": "de", "uk": "uk", "tr": "tr", "ar": "ar"}
_MAGIC, _HEAD = 0x950412DE, 20
_SAID_OFTEN = 1_024


class BadCatalog(ValueError):
    """The file is not a little-endian catalogue of compiled texts."""


class Compiled(NullTranslations):
    """The texts of one language. Raises BadCatalog for anything but what `write_mo` of Babel writes.

    The msgids stand sorted in the file (GNU gettext manual, "The Format of GNU MO Files"), so one is found by halving.
    """

    def __init__(self, content: bytes | mmap.mmap) -> None:
        super().__init__()
        if len(content) < _HEAD or unpack_from("<I", content)[0] != _MAGIC:
            raise BadCatalog("not a catalogue of compiled texts")
        self._content = content
        self._count, self._msgids, self._texts = unpack_from("<III", content, 8)
        self._form = c2py(_plural_forms(self._said(self._texts, 0).decode()))
        self._find = lru_cache(_SAID_OFTEN)(self._forms)

    def gettext(self, message: str) -> str:
        """The text (of one thing, if it has plurals), or what the language behind this one says."""
        forms = self._find(message)
        return forms[self._form(1) if len(forms) > 1 else 0] if forms else super().gettext(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The text for so many things by the language's own rule of plurals."""
        forms = self._find(msgid1)
        return forms[self._form(n)] if forms else super().ngettext(msgid1, msgid2, n)

    def _forms(self, msgid: str) -> tuple[str, ...]:
        """The forms of a text, one for most; none where the catalogue does not have it."""
        wanted, low, high = msgid.encode(), 0, self._count
        while low < high:
            middle = (low + high) // 2
            # The second msgid of a text with plurals stands behind a zero byte.
            found = self._said(self._msgids, middle).partition(b"\0")[0]
            if found == wanted:
                return tuple(self._said(self._texts, middle).decode().split("\0"))
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return ()

    def _said(self, table: int, number: int) -> bytes:
        length, offset = unpack_from("<II", self._content, table + 8 * number)
        return self._content[offset : offset + length]


def _plural_forms(header: str) -> str:
    """The expression that numbers the plural forms, from the header that is the text of the empty msgid."""
    for line in header.splitlines():
        name, _colon, value = line.partition(":")
        if name.strip().lower() == "plural-forms":
            return value.partition("plural=")[2].strip().rstrip(";")
    return "n != 1"


def folder_of(tag: str) -> Path:
    """Where the texts of a language lie, a file for each module."""
    return LOCALE / tag.replace("-", "_")


def mo_file(tag: str) -> Path:
    """The compiled texts of one language."""
    return folder_of(tag) / "messages.mo"


def po_files(tag: str) -> Iterator[Path]:
    """The sources of the compiled texts of a language."""
    return folder_of(tag).glob("*.po")


def catalog(tag: str) -> NullTranslations:
    """The texts of a language, compiled anew when a source is newer; for English and unknown languages the msgids."""
    if tag not in TRANSLATED:
        return NullTranslations()
    target = mo_file(tag)
    if target.exists() and all(source.stat().st_mtime <= target.stat().st_mtime for source in po_files(tag)):
        return Compiled(_mapped(target))
    # The library that compiles stays out of a web process whose texts are compiled.
    from stadttor.ground.web.texts import compiled

    return Compiled(compiled(tag))


def _mapped(path: Path) -> mmap.mmap:
    """A file's bytes, shared with all who read it; they stay as they are when another file takes its place."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
