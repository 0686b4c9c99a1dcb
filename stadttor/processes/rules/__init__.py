"""Pure rules of processes: the words a process may use, what is refused, and the replay of an instance."""

from stadttor.processes.rules.drawing import Diagram, Flow, Shape, diagram_of, laid_out
from stadttor.processes.rules.engine import check_bpmn, parse, replay
from stadttor.processes.rules.facts import Definition, OpenTask, ProcessFault, State, Step, TaskNotOpen
from stadttor.processes.rules.foreign import drawn
from stadttor.processes.rules.vocabulary import Flag

__all__ = [
    "Definition",
    "Diagram",
    "Flag",
    "Flow",
    "OpenTask",
    "ProcessFault",
    "Shape",
    "State",
    "Step",
    "TaskNotOpen",
    "check_bpmn",
    "diagram_of",
    "drawn",
    "laid_out",
    "parse",
    "replay",
]
