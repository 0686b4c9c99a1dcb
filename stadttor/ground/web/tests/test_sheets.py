"""Tables for spreadsheets: no text runs, numbers stay numbers."""

import csv
import io
import zipfile
from datetime import date

import pytest

from stadttor.ground.web.sheets import csv_file, xlsx_file
from stadttor.ground.web.tests.spreadsheet import cells

DAY = date(2026, 11, 22)
HEAD = ("Behörde", "Offen")
DANGEROUS = [
    "=1+1",
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＠SUM(A1)",
    '=HYPERLINK("https://evil.example";"hier")',
    "=cmd|' /C calc'!A0",
]
LINKS = ["https://evil.example", "mailto:a@b.example", "internal:Sheet1!A1", "file:///etc/passwd"]


def parts(response):
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        return {name: file.read(name) for name in file.namelist()}


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_text_becomes_a_formula(text):
    made = csv_file("orte", DAY, HEAD, [(text, 1)]).content.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(made.partition("\r\n")[2], newline=""), delimiter=";"))[0] == f"'{text}"
    response = xlsx_file("orte", DAY, "Orte", HEAD, [(text, 1)])
    assert cells(response)[1][0][0] == "inlineStr"
    assert not any(b"<f>" in part or b"<f " in part for part in parts(response).values())


def test_no_text_becomes_a_link_and_no_digits_become_a_number():
    response = xlsx_file("orte", DAY, "Orte", HEAD, [(text, 0) for text in [*LINKS, "09577177", "1E5"]])
    assert [row[0] for row in cells(response)[1:]] == [("inlineStr", text) for text in [*LINKS, "09577177", "1E5"]]
    assert not any(b"hyperlink" in part for part in parts(response).values())


def test_numbers_are_numbers_and_below_nought_too():
    assert cells(xlsx_file("orte", DAY, "Orte", HEAD, [("Weißenburg", -3), ("Nürnberg", 2.5)]))[1:] == [
        [("inlineStr", "Weißenburg"), ("n", "-3")],
        [("inlineStr", "Nürnberg"), ("n", "2.5")],
    ]
    assert csv_file("orte", DAY, HEAD, [("a", -3)]).content.decode().splitlines()[1] == "a;-3"


def test_it_is_named_by_its_day_and_kept_by_nobody():
    for response, ending in ((csv_file("orte", DAY, HEAD, []), "csv"), (xlsx_file("orte", DAY, "O", HEAD, []), "xlsx")):
        assert response["Content-Disposition"] == f'attachment; filename="orte-2026-11-22.{ending}"'
        assert response["Cache-Control"] == "private, no-store"


def test_in_arabic_the_sheet_begins_at_the_right():
    made = xlsx_file("orte", DAY, "Orte", HEAD, [], leftwards=True)
    assert b'rightToLeft="1"' in parts(made)["xl/worksheets/sheet1.xml"]
