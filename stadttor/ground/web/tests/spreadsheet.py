"""Reads a spreadsheet by its own XML, so that what is judged is the file and not its writer."""

import io
import zipfile
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(response):
    """[row][column] of (kind, text) in the one sheet of the file; numbers have kind `n`."""
    with zipfile.ZipFile(io.BytesIO(response.content)) as file:
        sheet = ElementTree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    return [
        [(cell.get("t", "n"), "".join(one.text or "" for one in cell.iter() if one.text)) for cell in row]
        for row in sheet.iter(f"{MAIN}row")
    ]
