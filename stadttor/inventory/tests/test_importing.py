"""A table becomes processes: line by line, in any language of ours, all or nothing."""

import io
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from itertools import repeat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadttor.core.refused import Refused
from stadttor.ground.web.language import speaking
from stadttor.ground.web.sheets import csv_file, xlsx_file
from stadttor.inventory.pages.exporting import lines_of
from stadttor.inventory.pages.importing import words
from stadttor.inventory.pages.wording import heads
from stadttor.inventory.rules.importing import merged, read
from stadttor.inventory.rules.stock import BREAKS, DEMANDS, MOST_MINUTES, MOST_VOLUME, Process, Step
from stadttor.inventory.rules.tables import LARGEST, cells_of
from stadttor.inventory.tests.builders import LOST

WORDS = words()
HEAD = ["Process", "Cases a year", "Demand", "Systems", "Law", "Step", "Minutes", "Media breaks"]
DAY = "2026-11-23"


def table(*lines: Sequence[str], head: Sequence[str] = HEAD):
    return read([head, *lines], WORDS)


def faults(*lines: Sequence[str]):
    return [(one.line, one.text.format(**one.values)) for one in table(*lines).faults]


def test_a_line_is_a_step_and_a_name_keeps_them_together():
    found = table(
        [
            "Fundsachen",
            "120",
            "medium",
            "Excel",
            "§ 965 BGB",
            "Zettel schreiben",
            "5",
            "Comes in on paper; Signed on paper",
        ],
        ["Flohmarkt", "", "", "", "", "", "", ""],
        ["", "", "", "", "", "", "", ""],
        ["Fundsachen", "", "", "", "", "Abtippen", "10", "Typed in again"],
    )
    assert found.faults == ()
    assert found.processes == (LOST, Process("Flohmarkt"))


@pytest.mark.parametrize("volume", ["1200", "1.200", "1,200", "1 200", "1\u00a0200"])
def test_numbers_are_read_as_people_write_them(volume):
    assert table(["x", volume]).processes[0].volume == 1200


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (["", "3"], "The name of the process is missing."),
        (["x", "viele"], "“viele” is no whole number."),
        (["x", "1,5"], "“1,5” is no whole number."),
        (["x", "-1"], "“-1” is no whole number."),
        (["x", "", "riesig"], "“riesig” is not known here."),
        (["x", "", "", "", "", "Tun", "1", "Fax"], "“Fax” is not known here."),
        (["x", "", "", "", "", "", "1"], "Minutes and media breaks belong to a step; please say what is done."),
        (["x", "", "", "", "", "Tun", "10001"], "Please enter a number from 0 to 10000."),
        (["x" * 201], "Please shorten this to 200 characters."),
    ],
)
def test_a_fault_names_its_line(line, fault):
    assert faults(["gut"], line) == [(3, fault)]


def test_every_fault_of_a_line_is_told_with_its_column_and_its_process_is_left_out():
    found = table(["gut", "1"], ["x", "viele", "riesig", "", "", "Tun", "ewig", "Fax, Printed, Brief"], ["x", "2"])
    assert [(one.line, one.column) for one in found.faults] == [
        (3, "volume"), (3, "demand"), (3, "minutes"), (3, "breaks"), (3, "breaks"),
    ]  # fmt: skip
    assert (found.processes, found.left_out) == ((Process("gut", volume=1),), ("x",))
    assert found.heads["breaks"] == "Media breaks"


def test_lines_of_one_process_must_not_contradict_each_other():
    assert faults(["x", "3"], ["y"], ["x", "4"]) == [(4, "This is not what line 2 says of the same process.")]


def test_a_table_without_the_column_of_names_is_refused_and_unknown_columns_are_told():
    assert table(["1"], head=["Cases a year"]).faults[0].line == 1
    assert table(["1", "2"], head=["Process", "process"]).faults[0].text.startswith("Two columns")
    found = table(["x", "y"], head=["Ablauf", "Farbe"])
    assert (found.unknown, found.processes) == (("Farbe",), (Process("x"),))


