"""An instance is the list of its steps. Replaying them gives its state, with this engine and with the next one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.specs.defaults import ReceiveTask, UserTask
from SpiffWorkflow.bpmn.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from stadttor.core.refused import Refused
from stadttor.processes.rules.facts import Definition, OpenTask, State, Step, TaskNotOpen
from stadttor.processes.rules.parsing import Duration, Engine, NotAProcess

MAX_STEPS = 500
MAX_ENGINE_STEPS = 2_000


def replay(definition: Definition, steps: Sequence[Step]) -> State:
    """The state after these steps. Raises TaskNotOpen when a step does not fit what was open before it."""
    if len(steps) > MAX_STEPS:
        raise Refused("too_many_steps", "This case has had too many steps. Please close it and open a new one.")
    engine = Engine()
    workflow = None
    for step in steps:
        engine.now, engine.effects = step.at, []
        _note(engine, step)
        if workflow is None:
            workflow = BpmnWorkflow(definition.spec, definition.subprocesses, script_engine=engine)
        _apply(workflow, step)
        _run(workflow)
    if workflow is None:
        raise ValueError("an instance begins with its start")
    return State(_open(workflow), workflow.completed, _due(workflow), tuple(engine.effects))


def _note(engine: Engine, step: Step) -> None:
    engine.flags.update(step.flags)
    if step.outcome:
        engine.flags["outcome"] = step.outcome


def _apply(workflow: Any, step: Step) -> None:
    if step.kind == "task":
        _complete(workflow, step.task)
    elif step.kind == "message":
        _send(workflow, step.task)


def _complete(workflow: Any, task_id: str) -> None:
    for task in _waiting(workflow):
        if task.task_spec.bpmn_id == task_id:
            if isinstance(task.task_spec, UserTask):
                task.run()
            else:
                _catch(task)
            return
    raise TaskNotOpen(task_id)


def _send(workflow: Any, message: str) -> None:
    for task in list(workflow.event_manager.tasks.values()):
        definition = task.task_spec.event_definition
        if isinstance(definition, MessageEventDefinition) and definition.name == message and _lives(task):
            _catch(task)
            return
    raise TaskNotOpen(message)


def _lives(task: Any) -> bool:
    return bool(task.state == TaskState.WAITING)


def _catch(task: Any) -> None:
    task.task_spec.catch(task, BpmnEvent(task.task_spec.event_definition))
    task.task_spec._update(task)


def _run(workflow: Any) -> None:
    """Let the engine go on until it waits; timers may set it going again."""
    left = MAX_ENGINE_STEPS

    def count(_: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise NotAProcess("the process never waits for anybody")

    workflow.do_engine_steps(will_complete_task=count)
    workflow.do_engine_steps(will_complete_task=count)


def _waiting(workflow: Any) -> list[Any]:
    tasks = workflow.get_tasks(state=TaskState.READY | TaskState.WAITING)
    return [task for task in tasks if _is_step(task)]


def _is_step(task: Any) -> bool:
    spec = task.task_spec
    if isinstance(spec, UserTask):
        return bool(task.state == TaskState.READY)
    return isinstance(spec, ReceiveTask) and _lives(task)


def _open(workflow: Any) -> tuple[OpenTask, ...]:
    return tuple(
        OpenTask(
            task.task_spec.bpmn_id,
            task.task_spec.bpmn_name or task.task_spec.bpmn_id,
            "clerk" if isinstance(task.task_spec, UserTask) else "outside",
        )
        for task in _waiting(workflow)
    )


def _due(workflow: Any) -> datetime | None:
    dues = [
        task.task_spec.event_definition.due(task)
        for task in workflow.event_manager.tasks.values()
        if isinstance(task.task_spec.event_definition, Duration) and _lives(task)
    ]
    return min(dues, default=None)
