"""Schemas for tests, and the published ones where they lie beside the project (never part of it)."""

import os
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from stadttor.catalog.fim.exporting import Exported, export_package
from stadttor.catalog.fim.importing import import_message
from stadttor.catalog.fim.model import ONCE, Count, Element, Message, Position, positions
from stadttor.catalog.fim.packaging import skeleton_of
from stadttor.catalog.fim.sidecar import FILE, from_document
from stadttor.catalog.rules.content import PackageContent, read_package
from stadttor.catalog.rules.files import Files, read_folder
from stadttor.catalog.rules.manifest_check import parse_manifest

ROOT = Path(__file__).parents[4]
SAMPLES = Path(os.environ.get("STADTTOR_FIM_SAMPLES", ROOT.parent / "shared" / "data" / "fim-samples"))
PACKAGES = sorted((ROOT / "packages").iterdir())
NAME = "de.example.probe"
THEN = "2026-11-23T10:00:00Z"
VALID = (
    "S00000121_V1.0_BlaueKarte_xdf2.xml", "flxbe_xmlstruct_xdf3.xml",
    *(f"flxbe-v2/{name}.xml" for name in ("data-field-rule", "data-group-rule", "label", "minimal", "rule", "select", "simple")),
    *(f"flxbe-v3/{name}.xml" for name in ("input", "simple")),
)  # fmt: skip


def sample(name: str) -> bytes:
    """A published file; skips the test where it is not at hand."""
    path = SAMPLES / name
    if not path.is_file():
        pytest.skip(f"{path} is not here; STADTTOR_FIM_SAMPLES names the folder")
    return path.read_bytes()


def a_field(number: int = 1, **said: str) -> Element:
    """A text field; `said` adds and replaces texts."""
    texts = {
        "name": f"Feld {number}", "freigabestatus": "2", "bezeichnungEingabe": f"Feld {number}", "schemaelementart": "HAR",
        "feldart": "input", "datentyp": "text", "vorbefuellung": "keine",
    }  # fmt: skip
    return Element("field", f"F99{number:09d}", "1.0.0", texts | said)


def a_group(number: int, *contains: Position | Element, **said: str) -> Element:
    """A group; an element stands in it once."""
    texts = {"name": f"Gruppe {number}", "freigabestatus": "2", "bezeichnungEingabe": f"Gruppe {number}"}
    return Element("group", f"G99{number:09d}", "1.0.0", texts | said, contains=tuple(map(placed, contains)))


def placed(one: Position | Element) -> Position:
    return one if isinstance(one, Position) else Position(ONCE, one)


def times(count: str, one: Element) -> Position:
    """The element at a position with a cardinality: `times("0:*", …)`."""
    least, most = count.split(":")
    return Position(Count(int(least), None if most == "*" else int(most)), one)


def a_message(*contains: Position | Element, **said: str) -> Message:
    texts = {"name": "Probe", "freigabestatus": "2", "bezeichnung": "Probe"}
    root = Element("schema", "S99000000001", "1.0.0", texts | said, contains=tuple(map(placed, contains)))
    return Message("probe", THEN, root)


def files_of(message: Message) -> Files:
    return skeleton_of(import_message(message), NAME).files


def content_of(files: Files) -> PackageContent:
    reading = read_package(files, parse_manifest)
    assert reading.content, reading.faults
    return reading.content


def export_of(files: Files) -> Exported:
    """What a package is as a schema, by its fim.yaml where it has one."""
    reading = read_package(files, parse_manifest)
    assert reading.content, reading.faults
    return export_package(reading.content, from_document(reading.documents[FILE]) if FILE in files else None, THEN)


def export_of_folder(folder: Path) -> Exported:
    return export_of(read_folder(folder))


def found(root: Element, identifier: str) -> list[Element]:
    """The elements with an id, one for each position."""
    return [one.element for one in positions(root) if one.element.id == identifier]


def differences(one: Any, other: Any, at: str = "") -> list[str]:
    """Where two messages differ, and how."""
    if is_dataclass(one) and type(one) is type(other):
        parts = [part.name for part in fields(one)]
        return [
            text for part in parts for text in differences(getattr(one, part), getattr(other, part), f"{at}.{part}")
        ]
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return [
            text
            for place, pair in enumerate(zip(one, other, strict=True))
            for text in differences(*pair, f"{at}.{place}")
        ]
    return [] if one == other else [f"{at}: {one!r} is not {other!r}"]
