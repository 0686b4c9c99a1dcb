"""A permit as an object: what it says, whether it is valid on a day, how it ends."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from stadttor.core.refused import Refused

State = Literal["valid", "returned", "revoked", "replaced"]
Ending = Literal["returned", "revoked"]
ENDINGS: tuple[Ending, ...] = ("returned", "revoked")
REMIND_BEFORE = timedelta(days=28)
LONGEST_AHEAD = timedelta(days=366)
_SEPARATORS = re.compile(r"[,;/\n]|\bund\b")
_NOT_ON_A_PLATE = re.compile(r"[\W_]")
LONGEST_PLATE = 20


@dataclass(frozen=True)
class PermitFacts:
    """What an application says for the permit that is granted: several `plates` may stand in one text.

    `area` is where it is valid, `replaces` the number of a former permit as somebody typed it; empty where nothing is said.
    """

    holder: str
    plates: tuple[str, ...] = ()
    area: str = ""
    replaces: str = ""


def plates_in(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Single plates as they are read, each once: `WUG-AB 1, WUG-CD 2` are two."""
    found = (" ".join(part.split()) for text in texts for part in _SEPARATORS.split(text))
    return tuple(dict.fromkeys(one for one in found if plate_key(one)))


def plate_key(plate: str) -> str:
    """A plate without what is typed differently: `wug-ay 88 e` and `WUGAY88E` are the same car. Empty for none."""
    return _NOT_ON_A_PLATE.sub("", plate.upper())[:LONGEST_PLATE]


def is_valid(state: str, begins: date, ends: date, ended_from: date | None, day: date) -> bool:
    """Whether it allows anything on this day; what was ended counts until the day from which it does not."""
    if state == "valid":
        return begins <= day <= ends
    return ended_from is not None and begins <= day <= ends and day < ended_from


def must_be_endable(state: str, ended_from: date, begins: date, today: date, known: date | None = None) -> None:
    """Refused for a permit that ended already, and for days on which it cannot end.

    It ends for the future (§ 49 Abs. 4 VwVfG); a year ahead is mistyped. Where a Bescheid ends it, `known` is the earliest
    day on which that can count as made known: before, it has no effect (§ 43 Abs. 1 VwVfG).
    """
    if state != "valid":
        raise Refused("permit_ended", "This permit has ended already.", status=409)
    if ended_from < today:
        raise Refused("ended_early", "A permit ends today or later. Please enter such a day.", field="ended_from")
    if known and ended_from < known:
        raise Refused(
            "ended_before_known",
            "The letter (Bescheid) counts as known on {day} at the earliest. Please enter that day or a later one.",
            field="ended_from",
            day=known,
        )
    if ended_from > max(today, begins) + LONGEST_AHEAD:
        raise Refused("ended_far", "Please check the year: it is too far in the future.", field="ended_from")
