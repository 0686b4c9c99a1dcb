"""What a file says of descriptions, before anybody takes it in: what is new, changed, the same; what is wrong, and where."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stadttor.core.refused import Refused
from stadttor.descriptions.rules.own import Said, merged, must_be_sound

LARGEST = 700_000
MOST_GIVEN, MOST_FAULTS = 1_500, 500
LONGEST_ID = 120
SHARED = ("words", "law", "cost", "office", "situation", "reviewed")


@dataclass(frozen=True)
class Fault:
    """What is wrong at a place, counted from 1: a line of a CSV, an entry of a JSON. `text` is an English message id."""

    place: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    column: str = ""
    allowed: str = ""


def fault(place: int, refused: Refused, column: str = "", allowed: str = "") -> Fault:
    """What a refusal says, at its place."""
    return Fault(place, refused.text, refused.values, column, allowed)


@dataclass(frozen=True)
class Given:
    """One description in a file. What it does not name stays as it is; `shared` holds some of SHARED."""

    external_id: str
    place: int
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    shared: Mapping[str, Any] = field(default_factory=dict)
    hidden: bool | None = None


@dataclass(frozen=True)
class Read:
    """`unknown`: names of columns nobody knows."""

    given: tuple[Given, ...] = ()
    faults: tuple[Fault, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """What a town shows at this moment under an external id."""

    said: Said
    hidden: bool
    version: int


@dataclass(frozen=True)
class Step:
    """What would become of one: `fate` is added, changed or same."""

    given: Given
    said: Said
    hidden: bool
    fate: str


def step(given: Given, known: Known | None, situations: frozenset[str], today: date) -> Step:
    """Raises Refused for what no description may be."""
    said = merged(known.said if known else Said(today), given.texts, **given.shared)
    must_be_sound(said, situations)
    hidden = (known.hidden if known else False) if given.hidden is None else given.hidden
    if known is None:
        return Step(given, said, hidden, "added")
    return Step(given, said, hidden, "same" if (said, hidden) == (known.said, known.hidden) else "changed")


def steps(
    read: Read, known: Mapping[str, Known], situations: frozenset[str], today: date
) -> tuple[list[Step], list[Fault]]:
    """What would become of all, and every fault in the order of the file."""
    found, faults = [], list(read.faults)
    for one in read.given:
        try:
            found.append(step(one, known.get(one.external_id), situations, today))
        except Refused as refused:
            faults.append(fault(one.place, refused, refused.field or ""))
    return found, sorted(faults, key=lambda fault: fault.place)[:MOST_FAULTS]


def once(given: Iterable[Given]) -> Iterable[Fault]:
    """A fault for each external id that comes again."""
    seen: dict[str, int] = {}
    for one in given:
        if one.external_id in seen:
            refused = Refused("again", "This id stands there already, in place {place}.", place=seen[one.external_id])
            yield fault(one.place, refused)
        seen.setdefault(one.external_id, one.place)


def too_large() -> Refused:
    """For a file of more than LARGEST bytes."""
    size = LARGEST // 1000
    return Refused("large", "The file is too large. Please send {size} KB at most.", field="file", size=size)
