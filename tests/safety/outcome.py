"""What the raw lines of a row say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COUNTS = ("injected", "lost", "double", "stuck", "leaked", "refused", "worst_s", "worst_memory_mb")


@dataclass(frozen=True)
class Outcome:
    """Counts, None where the row does not look at it. `broken`: promises that were not kept, in words.

    `figures` are those of the whole programme that this row measures. `unproven`: parts of the promise that this run did
    not try, and why; `notes`: what one must know to read the counts, and limits that are meant. `known`: the things of
    the product that were tried, by kind and name, so that what came since can be named.
    """

    injected: int
    lost: int | None = None
    double: int | None = None
    stuck: int | None = None
    leaked: int | None = None
    refused: int | None = None
    worst_s: float | None = None
    worst_memory_mb: float | None = None
    broken: tuple[str, ...] = ()
    figures: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        counts = {name: getattr(self, name) for name in COUNTS}
        return {"kept": not self.broken, **counts, "broken": list(self.broken), "notes": list(self.notes)}
