"""Tables as files for a spreadsheet: the same head and rows as CSV or as XLSX (ISO/IEC 29500). No cell becomes a formula.

Rows are sequences of texts and numbers. In CSV a text that begins like a formula gets an apostrophe in front; in XLSX
each cell says its kind, so it stands there as it is, marked as text (also when somebody edits it).
"""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import HttpResponse

from stadttor.core.tables import harmless
from stadttor.ground.web.downloads import disposition

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What spreadsheets take: signs in a cell, and rows of a sheet.
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_575
WIDEST = 60

Cell = str | int | float | None


def csv_file(name: str, day: date, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Semicolons and a byte-order mark, as German spreadsheets expect them."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows(["" if cell is None else harmless(cell) for cell in row] for row in rows)
    return _file(out.getvalue().encode(), "text/csv; charset=utf-8", f"{name}-{day}.csv")


def xlsx_file(
    name: str, day: date, title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], *, leftwards: bool = False
) -> HttpResponse:
    """One sheet: the head stays in sight and filters, numbers are numbers. `leftwards`: the first column is at the right."""
    # Here and not above: a web process starts without it.
    import xlsxwriter

    out = io.BytesIO()
    # Row by row through a file: 4,400 authorities take 5 MB and not 11.
    book = xlsxwriter.Workbook(out, {"constant_memory": True})
    book.set_properties({"title": title})
    sheet = book.add_worksheet()
    if leftwards:
        sheet.right_to_left()
    table = [list(head), *rows][: MOST_ROWS + 1]
    _lay_out(book, sheet, table)
    for number, row in enumerate(table):
        for place, cell in enumerate(row):
            _write(sheet, number, place, cell)
    book.close()
    return _file(out.getvalue(), XLSX, f"{name}-{day}.xlsx")


def _lay_out(book: Any, sheet: Any, table: Sequence[Sequence[Cell]]) -> None:
    """Widths by the first rows, a bold head that stays, a filter over all."""
    text = book.add_format({"num_format": "@", "valign": "top"})
    number = book.add_format({"valign": "top"})
    for place in range(len(table[0])):
        cells = [row[place] for row in table[:200]]
        width = min(max(len(str(cell)) for cell in cells) + 3, WIDEST)
        is_number = any(isinstance(cell, int | float) for cell in cells)
        sheet.set_column(place, place, width, number if is_number else text)
    sheet.set_row(0, None, book.add_format({"bold": True, "num_format": "@"}))
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, len(table) - 1, len(table[0]) - 1)


def _write(sheet: Any, row: int, place: int, cell: Cell) -> None:
    """Never `write`: that reads formulas and links out of texts."""
    if isinstance(cell, int | float):
        sheet.write_number(row, place, cell)
    elif cell:
        sheet.write_string(row, place, cell[:LONGEST_CELL])


def _file(body: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": disposition("attachment", name), "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type=media_type, headers=headers)
