"""What each journey has at hand: people with browsers, numbered pictures, and what it saw beside what it expected."""

import re
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from playwright.sync_api import Browser

from tests.journeys.people import WIDE, Colleague, Visitor, photo, until
from tests.journeys.story import Album
from tests.measuring.lines import Line
from tests.town_hall import handbook
from tests.town_hall.house import House

WAIT_S = 120
HYPHENATED = re.compile(r"[\u00ad\u2010]\s*")
Person = TypeVar("Person", bound=Visitor)


@dataclass
class Play:
    """One journey's; nobody of it is there for the next one."""

    house: House
    browser: Browser
    album: Album
    journey: str
    people: list[Visitor] = field(default_factory=list)

    def somebody(self, kind: type[Person] = Visitor, **how: Any) -> Person:  # type: ignore[assignment]  # as the caller says
        """A person with a browser of her own."""
        one = kind(self.browser, self.house.address, **how)
        self.people.append(one)
        return one

    def colleague(self, town: str, name: str) -> Colleague:
        """Signed in to a town."""
        return self.somebody(Colleague).sign_in(town, name)

    def picture(self, visitor: Visitor, name: str, says: str) -> None:
        """The page once, on a screen of 1280 pixels."""
        if (visitor.page.viewport_size or {}).get("width") != WIDE:
            visitor.page.set_viewport_size({"width": WIDE, "height": 900})
        self.album.picture(visitor, f"{self.journey}-{name}", says)

    def show(self, visitor: Visitor, name: str, says: str, **part: Any) -> None:
        """A picture of the story that the handbook shows, too: the whole page or a part, see `handbook.keep`."""
        self.picture(visitor, name, says)
        handbook.keep(visitor.page, self.journey, name, **part)

    def picture_of_failure(self) -> list[str]:
        """What everybody had on the screen when it failed; gives the names of the pictures."""
        before = len(self.album.taken)
        for visitor in self.people:
            with suppress(Exception):  # the browser itself may be what failed
                self.picture(visitor, "failed", "What was on the screen when it failed")
        return [
            f"{number:02}-{self.album.taken[number - 1]}.png" for number in range(before + 1, len(self.album.taken) + 1)
        ]

    def leave(self) -> Iterator[Line]:
        """Everybody goes home; what their browsers complained about is a fault of the journey."""
        complaints = [one for visitor in self.people for one in visitor.complaints]
        for visitor in self.people:
            visitor.close()
        yield seen("no browser complains", [], complaints)


def seen(name: str, expected: object, got: object) -> Line:
    """A line of the report: what a person would judge, and whether it is so."""
    return {"kind": "seen", "name": name, "expected": expected, "got": got, "right": expected == got}


def read(name: str, expected: str, text: str) -> Line:
    """That a page or letter says something, whatever its lines; else the whole text is in the report."""
    plain = " ".join(HYPHENATED.sub("", text).split())
    return seen(name, expected, expected if expected in plain else plain[:3_000])


def text_of(pdf: bytes) -> str:
    """What a letter says, in the order of reading."""
    command = ["pdftotext", "-raw", "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()


def main_of(visitor: Visitor) -> str:
    """What the page says."""
    return visitor.page.locator("main").inner_text()


__all__ = ["WAIT_S", "Colleague", "Play", "Visitor", "main_of", "photo", "read", "seen", "text_of", "until"]
