"""What somebody was promised, written to disk the moment she read it."""

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Journal:
    """A file of one person; a line for each promise, on disk when `note` returns."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a")
        self._lock = threading.Lock()

    def note(self, kind: str, **promise: Any) -> None:
        with self._lock:
            noted = datetime.now(UTC).isoformat()
            self._file.write(json.dumps({"kind": kind, **promise, "noted": noted}) + "\n")
            self._file.flush()
            os.fsync(self._file.fileno())


def promises(folder: Path) -> Iterator[dict[str, Any]]:
    """All lines of all journals."""
    for path in sorted(folder.glob("*.jsonl")):
        yield from map(json.loads, path.read_text().splitlines())
