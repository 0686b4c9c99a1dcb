"""Published schemas and our own packages by way of FIM: what comes in, and what differs after out and in again."""

from collections.abc import Iterator

from stadttor.catalog.fim.model import Message
from stadttor.catalog.fim.reading import read_message
from stadttor.catalog.fim.tests.builders import (
    PACKAGES,
    SAMPLES,
    VALID,
    content_of,
    differences,
    export_of,
    export_of_folder,
    files_of,
)
from stadttor.catalog.fim.writing import write_message
from tests.measuring.lines import Lines


def exchanged(lines: Lines) -> None:
    """A line for each schema; published ones only where they lie beside the project."""
    for name, message in _messages():
        files = files_of(message)
        out = export_of(files).message
        differ = [*differences(out, message), *differences(read_message(write_message(out), name), out)]
        lines.write("rollout_fim", schema=name, fields=len(content_of(files).form.fields), differences=len(differ))


def _messages() -> Iterator[tuple[str, Message]]:
    for name in VALID:
        if (path := SAMPLES / name).is_file():
            yield name, read_message(path.read_bytes(), name)
    for folder in PACKAGES:
        yield folder.name, export_of_folder(folder).message
