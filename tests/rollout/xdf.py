"""How completely FIM's data schemas come in, and whether they come out as they came in.

`xdf_fields_imported` counts the fields of all published schemas that lie beside the project and the questions or places
they became; `xdf_roundtrip_differences` every place where import, export, import is not the identity, over these schemas
and the packages of the project. Both are counted from the files each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stadttor.catalog.fim.model import Message, positions
from stadttor.catalog.fim.questions import is_asked
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.sidecar import FILE, from_document
from stadttor.catalog.fim.tests.builders import (
    PACKAGES,
    SAMPLES,
    VALID,
    differences,
    export_of,
    export_of_folder,
    files_of,
)
from stadttor.catalog.fim.writing import write_message
from stadttor.catalog.rules.files import Files
from stadttor.catalog.rules.strict_yaml import load


@dataclass(frozen=True)
class Line:
    """One schema: its fields, those that are in the package, and where it changed on the way."""

    schema: str
    fields: int
    imported: int
    differences: tuple[str, ...]


def line_of(name: str, message: Message) -> Line:
    """Import, export, write, read and import one schema."""
    files = files_of(message)
    exported = export_of(files).message
    again = read_message(write_message(exported), name)
    found = [*differences(exported, message), *differences(again, message)]
    found += [path for path, content in files_of(again).items() if content != files[path]]
    fields = sum(placed.element.kind == "field" for placed in positions(message.root))
    return Line(name, fields, _imported(message, files), tuple(found))


def _imported(message: Message, files: Files) -> int:
    """The fields that became a question; a hidden one is asked of nobody and is imported when it is kept."""
    kept = from_document(load(files[FILE], FILE))
    trails = {placed.trail for placed in positions(kept.message.root)}
    return sum(
        placed.trail in (kept.places if is_asked(placed.element) else trails)
        for placed in positions(message.root)
        if placed.element.kind == "field"
    )


def lines(samples: Path = SAMPLES) -> Iterator[Line]:
    """Every published schema that is at hand, and every package of the project."""
    for name in VALID:
        if (samples / name).is_file():
            yield line_of(name, read_message((samples / name).read_bytes(), name))
    for folder in PACKAGES:
        yield line_of(folder.name, export_of_folder(folder).message)


def figures(found: list[Line]) -> dict[str, int]:
    """The two figures of the report."""
    return {
        "xdf_fields_imported": sum(one.imported for one in found),
        "xdf_roundtrip_differences": sum(len(one.differences) for one in found),
    }
