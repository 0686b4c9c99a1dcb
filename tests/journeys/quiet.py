"""What journeys leave in the log of the product: no word about anybody of the cast."""

import html
import io
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote_plus

from stadttor.site.demo_cast import PASSWORD
from stadttor.site.logs import Line

CAST = (
    "Amira", "Yılmaz", "amira.yilmaz", "Jonas", "Weber", "jonas.weber", "Olsen", "olsen@", "Adler", "adler@", "kern@", "sommer@",
    "Bahnhofstraße", "Luitpoldstraße", "WUG-AY", "WUG AY", "WUG-JW", "M-JW", "24.5.1988", "1988-05-24", "11.2.1975", "1975-02-11",
    "2025-0815", PASSWORD,
)  # fmt: skip
"""Names, addresses, plates, birthdays and the password of everybody who comes in journeys."""
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


def said_about(text: str) -> list[str]:
    """The words of the cast in it, however they are written: in an address, in JSON, in a page."""
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), html.unescape(unquote_plus(text)))
    return [word for word in CAST if word in plain or word in text]


def faults_of(logs: Mapping[str, str]) -> dict[str, list[str]]:
    """By the name of a log, who stands in it; a log without anybody is not named."""
    return {name: found for name, text in logs.items() if (found := said_about(text))}


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
