"""The cells of a table somebody sent, as texts: CSV (RFC 4180, with semicolons, commas or tabs) or XLSX (ISO/IEC 29500).

What comes from outside is bounded everywhere: bytes, lines, cells, depth; declarations in XML are refused, nothing is fetched.
"""

import csv
import io
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from stadttor.core.refused import Refused

LARGEST = 500_000
# What a spreadsheet may unpack to, each part of it.
LARGEST_PART = 10_000_000
MOST_ROWS, MOST_COLUMNS, MOST_TEXTS, DEEPEST = 5_100, 50, 100_000, 50
LONGEST_CELL = 2_000
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def cells_of(content: bytes) -> list[list[str]]:
    """[line][column] of a file. Refused for what is no such table."""
    if len(content) > LARGEST:
        size = LARGEST // 1000
        raise Refused(
            "large", "The file is too large. Please send a table of {size} KB at most.", field="file", size=size
        )
    found = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    while found and not any(cell.strip() for cell in found[-1]):
        found.pop()
    return found


def _no_table() -> Refused:
    return Refused("no_table", "This is not a table we can read. Please save it as CSV or XLSX.", field="file")


def _csv(content: bytes) -> list[list[str]]:
    text = _decoded(content)
    if "\0" in text:
        raise _no_table()
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        rows = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append([cell[:LONGEST_CELL] for cell in row[:MOST_COLUMNS]])
            if len(rows) > MOST_ROWS:
                break
    except csv.Error:
        raise _no_table() from None
    return rows


def _decoded(content: bytes) -> str:
    """UTF-8 with or without its mark, else what older German spreadsheets write."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _no_table()


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            sheet = _first_sheet(file)
            texts = _shared(_part(file, "xl/sharedStrings.xml")) if "xl/sharedStrings.xml" in file.namelist() else []
            return _Sheet(texts).read(_part(file, sheet))
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, LookupError, ValueError, EOFError, NotImplementedError,
            RuntimeError, OSError):  # fmt: skip
        raise _no_table() from None


def _part(file: zipfile.ZipFile, name: str) -> bytes:
    if file.getinfo(name).compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("no spreadsheet packs like this")
    with file.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise ValueError("unpacks to too much")
    return content


def _first_sheet(file: zipfile.ZipFile) -> str:
    """Where the first sheet of the book lies."""
    sheets: list[str] = []
    targets: dict[str, str] = {}

    def sheet(name: str, given: dict[str, str]) -> None:
        if name == "sheet":
            sheets.append(given.get(_ID, ""))

    def relation(name: str, given: dict[str, str]) -> None:
        if name == "Relationship":
            targets[given.get("Id", "")] = given.get("Target", "")

    _walk(_part(file, "xl/workbook.xml"), sheet)
    _walk(_part(file, "xl/_rels/workbook.xml.rels"), relation)
    return posixpath.normpath(posixpath.join("/xl", targets[sheets[0]] if sheets else "")).lstrip("/")


def _shared(content: bytes) -> list[str]:
    """The texts that cells name by number; readings of characters (`rPh`) are no text."""
    texts: list[str] = []
    inside: list[str] = []

    def opened(name: str, _given: dict[str, str]) -> None:
        inside.append(name)
        if name == "si":
            texts.append("")
            if len(texts) > MOST_TEXTS:
                raise ValueError("too many texts")

    def said(text: str) -> None:
        if texts and inside and inside[-1] == "t" and "rPh" not in inside and len(texts[-1]) < LONGEST_CELL:
            texts[-1] += text

    _walk(content, opened, lambda _name: inside.pop(), said)
    return texts


class _Sheet:
    """Reads the cells of one sheet; gaps between cells and rows stay gaps."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.rows: list[list[str]] = []
        self.kind, self.column, self.said, self.open = "", 0, "", ""

    def read(self, content: bytes) -> list[list[str]]:
        _walk(content, self._opened, self._closed, self._heard)
        return self.rows

    def _opened(self, name: str, given: dict[str, str]) -> None:
        self.open = name
        if name == "row":
            place = int(given.get("r", len(self.rows) + 1))
            if not len(self.rows) < place <= MOST_ROWS:
                raise ValueError("rows out of order, or too many")
            self.rows += [[] for _ in range(place - len(self.rows))]
            self.column = 0
        elif name == "c":
            self.kind, self.said = given.get("t", "n"), ""
            self.column = _column(given["r"]) if "r" in given else self.column + 1

    def _heard(self, text: str) -> None:
        if self.open in ("v", "t") and len(self.said) < LONGEST_CELL:
            self.said += text

    def _closed(self, name: str) -> None:
        self.open = ""
        if name == "c" and self.rows and self.said and self.column <= MOST_COLUMNS:
            row = self.rows[-1]
            row += [""] * (self.column - len(row))
            row[self.column - 1] = self._value()

    def _value(self) -> str:
        if self.kind == "s":
            return self.texts[int(self.said)] if int(self.said) >= 0 else ""
        if self.kind == "n" and self.said.replace(".", "", 1).isdecimal() and float(self.said).is_integer():
            return str(int(float(self.said)))
        return self.said


def _column(reference: str) -> int:
    """`C7` is the third."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        if not "A" <= letter <= "Z":
            raise ValueError("no cell")
        number = number * 26 + ord(letter) - 64
        if number > 20_000:
            raise ValueError("no cell")
    if not number:
        raise ValueError("no cell")
    return number


def _walk(
    content: bytes,
    opened: Callable[[str, dict[str, str]], Any],
    closed: Callable[[str], Any] = lambda _name: None,
    said: Callable[[str], Any] = lambda _text: None,
) -> None:
    """Goes through XML and names elements without their namespaces."""
    reader = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def declared(*_: object) -> None:
        raise ValueError("declarations are refused")

    def begin(name: str, given: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise ValueError("too deep")
        opened(name.rpartition("}")[2], {f"{{{key}" if "}" in key else key: value for key, value in given.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        closed(name.rpartition("}")[2])

    reader.StartDoctypeDeclHandler = reader.EntityDeclHandler = declared
    reader.StartElementHandler, reader.EndElementHandler, reader.CharacterDataHandler = begin, end, said
    reader.Parse(content, True)