def test_what_a_table_has_no_column_for_stays():
    found = table(["Fundsachen", "7"], head=["Process", "Cases a year"])
    changed = merged(LOST, found.processes[0], found.columns)
    assert (changed.volume, changed.steps, changed.law) == (7, LOST.steps, LOST.law)
    assert merged(LOST, Process("Fundsachen"), frozenset({"name", "step"})).steps == ()


line = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20).map(
    lambda text: " ".join(text.split())
).filter(lambda text: text and not text.startswith("'"))  # fmt: skip
steps = st.builds(
    Step, line, st.integers(0, MOST_MINUTES), st.lists(st.sampled_from(BREAKS), unique=True).map(tuple)
)  # fmt: skip
processes = st.builds(
    Process, line, service=st.just(""), volume=st.none() | st.integers(0, MOST_VOLUME), demand=st.sampled_from(DEMANDS),
    systems=st.just("") | line, law=st.just("") | line, steps=st.lists(steps, max_size=3).map(tuple),
)  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@settings(deadline=None, max_examples=40)
@given(
    stock=st.lists(processes, min_size=1, max_size=4, unique_by=lambda one: one.name),
    tag=st.sampled_from(["de", "en", "ar"]),
)
def test_what_our_files_say_is_read_again(kind, stock, tag):
    with speaking(tag):
        head, lines = list(heads().values()), list(lines_of(stock))
        given = (head, lines) if kind == "csv" else ("t", head, lines)
        response = (csv_file if kind == "csv" else xlsx_file)("x", DAY, *given)
    found = read(cells_of(response.content), WORDS)
    assert found.faults == ()
    assert list(found.processes) == stock


@given(st.binary(max_size=200) | st.binary(max_size=200).map(lambda some: b"PK\x03\x04" + some))
def test_whatever_is_sent_is_a_table_or_is_refused(content):
    with suppress(Refused):
        read(cells_of(content), WORDS)


BOOK = (
    '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="x" r:id="r1"/></sheets></workbook>'
)
RELATIONS = '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>'


def book(sheet: str, *, relations: str = RELATIONS, texts: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", BOOK)
        file.writestr("xl/_rels/workbook.xml.rels", relations)
        file.writestr("xl/worksheets/sheet1.xml", sheet)
        if texts:
            file.writestr("xl/sharedStrings.xml", texts)
    return out.getvalue()


def test_gaps_and_shared_texts_of_a_spreadsheet_keep_their_places():
    sheet = (
        '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
        '<row r="3"><c r="C3"><v>12.0</v></c><c t="inlineStr"><is><t>da</t></is></c></row></sheetData></worksheet>'
    )
    texts = "<sst><si><r><t>Pro</t></r><r><t>cess</t></r><rPh><t>x</t></rPh></si></sst>"
    assert cells_of(book(sheet, texts=texts)) == [["Process"], [], ["", "", "12", "da"]]


@pytest.mark.parametrize(
    "content",
    [
        book('<!DOCTYPE x [<!ENTITY a "b">]><worksheet>&a;</worksheet>'),
        book("<worksheet>" + "<a>" * 100 + "</a>" * 100 + "</worksheet>"),
        book("<worksheet>"),
        book('<worksheet><row r="9999999"/></worksheet>'),
        book('<worksheet><row><c t="s"><v>7</v></c></row></worksheet>'),
        book("<worksheet>" + "".join(repeat(" ", 10_000_001)) + "</worksheet>"),
        book(
            "<worksheet/>", relations='<Relationships><Relationship Id="r1" Target="../../etc/passwd"/></Relationships>'
        ),
        b"a" * (LARGEST + 1),
        b"a\0b",
    ],
    ids=["declaration", "deep", "broken", "far row", "no such text", "bomb", "elsewhere", "large", "nul"],
)
def test_what_would_do_harm_is_refused(content):
    with pytest.raises(Refused):
        cells_of(content)
