"""The raw measurements: a file for each subject, a line of JSON for each request, kill or file."""

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
        with self._lock, (self.folder / f"{subject}.jsonl").open("a" if subject in self._begun else "w") as file:
            self._begun.add(subject)
            file.write(json.dumps(rounded) + "\n")


def read(folder: Path, subject: str, **wanted: Any) -> Iterator[Line]:
    """The lines of a subject that have these values, in order; none where nothing was measured."""
    path = folder / f"{subject}.jsonl"
    for text in path.read_text().splitlines() if path.exists() else ():
        line = json.loads(text)
        if all(line.get(name) == value for name, value in wanted.items()):
            yield line
