"""Which outcomes of a case are decisions in the sense of the law: they bind, and carry a legal remedy."""

from collections.abc import Collection

# § 35 Satz 1 VwVfG, § 118 Satz 1 AO. Preparing a visit, handing over, passing on, confirming what a register says, or
# ending without a decision settles nobody's rights.
DECISIONS = frozenset({"granted", "partly", "refused", "assessed"})


def area_of_law(outcomes: Collection[str]) -> str:
    """`tax` for a service whose outcome may be an assessment (§ 155 AO), else `general`: what delivery and remedy go by."""
    return "tax" if "assessed" in outcomes else "general"


def is_decision(outcome: str) -> bool:
    """Whether the letter about this outcome is a Bescheid."""
    return outcome in DECISIONS
