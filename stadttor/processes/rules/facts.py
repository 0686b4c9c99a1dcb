"""What a process is made of and where it stands; knows nothing of the engine."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from stadttor.core.refused import Refused
from stadttor.processes.rules.vocabulary import Flag

StepKind = Literal["start", "task", "message", "timer"]


@dataclass(frozen=True)
class Definition:
    """A parsed process: the engine's specifications of it and of its subprocesses. Shared, read only."""

    spec: Any
    subprocesses: dict[str, Any]


@dataclass(frozen=True, order=True)
class ProcessFault:
    """One fault; `line` counts from 1, 0 means the file as a whole."""

    line: int
    text: str
    mend: str = ""

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}" + (f" {self.mend}" if self.mend else "")


class TaskNotOpen(Refused):
    """The step is not open (any more): a colleague was faster, or the process does not come to it now."""

    def __init__(self, task: str) -> None:
        super().__init__(
            "step_not_open",
            "This step is not open any more. Please reload the page: something has happened in the meantime.",
            status=409,
            task=task,
        )


@dataclass(frozen=True)
class Step:
    """Something that happened: `task` is the step's id or the message's name, empty for start and timer."""

    kind: StepKind
    at: datetime
    task: str = ""
    outcome: str = ""
    flags: Mapping[str, Flag] = field(default_factory=dict)


@dataclass(frozen=True)
class OpenTask:
    """A step that waits: for a clerk (user task) or for something from outside (receive task)."""

    id: str
    name: str
    waits_for: Literal["clerk", "outside"]


@dataclass(frozen=True)
class State:
    """Where an instance stands. `effects` are those of the last step only; `due` is its next timer."""

    open: tuple[OpenTask, ...]
    ended: bool
    due: datetime | None
    effects: tuple[str, ...]

    def is_open(self, task: str) -> bool:
        return any(open_task.id == task for open_task in self.open)
