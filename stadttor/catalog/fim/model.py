"""A message of XDatenfelder 3.0.0 as data. Older messages are lifted to it when they are read.

Names of single texts are the standard's own (`beschreibung`, `hilfetextEingabe`): who knows the standard finds them again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["schema", "group", "field"]
Texts = Mapping[str, str]

NAMESPACE = "urn:xoev-de:fim:standard:xdatenfelder_3.0.0"
NAMESPACE_2 = "urn:xoev-de:fim:standard:xdatenfelder_2"
MESSAGES: Mapping[str, Kind] = {
    "xdatenfelder.stammdatenschema.0102": "schema",
    "xdatenfelder.datenfeldgruppe.0103": "group",
}
TAGS: Mapping[Kind, str] = {"schema": "stammdatenschema", "group": "datenfeldgruppe", "field": "datenfeld"}

MAX_DEPTH = 20
"""Groups inside groups; published schemas have up to seven."""
MAX_POSITIONS = 3_000
"""Positions when every group is written out where it stands."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A legal basis (`bezug`)."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class Keyword:
    text: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """`predicate` is ABL (derived from), ERS (replaces), EQU (equal to) or VKN (linked with)."""

    predicate: str
    id: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One entry of a value list."""

    code: str
    name: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """What must hold, in human language (`said["freitextRegel"]`); no machine of ours executes it.

    `parts` are the XML of its parameters, targets and errors, which the standard leaves to others.
    """

    id: str
    version: str
    said: Texts
    references: tuple[Reference, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Count:
    """How often something stands at a position; `most` None means without end."""

    least: int
    most: int | None

    def __str__(self) -> str:
        return f"{self.least}:{'*' if self.most is None else self.most}"


ONCE = Count(1, 1)
MAY = Count(0, 1)


@dataclass(frozen=True, slots=True)
class Position:
    """An element where it stands: cardinality and legal basis belong to the place, not to the element."""

    count: Count
    element: "Element"
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Element:
    """A schema, group or field. `bounds` are the attributes of `praezisierung`, its own words under `text`."""

    kind: Kind
    id: str
    version: str
    said: Texts
    references: tuple[Reference, ...] = ()
    relations: tuple[Relation, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    bounds: Texts = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    code_list: Texts = field(default_factory=dict)
    media: tuple[str, ...] = ()
    document: Texts = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    contains: tuple[Position, ...] = ()

    def text(self, name: str) -> str:
        return self.said.get(name, "")

    @property
    def label(self) -> str:
        """What people read: the label, else the name, else the id."""
        return self.text("bezeichnungEingabe") or self.text("bezeichnung") or self.text("name") or self.id

    @property
    def is_choice(self) -> bool:
        """A group of which only one element is filled."""
        return self.text("art") == "X"


@dataclass(frozen=True, slots=True)
class Message:
    """`created` is the moment as the file says it (ISO 8601)."""

    id: str
    created: str
    root: Element


@dataclass(frozen=True, slots=True)
class Placed:
    """A position with its trail: the ids from the root's children down to it, joined by `/`.

    The trail is the identity of a question, since one group may stand at two places. Of equal siblings the second has
    `~2` behind its id.
    """

    trail: str
    position: Position

    @property
    def element(self) -> Element:
        return self.position.element


def children(root: Element, trail: str = "") -> Iterator[Placed]:
    """The positions directly below an element that stands at `trail`."""
    seen: dict[str, int] = {}
    for position in root.contains:
        name = position.element.id
        seen[name] = seen.get(name, 0) + 1
        step = name if seen[name] == 1 else f"{name}~{seen[name]}"
        yield Placed(f"{trail}/{step}" if trail else step, position)


def positions(root: Element, trail: str = "") -> Iterator[Placed]:
    """Every position below an element, in the order of the schema."""
    for placed in children(root, trail):
        yield placed
        yield from positions(placed.element, placed.trail)


def size(root: Element, known: dict[int, int] | None = None) -> int:
    """How many positions there are below an element, counted without writing them out."""
    known = {} if known is None else known
    if id(root) not in known:
        known[id(root)] = sum(1 + size(one.element, known) for one in root.contains)
    return known[id(root)]
