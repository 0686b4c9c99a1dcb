"""docs/security/asvs.toml: each requirement with what shows it, or why not. Read here is that the map is whole and that what it
names exists; that a named test shows what is said of it, a person judged.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

STATES = ("met", "operator", "not met", "not applicable")
"""`operator`: met by whoever runs the installation, as a document of ours says."""
FIGURES = {"met": "met", "operator": "operator", "not met": "not_met", "not applicable": "not_applicable"}
SHOWN = ("test", "file", "document")
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip
"""How many requirements of levels 1 and 2 each section of OWASP ASVS 5.0.0 has; they are its first ones."""
IDS = frozenset(f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1))


@dataclass(frozen=True)
class Requirement:
    """`id` as in the standard, for example 3.4.1; `by` are `file` or `file::test`."""

    id: str
    level: int
    state: str
    about: str
    by: tuple[str, ...]
    why: str


def read_map(path: Path) -> list[Requirement]:
    """All entries, in the order of the file."""
    entries = tomllib.loads(path.read_text())
    return [
        Requirement(
            number, one["level"], one["state"], one.get("about", ""), tuple(one.get("by", ())), one.get("why", "")
        )
        for number, one in entries.items()
    ]


def faults_of(requirement: Requirement, root: Path) -> list[str]:
    """What makes the entry worth nothing: an unknown state, nothing that shows it, no reason."""
    faults = [] if requirement.state in STATES else [f"unknown state {requirement.state}"]
    if requirement.state in ("met", "operator"):
        faults += [] if requirement.by else [f"{requirement.state}, but nothing is named that shows it"]
        faults += [f"{one} is not there" for one in requirement.by if not _is_there(one, root)]
    if requirement.state != "met" and not requirement.why:
        faults.append(f"{requirement.state} without a reason")
    return faults


def shown_by(requirement: Requirement) -> str:
    """The strongest thing that is named: `test`, `file` (code, a row of this programme) or `document`."""
    if any("::" in one or "/test_" in one or one.startswith("tests/") for one in requirement.by):
        return "test"
    return "document" if all(one.endswith(".md") for one in requirement.by) else "file"


def missing_from(requirements: Iterable[Requirement]) -> list[str]:
    """Ids of the standard that are not on the map, and ids on the map that are not of the standard."""
    return sorted(IDS ^ {one.id for one in requirements})


def _is_there(named: str, root: Path) -> bool:
    file, _, test = named.partition("::")
    path = root / file
    name = test.rpartition("::")[2]
    return path.exists() and (not test or f"def {name}(" in path.read_text())
