"""A first look at whether an impact assessment is due (Art. 35 GDPR), by the nine criteria of WP 248 rev. 01.

What the data of a package say is said; the rest is for people. Two criteria that are met: as a rule an assessment is due
(WP 248 rev. 01, III.B.a). The list of the Datenschutzkonferenz (version 1.1, 17 October 2018) is about private bodies; for
public ones the supervisory authority of the Land has its own (Art. 35 (4) GDPR).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Finding = Literal["yes", "no", "judge"]
Result = Literal["due", "judge"]
CRITERIA = (
    "evaluation", "automated", "monitoring", "sensitive", "large", "matching", "vulnerable", "new", "prevents",
)  # fmt: skip
DUE_FROM = 2


@dataclass(frozen=True)
class Facts:
    """What a package says: `special` whether it asks for data from class K3 on, `joined` whether data go to or come from elsewhere,
    `children` whether one applies for children or may have to be protected, `plates` whether wardens ask for permits by plate,
    `wallets` whether proofs come from or go into wallets, `refuses` whether the decision may be no."""

    special: bool
    joined: bool
    children: bool
    plates: bool
    wallets: bool
    refuses: bool


@dataclass(frozen=True)
class Screening:
    """What was found for each of `CRITERIA`, and what follows from what is sure."""

    findings: Mapping[str, Finding]
    result: Result

    def those(self, finding: Finding) -> tuple[str, ...]:
        """The criteria with this finding, in order."""
        return tuple(one for one in CRITERIA if self.findings[one] == finding)


def screened(facts: Facts) -> Screening:
    """The first look. Nothing is ever said to be free of an assessment: a person has to say that."""
    findings: dict[str, Finding] = {
        # Whether rules of a package rank people, how many they are, and whether they expect what is joined, no field says.
        "evaluation": "judge",
        "large": "judge",
        "matching": "judge" if facts.joined else "no",
        # A decision is always made by a colleague: the product has no other.
        "automated": "no",
        "monitoring": "judge" if facts.plates else "no",
        "sensitive": "yes" if facts.special else "no",
        "vulnerable": "yes" if facts.children else "judge",
        "new": "judge" if facts.wallets else "no",
        "prevents": "judge" if facts.refuses else "no",
    }
    met = sum(one == "yes" for one in findings.values())
    return Screening(findings, "due" if met >= DUE_FROM else "judge")
