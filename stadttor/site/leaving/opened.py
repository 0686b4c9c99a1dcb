"""What of an authority's files opened for an export: one that does not is named, and stops it only where none does."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from stadttor.site.leaving.problems import FileDamaged


@dataclass
class Opened:
    """How many are `sound`; `missing` as lines of `missing.csv`, `damaged` why the first of them does not open."""

    sound: int = 0
    missing: list[Sequence[Any]] = field(default_factory=list)
    damaged: FileDamaged | None = None

    def note_damaged(self, cells: Sequence[Any], why: FileDamaged) -> None:
        """One that does not open, or is not what its row says."""
        self.missing.append(cells)
        self.damaged = self.damaged or why

    def must_be_our_key(self) -> None:
        """Raises FileDamaged where nothing at all opens: it is the key that is another's, not the files that are damaged."""
        if self.damaged and not self.sound:
            raise self.damaged
