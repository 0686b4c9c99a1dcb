"""docs/security/asvs.toml: each requirement with what shows it, or why not."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

STATES = ("met", "not met", "not applicable")
FIGURES = {"met": "met", "not met": "not_met", "not applicable": "not_applicable"}
# Requirements of levels 1 and 2 in each chapter of OWASP ASVS 5.0.0.
CHAPTERS = {
    1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 10: 29, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16, 17: 7,
}  # fmt: skip


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
    if requirement.state == "met":
        faults += [] if requirement.by else ["met, but nothing is named that shows it"]
        faults += [f"{one} is not there" for one in requirement.by if not _is_there(one, root)]
    elif not requirement.why:
        faults.append(f"{requirement.state} without a reason")
    return faults


def _is_there(named: str, root: Path) -> bool:
    file, _, test = named.partition("::")
    path = root / file
    return path.exists() and (not test or f"def {test}(" in path.read_text())
