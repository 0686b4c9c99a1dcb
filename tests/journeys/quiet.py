"""What journeys leave in the log of the product: no word about anybody of the cast."""

import html
import io
import json
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from stadttor.site.logs import Line
from tests.journeys.cast import named_in

LINES_TO = "JOURNEY_LINES"
"""The variable that names a file; a line for each log that was read is added to it. The row `marker` asks for it."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_BYTES = re.compile(r"(?:\\x[0-9a-fA-F]{2})+")
_BREAKS = re.compile(r"\\[nrt]")


def said_about(text: str) -> list[str]:
    """The words of the cast in it, however they are written: in an address, in JSON, in a page, in bytes."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(unquote_plus(text)))
    plain = _BYTES.sub(lambda found: bytes.fromhex(found[0].replace("\\x", "")).decode("utf-8", "replace"), plain)
    return list(dict.fromkeys([*named_in(_BREAKS.sub(" ", plain)), *named_in(text)]))


def faults_of(logs: Mapping[str, str]) -> dict[str, list[str]]:
    """By the name of a log, who stands in it; a log without anybody is not named."""
    return {name: found for name, text in logs.items() if (found := said_about(text))}


def read_for(journey: str, logs: Mapping[str, str]) -> dict[str, list[str]]:
    """The faults of what a journey left; each log that was read leaves a line where somebody asks for them."""
    faults = faults_of(logs)
    for name, text in logs.items():
        tell("journey", journey=journey, log=name, lines=text.count("\n"), bytes=len(text.encode()),
             hits=len(faults.get(name, ())))  # fmt: skip
    return faults


def tell(kind: str, **line: Any) -> None:
    """Add a line, where somebody asks for them."""
    if path := os.environ.get(LINES_TO):
        with Path(path).open("a") as file:
            file.write(json.dumps({"kind": kind, **line}) + "\n")


@contextmanager
def listening(log: logging.Logger | None = None) -> Iterator[io.StringIO]:
    """All that this process has to say in the block, as the product writes it; or that of one log."""
    heard = log or logging.getLogger()
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(Line())
    heard.addHandler(handler)
    level = heard.level
    heard.setLevel(logging.DEBUG)
    try:
        yield said
    finally:
        heard.setLevel(level)
        heard.removeHandler(handler)


class Logs:
    """The files in which web server, worker, live process and the others of a running product log."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, int] = {}

    def whole(self) -> dict[str, str]:
        """All that is kept, earlier files too."""
        return {path.name: path.read_text(errors="replace") for path in sorted(self._folder.glob("*.log*"))}

    def new(self) -> dict[str, str]:
        """What came since the last look; a file that began anew is read from its beginning."""
        found = {}
        for name, text in self.whole().items():
            begins = self._read.get(name, 0)
            found[name] = text[begins if begins <= len(text) else 0 :]
            self._read[name] = len(text)
        return found
