"""The readers of files that organisers send: to the inventory (CSV, XLSX, and an XLSX whose parts are spoiled before packing), and
descriptions (CSV, JSON in the shape of XZuFi)."""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from xml.sax.saxutils import escape

from hypothesis import strategies as st

from stadttor.core.refused import Refused
from stadttor.descriptions.pages.files import EXAMPLE
from stadttor.descriptions.rules.csv_file import read_csv
from stadttor.descriptions.rules.given import Read, steps
from stadttor.descriptions.rules.xzufi import as_xzufi, read_xzufi
from stadttor.inventory.pages.importing import words
from stadttor.inventory.rules.importing import Words, read
from stadttor.inventory.rules.tables import MOST_COLUMNS, MOST_ROWS, cells_of
from tests.safety.fuzz.inputs import Reader, Strategy, spoiled_binary, spoiled_bytes, texts

CSV = (
    "\ufeffProcess;Cases a year;Demand;Systems;Law;Step;Minutes;Media breaks\r\n"
    'Hundesteuer;1.200;hoch;"OK.FIN; d.3";KAG;"Bescheid\r\nschreiben";12;Papier\r\n;;;;;Ablegen;2;\r\n'
).encode()
DESCRIBED = (
    "Kennung;Sprache;Titel;Kurztext;Recht;Kostenart;Lebenslage;Geprüft am;Verborgen\r\n"
    "fest;de;Straßenfest;Vorher;§ 29 StVO;Satzung;mitmachen;2026-11-01;nein\r\nfest;en;Party;Before;;;;;\r\n"
).encode()
XZUFI = json.dumps([as_xzufi("fest", EXAMPLE, hidden=False)]).encode()
PARTS: Mapping[str, bytes] = {
    "xl/workbook.xml": (
        b'<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
        b'<sheets><sheet name="x" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        b'<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'
    ),
    "xl/sharedStrings.xml": b"<sst><si><r><t>Pro</t></r><r><t>cess</t></r><rPh><t>x</t></rPh></si><si><t>Step</t></si></sst>",
    "xl/worksheets/sheet1.xml": (
        b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        b'<row r="3"><c r="C3"><v>12.0</v></c><c t="inlineStr"><is><t>da</t></is></c></row></sheetData></worksheet>'
    ),
}


def readers() -> list[Reader]:
    """All forms of a file."""
    _words()
    book = packed(PARTS)
    inside = st.sampled_from(sorted(PARTS)).flatmap(_one_spoiled) | st.lists(_cells, max_size=6).map(_of_cells)
    return [
        Reader("table of the inventory, CSV", CSV, spoiled_bytes(CSV) | st.binary(max_size=200), taken, (Refused,)),
        Reader("table of the inventory, XLSX", book, inside | spoiled_binary(book), taken, (Refused,)),
        Reader(
            "descriptions, CSV", DESCRIBED, spoiled_bytes(DESCRIBED) | st.binary(max_size=200), _described, (Refused,)
        ),
        Reader("descriptions, XZuFi", XZUFI, spoiled_bytes(XZUFI) | st.binary(max_size=200), _xzufi, (Refused,)),
    ]


def _described(content: bytes) -> None:
    _stepped(read_csv(content, frozenset({"mitmachen"})))


def _xzufi(content: bytes) -> None:
    _stepped(read_xzufi(content))


def _stepped(found: Read) -> None:
    """As the page does: what each would become, or faults of single places."""
    steps(found, {}, frozenset({"mitmachen"}), date(2026, 11, 23))


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A spreadsheet of these parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return data.getvalue()


def taken(content: bytes) -> None:
    """As the page does: cells within the bounds, then processes or faults of single lines."""
    cells = cells_of(content)
    assert len(cells) <= MOST_ROWS + 1, "too many rows"
    assert all(len(row) <= MOST_COLUMNS for row in cells), "too many columns"
    read(cells, _words())


@cache
def _words() -> Words:
    """Read before anything is timed: the first call loads the catalogues of all languages."""
    return words()


_places = st.sampled_from(
    ["", ' r="A1"', ' r="C3"', ' r="AX9"', ' r="AY1"', ' r="ZZZZZ1"', ' r="7"', ' r="a1"', ' r=""']
)
_kinds = st.sampled_from(["", ' t="s"', ' t="n"', ' t="b"', ' t="inlineStr"', ' t=""'])
_cells = st.tuples(_places, _kinds, st.sampled_from(["0", "1", "-1", "7"]) | texts)
"""What is well-formed, and odd: where a cell says it is, of what kind, and what is in it."""


def _of_cells(cells: list[tuple[str, str, str]]) -> bytes:
    """A book with one row of them."""
    inside = "".join(f"<c{place}{kind}><v>{escape(text)}</v></c>" for place, kind, text in cells)
    sheet = f"<worksheet><sheetData><row>{inside}</row></sheetData></worksheet>".encode("utf-8", "replace")
    return packed({**PARTS, "xl/worksheets/sheet1.xml": sheet})


def _one_spoiled(name: str) -> Strategy:
    return spoiled_bytes(PARTS[name]).map(lambda content: packed({**PARTS, name: content}))
