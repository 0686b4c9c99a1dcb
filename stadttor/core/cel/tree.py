"""The syntax tree of the profile. `at` is the position of a node in its source, counted in characters from 0."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | int | bool | None
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """A dotted name: `a.halter.art`, `today`, `hund.rasse`."""

    parts: tuple[str, ...]
    at: int


@dataclass(frozen=True, slots=True)
class ListOf:
    elements: "tuple[Node, ...]"
    at: int


@dataclass(frozen=True, slots=True)
class Unary:
    operator: str
    operand: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Binary:
    operator: str
    left: "Node"
    right: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? then : otherwise`"""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    """`name(arguments)`, or `receiver.name(arguments)`."""

    name: str
    receiver: "Node | None"
    arguments: "tuple[Node, ...]"
    at: int


Node: TypeAlias = "Literal | Path | ListOf | Unary | Binary | Choice | Call"
