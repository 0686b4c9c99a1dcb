"""The verbs of the process engine. It is loaded with the first of them and not before: together with its XML parser it
is a hundred modules and 6 MB, which a process that takes applications never needs.
"""

from collections.abc import Sequence

from stadttor.processes.rules.facts import Definition, ProcessFault, State, Step


def check_bpmn(xml: bytes) -> list[ProcessFault]:
    """Everything wrong with this definition; an empty list means that it can be stored and run. Never raises."""
    from stadttor.processes.rules import checking  # here: loads the engine

    return checking.check_bpmn(xml)


def parse(xml: bytes) -> Definition:
    """The definition, ready to be replayed. Raises ValueError when it is none; `check_bpmn` says why."""
    from stadttor.processes.rules import parsing  # here: loads the engine

    return parsing.parse(xml)


def replay(definition: Definition, steps: Sequence[Step]) -> State:
    """The state after these steps. Raises TaskNotOpen when a step does not fit what was open before it."""
    from stadttor.processes.rules import replaying  # here: loads the engine

    return replaying.replay(definition, steps)
