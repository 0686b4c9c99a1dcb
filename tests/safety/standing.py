"""The runs of a row that are kept, and which of them stands for it.

A night's lines lie in a folder of their own, so that the run of a push does not take them away.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.measuring.lines import Line, read
from tests.safety.outcome import Outcome

if TYPE_CHECKING:
    from tests.safety.plan import Planned

NIGHT = "night"
SIZES = ("small", "ci", NIGHT)


def folder_of(raw: Path, size: str) -> Path:
    """Where the lines of a size lie, one file for each row."""
    return raw / NIGHT if size == NIGHT else raw


@dataclass(frozen=True)
class Ran:
    """One run: its first line, how long it took, what came of it, and the file of its lines below `raw`."""

    begun: Line
    seconds: float | None
    outcome: Outcome
    file: str

    @property
    def rank(self) -> tuple[int, str]:
        """The larger size first, then the newer."""
        return SIZES.index(self.begun["size"]), str(self.begun["date"])

    def circumstances(self) -> dict[str, Any]:
        """Size, machine, commit and date; how long it took."""
        return {name: value for name, value in self.begun.items() if name != "kind"} | {"seconds": self.seconds}


def runs(raw: Path, planned: "Planned") -> list[Ran]:
    """What is kept of a row, the one that stands first. Of a row that is not built, nothing.

    The night's stands before a smaller one; but a newer run that broke stands before all, as nothing may hide it.
    """
    kept = sorted(_kept(raw, planned), key=lambda one: one.rank, reverse=True)
    return sorted(kept, key=lambda one: not (one is newest(kept) and one.outcome.broken))


def newest(kept: Sequence[Ran]) -> Ran:
    """The run begun last of at least one."""
    return max(kept, key=lambda one: str(one.begun["date"]))


def _kept(raw: Path, planned: "Planned") -> Iterator[Ran]:
    row = planned.row()
    for folder in (raw, raw / NIGHT) if row else ():
        lines = list(read(folder, f"safety-{planned.name}"))
        if row and lines:
            outcome = row.outcome(lines) if _ended(lines) else Outcome(0, broken=(_why(lines),))
            seconds = [line["seconds"] for line in lines if line["kind"] == "ended"]
            file = (folder / f"safety-{planned.name}.jsonl").relative_to(raw)
            yield Ran(lines[0], max(seconds, default=None), outcome, str(file))


def _ended(lines: list[Line]) -> bool:
    return lines[0]["kind"] == "begun" and lines[-1]["kind"] == "ended"


def _why(lines: list[Line]) -> str:
    errors = [line["error"] for line in lines if line["kind"] == "failed"]
    return f"the run did not come to its end{f': {errors[0]}' if errors else ''}"
