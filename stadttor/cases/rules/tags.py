"""What a decision enters until it is ended (a dog with its tag): the numbers it is given, and whether it counts on a day."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stadttor.core.refused import Refused

RESERVED, VALID, ENDED, REVOKED = "reserved", "valid", "ended", "revoked"
"""Numbered by a decision that has not left the house yet; there; ended by its holder; taken away by a later decision."""
MOST = 200
"""Elements of a repeated group, as forms have it."""
LONGEST_NUMBER = 12
"""Shorter than any receipt number, so that nobody types the number of a case or of a permit."""
_NUMBER = re.compile(rf"[0-9A-ZÄÖÜ](?:[0-9A-ZÄÖÜ ./-]{{0,{LONGEST_NUMBER - 2}}}[0-9A-ZÄÖÜ])?")


@dataclass(frozen=True)
class Tags:
    """What decisions with these outcomes enter: `called` as the application names each, `numbers` as they are known (may be empty)."""

    outcomes: tuple[str, ...]
    called: tuple[str, ...]
    numbers: tuple[str, ...] = ()

    def numbered(self, typed: Sequence[str] | None) -> tuple[str, ...]:
        """The number of each as it is kept, empty where none was typed; without anything typed (None) those that are known.

        Refused for what is no number, and for the same one twice.
        """
        given = self.numbers if typed is None else tuple(map(number_key, typed))
        given = (given + ("",) * len(self.called))[: len(self.called)]
        for place, number in enumerate(given):
            if number and not _NUMBER.fullmatch(number):
                raise Refused(
                    "tag_number",
                    "A number has at most {most} letters and digits, for example 1234.",
                    field=f"tags.{place}", most=LONGEST_NUMBER,
                )  # fmt: skip
            if number and number in given[:place]:
                raise number_taken(place)
        return given


@dataclass(frozen=True)
class Thing:
    """One of what is entered: how it is called, and from which day on it is there."""

    called: str
    since: date | None


def number_key(typed: str) -> str:
    """A number as it is kept and found: `a 12` and `A  12` are the same."""
    return " ".join(typed.split()).upper()


def number_taken(place: int) -> Refused:
    """That the number of the one at this place belongs to another."""
    return Refused("tag_taken", "This number is given already. Please enter another one.", field=f"tags.{place}")


def counts(state: str, ended_from: date | None, day: date) -> bool:
    """Whether it is there on a day: until the day from which it does not count."""
    if state == RESERVED:
        return False
    return state == VALID or (ended_from is not None and day < ended_from)
