"""Pure rules of processes: the words a process may use, what is refused, and the replay of an instance."""

from stadttor.processes.rules.checking import ProcessFault, check_bpmn
from stadttor.processes.rules.replaying import OpenTask, State, Step, TaskNotOpen, replay
from stadttor.processes.rules.vocabulary import Flag

__all__ = ["Flag", "OpenTask", "ProcessFault", "State", "Step", "TaskNotOpen", "check_bpmn", "replay"]
