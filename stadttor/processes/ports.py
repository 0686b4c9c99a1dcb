"""The words a process shares with who runs it: the steps acted on by their id, the message, flags, the refusal."""

from stadttor.processes.rules import OpenTask, TaskNotOpen
from stadttor.processes.rules.vocabulary import ANSWER, CHECK, CLOSE, CONFIRM, DECIDE, SEND, STEPS, WITHDRAW, Flag

__all__ = [
    "ANSWER",
    "CHECK",
    "CLOSE",
    "CONFIRM",
    "DECIDE",
    "SEND",
    "STEPS",
    "WITHDRAW",
    "Flag",
    "OpenTask",
    "TaskNotOpen",
]
