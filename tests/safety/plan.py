"""The rows of the programme and what each must prove, built or not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Protocol, cast

from tests.measuring.lines import Line
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand


class Row(Protocol):
    """What the module of a row offers."""

    def run(self, size: Size, lines: RowLines, stand: Stand) -> None:
        """Inject, and write down what happened."""

    def outcome(self, lines: Sequence[Line]) -> Outcome:
        """Count, from the lines alone."""


@dataclass(frozen=True)
class Planned:
    """A row by the name of its module below `tests.safety`."""

    name: str
    promise: str

    def row(self) -> Row | None:
        """None while nobody has built it."""
        module = f"tests.safety.{self.name}"
        return cast(Row, import_module(module)) if find_spec(module) else None


PLAN = (
    Planned("isolation", "somebody else's object answers exactly like an unknown one, on every route, for everybody"),
    Planned("rls", "the database itself shows no row of another authority, and an error where none is set"),
    Planned("marker", "what is another authority's is on no page, in no export, mail, letter, log, metric or stream"),
    Planned("kills", "a process killed at any moment loses nothing, doubles nothing, leaves nothing stuck"),
    Planned("duplicates", "the same thing sent twenty times has one effect and the same receipt"),
    Planned("races", "of two who are first, one is; without the guard both would be"),
    Planned("hostile", "a hostile file or package is refused quickly, in little memory, and nothing of it stays"),
    Planned(
        "dependencies", "with a full disk or a dependency away, what can be kept is kept, the rest is said clearly"
    ),
    Planned("fuzz", "no input makes the product fail, and both evaluations of a condition agree"),
    Planned("audit", "whatever a database owner changes, deletes, moves or inserts is found, the first bad row named"),
    Planned("privacy", "everything about a person can be exported, and is gone when it must be"),
    Planned(
        "hardening",
        "the map of OWASP ASVS 5.0 level 2 is whole and names things that exist, and each answer carries its guards",
    ),
    Planned("backup", "a restored cell equals the one that was lost, row by row and file by file"),
)


def wanted(names: Iterable[str]) -> list[Planned]:
    """The rows of these names, all where none is named. Raises KeyError for an unknown name."""
    by_name = {planned.name: planned for planned in PLAN}
    return [by_name[name] for name in names] or list(PLAN)
