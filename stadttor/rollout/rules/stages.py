"""How far a service is at an authority, and what the cockpit counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# From the least to the most; each authority is in one of them.
STAGES = ("not_applicable", "nothing", "planned", "withdrawn", "adopted", "test", "live", "used")
COUNTED = (*STAGES, "blocked")
"""The counts in their order; `blocked` are those of any stage that something keeps from going on."""
OPEN = ("live", "used")
NO_BLOCKS = ("has_it", "not_higher", "not_applicable")
"""Why a roll-out left an authority as it was that keeps it from nothing: it has it, or the service is not for it."""


@dataclass(frozen=True)
class Counts:
    """Authorities by stage; those where the service does not apply are no part of the whole."""

    numbers: tuple[int, ...] = (0,) * len(COUNTED)

    def of(self, name: str) -> int:
        return self.numbers[COUNTED.index(name)]

    @property
    def whole(self) -> int:
        """All for whom the service is meant."""
        return sum(self.numbers[1 : len(STAGES)])

    @property
    def open(self) -> int:
        return sum(self.of(stage) for stage in OPEN)

    @property
    def percent(self) -> int | None:
        """How many of a hundred are open; 100 only when all are, 0 only when none is, none when it is meant for nobody."""
        if not self.whole:
            return None
        return (
            min(99, max(1, round(100 * self.open / self.whole)))
            if 0 < self.open < self.whole
            else 100 * (self.open > 0)
        )

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(tuple(map(sum, zip(self.numbers, other.numbers, strict=True))))


def counts_of(stages: Iterable[tuple[str, bool]]) -> Counts:
    """Of authorities, each with its stage and whether something blocks it."""
    numbers = [0] * len(COUNTED)
    for stage, is_blocked in stages:
        numbers[STAGES.index(stage)] += 1
        numbers[-1] += is_blocked
    return Counts(tuple(numbers))


def blocks(code: str) -> bool:
    """Whether why a roll-out left an authority as it was keeps it from going on."""
    return code not in NO_BLOCKS


def within(key: str, keys: Sequence[str]) -> bool:
    """Whether a regional key lies within one of these beginnings; none means everywhere."""
    return not keys or key.startswith(tuple(keys))
