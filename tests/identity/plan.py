"""The parts and what each is measured by, built or not."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

from tests.identity.stand import Stand
from tests.measuring.lines import Line


def case(name: str, expected: str, got: str, *, right: bool, why: str = "", **more: Any) -> Line:
    """The line of a case. `expected` and `got` in a word each, `why` for whoever has to mend it."""
    return {"kind": "case", "name": name, "expected": expected, "got": got, "right": right, "why": why[:500], **more}


def figure(name: str, value: float) -> Line:
    """The line of a measured figure of the report."""
    return {"kind": "figure", "name": name, "value": value}


def note(text: str) -> Line:
    """The line of something that whoever reads the report must know."""
    return {"kind": "note", "text": text}


class Part(Protocol):
    """What the module of a part offers."""

    def run(self, stand: Stand) -> Iterator[Line]:
        """Try everything, a line for each."""


@dataclass(frozen=True)
class Planned:
    """A part by the name of its module below `parts`. `cases` and `wrong` name its two counts in the report.

    `least`: how many cases it has; fewer were not all tried. `goals`: for each further figure the most it may be. Without
    `outside` it needs no outside client.
    """

    name: str
    cases: str
    wrong: str
    least: int = 0
    goals: dict[str, float | None] = field(default_factory=dict)
    outside: bool = True

    def part(self) -> Part | None:
        """None while nobody has built it."""
        module = f"tests.identity.parts.{self.name}"
        return cast(Part, import_module(module)) if find_spec(module) else None

    def figures(self) -> tuple[str, ...]:
        return (self.cases, self.wrong, *self.goals)

    def lacking(self, cases: int) -> str:
        """In words, when fewer than all cases were tried; empty otherwise."""
        return f"{cases} cases tried, {self.least} expected" if cases < self.least else ""


PLAN = (
    Planned("vectors", "vectors", "vectors_wrong", 11, outside=False),
    Planned("cost", "", "", goals={"presentation_cpu_ms": 5.0, "status_list_million_cpu_ms": 50.0}, outside=False),
    Planned("wallet", "wallet_cases", "wallet_wrong", 126),
    Planned("vci", "vci_cases", "vci_wrong", 27),
    Planned("saml", "saml_cases", "saml_wrong", 82),
    Planned("oidc", "oidc_cases", "oidc_wrong", 38),
    Planned("webauthn", "webauthn_cases", "webauthn_wrong", 55),
    Planned("second_verifier", "", "second_verifier_disagreements", 91),
    Planned("story", "story_seen", "story_wrong", 18),
    Planned("levels", "levels_checked", "levels_wrong", 440, outside=False),
)


def wanted(names: Iterable[str]) -> list[Planned]:
    """The parts of these names, all where none is named. Raises KeyError for an unknown name."""
    by_name = {planned.name: planned for planned in PLAN}
    return [by_name[name] for name in names] or list(PLAN)
