"""Which outcomes of a case are decisions in the sense of the law: they bind, and carry a legal remedy."""

# § 35 Satz 1 VwVfG, § 118 Satz 1 AO. Preparing a visit, handing over, passing on, confirming what a register says, or
# ending without a decision settles nobody's rights.
DECISIONS = frozenset({"granted", "partly", "refused", "assessed"})


def is_decision(outcome: str) -> bool:
    """Whether the letter about this outcome is a Bescheid."""
    return outcome in DECISIONS
