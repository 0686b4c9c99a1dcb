"""The kinds of values the profile knows, and the names a package may use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

KindName = Literal["text", "date", "integer", "boolean", "null", "list", "record"]

Value: TypeAlias = "bool | int | str | list[Value] | dict[str, Value] | None"
"""What an expression reads and returns; whole numbers only, dates as ISO strings."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value; `element` is set for lists, `fields` for records."""

    name: KindName
    element: "Kind | None" = None
    fields: Mapping[str, "Kind"] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"list of {self.element}" if self.element else self.name


TEXT = Kind("text")
DATE = Kind("date")
INTEGER = Kind("integer")
BOOLEAN = Kind("boolean")
NULL = Kind("null")


def list_of(element: Kind) -> Kind:
    return Kind("list", element=element)


def record(fields: Mapping[str, Kind]) -> Kind:
    return Kind("record", fields=dict(fields))


APPLICANT = record({"trust": TEXT, "name": TEXT, "birth_date": DATE})


def neutral(kind: Kind) -> Value:
    """The value of an unanswered name: "" for texts and dates, false, [], null for numbers."""
    match kind.name:
        case "text" | "date":
            return ""
        case "boolean":
            return False
        case "list":
            return []
        case "record":
            return {name: neutral(inner) for name, inner in kind.fields.items()}
        case _:
            return None


@dataclass(frozen=True, slots=True)
class Declared:
    """Every name an expression may use; `item` only inside a repeated group."""

    answers: Kind = field(default_factory=lambda: record({}))
    parameters: Kind = field(default_factory=lambda: record({}))
    item: Kind | None = None

    def root(self, name: str) -> Kind | None:
        """The kind of a first name: `a`, `p`, `today`, `applicant`, `item`; None when there is no such name."""
        roots = {"a": self.answers, "p": self.parameters, "today": DATE, "applicant": APPLICANT}
        return self.item if name == "item" else roots.get(name)

    def kind_of(self, path: str) -> Kind | None:
        """The kind at a dotted path such as `a.halter.art`; None when it is not declared."""
        first, *rest = path.split(".")
        kind = self.root(first)
        for name in rest:
            kind = kind.fields.get(name) if kind else None
        return kind

    def with_item(self, item: Kind) -> "Declared":
        return Declared(self.answers, self.parameters, item)
