"""The raw measurements: a file for each subject, a line of JSON for each request, kill or file.

A file of many megabytes may lie there packed (gzip, RFC 1952), under its name with `.gz`.
"""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

Line = dict[str, Any]


class Lines:
    """Writes below a folder. A subject's first line replaces what an earlier run left of it; other subjects stay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._begun: set[str] = set()
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, subject: str, **line: Any) -> None:
        """Add one line; times in milliseconds, rounded to microseconds."""
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in line.items()}
        path = self.folder / f"{subject}.jsonl"
        with self._lock, path.open("a" if subject in self._begun else "w") as file:
            if subject not in self._begun:
                path.with_name(f"{path.name}.gz").unlink(missing_ok=True)
            self._begun.add(subject)
            file.write(json.dumps(rounded) + "\n")


def read(folder: Path, subject: str, **wanted: Any) -> Iterator[Line]:
    """The lines of a subject that have these values, in order; none where nothing was measured."""
    for text in _texts(folder / f"{subject}.jsonl"):
        line = json.loads(text)
        if all(line.get(name) == value for name, value in wanted.items()):
            yield line


def _texts(path: Path) -> Iterator[str]:
    packed = path.with_name(f"{path.name}.gz")
    if path.exists():
        with path.open() as file:
            yield from file
    elif packed.exists():
        with gzip.open(packed, "rt") as file:
            yield from file
