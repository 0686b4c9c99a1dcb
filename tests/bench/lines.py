"""The raw measurements: a file for each subject, a line of JSON for each request."""

import json
from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from typing import Any

Line = dict[str, Any]


class Lines:
    """Writes below a folder; what an earlier run left there is gone."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.jsonl"):
            old.unlink()

    def write(self, subject: str, **line: Any) -> None:
        """Add one line; times in milliseconds, rounded to microseconds."""
        rounded = {name: round(value, 3) if isinstance(value, float) else value for name, value in line.items()}
        with self._lock, (self.folder / f"{subject}.jsonl").open("a") as file:
            file.write(json.dumps(rounded) + "\n")


def read(folder: Path, subject: str, **wanted: Any) -> Iterator[Line]:
    """The lines of a subject that have these values, in order; none where nothing was measured."""
    path = folder / f"{subject}.jsonl"
    for text in path.read_text().splitlines() if path.exists() else ():
        line = json.loads(text)
        if all(line.get(name) == value for name, value in wanted.items()):
            yield line
