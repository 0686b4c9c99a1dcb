"""From BPMN to the engine's specification, with every part that could run code or read the clock replaced."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # ships no types
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.parser.event_parsers import BoundaryEventParser, IntermediateCatchEventParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent
from SpiffWorkflow.bpmn.specs.event_definitions.timer import DurationTimerEventDefinition
from SpiffWorkflow.bpmn.util import PendingBpmnEvent

from stadttor.processes.rules.facts import Definition
from stadttor.processes.rules.vocabulary import DURATION, SERVICES, Flag, holds


class NotAProcess(ValueError):
    """The engine cannot read the definition; `line` is 0 when unknown."""

    def __init__(self, text: str, line: int = 0) -> None:
        super().__init__(text)
        self.line = line


class FlagEnvironment(BasePythonScriptEngineEnvironment):  # type: ignore[misc]  # the engine is untyped
    """Evaluates conditions in CEL over the instance's flags; executes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.flags: dict[str, Flag] = {}

    def evaluate(self, expression: str, context: Any, external_context: Any = None) -> bool:
        return holds(expression, self.flags)

    def execute(self, script: str, context: Any, external_context: Any = None) -> bool:
        raise NotAProcess("scripts are refused")

    def call_service(self, context: Any, **kwargs: Any) -> str:
        raise NotAProcess("unknown services are refused")


class Engine(PythonScriptEngine):  # type: ignore[misc]  # the engine is untyped
    """What one instance is replayed with: flags, the moment of the step at hand, effects so far."""

    def __init__(self) -> None:
        super().__init__(FlagEnvironment())
        self.now = datetime.min.replace(tzinfo=UTC)
        self.effects: list[str] = []

    @property
    def flags(self) -> dict[str, Flag]:
        flags: dict[str, Flag] = self.environment.flags
        return flags

    def validate(self, expression: str) -> None:
        """Conditions were checked before the definition was stored."""

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> bool:
        return holds(expression, self.flags)

    def execute(self, task: Any, script: str, external_context: Any = None) -> bool:
        raise NotAProcess("scripts are refused")


class Effect(BpmnTaskSpec):  # type: ignore[misc]  # the engine is untyped
    """A service task: notes its effect for the caller, does nothing itself."""

    def __init__(self, wf_spec: Any, bpmn_id: str, effect: str, **kwargs: Any) -> None:
        super().__init__(wf_spec, bpmn_id, **kwargs)
        self.effect = effect

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.effects.append(self.effect)
        return True


class EffectParser(TaskParser):  # type: ignore[misc]  # the engine is untyped
    def create_task(self) -> Effect:
        implementation = self.node.get("implementation")
        if implementation not in SERVICES:
            raise NotAProcess("unknown services are refused", self.node.sourceline)
        return Effect(self.spec, self.bpmn_id, SERVICES[implementation], **self.bpmn_attributes)


class Duration(DurationTimerEventDefinition):  # type: ignore[misc]  # the engine is untyped
    """A timer on the instance's own time, not on the clock of the machine."""

    def has_fired(self, my_task: Any) -> bool:
        due, now = self.due(my_task), my_task.workflow.script_engine.now
        if due <= now:
            my_task._set_internal_data(event_fired=True)
        return bool(my_task._get_internal_data("event_fired", False))

    def due(self, my_task: Any) -> datetime:
        """When it fires: so long after it was first looked at."""
        due: datetime | None = my_task._get_internal_data("event_value")
        if due is None:
            due = my_task.workflow.script_engine.now + span(self.expression)
            my_task._set_internal_data(event_value=due)
        return due

    def details(self, my_task: Any) -> Any:
        return PendingBpmnEvent(self.name, self.__class__.__name__, self.due(my_task).isoformat())


def span(text: str) -> timedelta:
    """The length of a plain ISO 8601 duration. Raises NotAProcess for any other."""
    found = DURATION.fullmatch(text.strip())
    if not found:
        raise NotAProcess(f"not a plain duration: {text[:20]}")
    days, number, unit = found.groups()
    if days:
        return timedelta(days=int(days))
    return timedelta(hours=int(number)) if unit == "H" else timedelta(minutes=int(number))


def _timer(parser: Any, event: Any) -> Duration:
    text = event.findtext("{*}timeDuration") or ""
    span(text)
    return Duration(parser.node.get("id"), text.strip(), description=parser.get_event_description(event))


class CatchParser(IntermediateCatchEventParser):  # type: ignore[misc]  # the engine is untyped
    def parse_timer_event(self, event: Any) -> Duration:
        return _timer(self, event)


class AttachedParser(BoundaryEventParser):  # type: ignore[misc]  # the engine is untyped
    def parse_timer_event(self, event: Any) -> Duration:
        return _timer(self, event)


class Parser(BpmnParser):  # type: ignore[misc]  # the engine is untyped
    OVERRIDE_PARSER_CLASSES = {
        full_tag("serviceTask"): (EffectParser, Effect),
        full_tag("scriptTask"): (None, None),
        full_tag("callActivity"): (None, None),
        full_tag("intermediateCatchEvent"): (CatchParser, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (AttachedParser, BoundaryEvent),
    }


def parse(xml: bytes) -> Definition:
    """The definition of the one process in this file. Raises NotAProcess.

    Refuses code and unknown services by itself, but is meant for definitions that passed `check_bpmn`.
    """
    safe = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        parser = Parser()
        parser.add_bpmn_xml(etree.fromstring(xml, safe))
        (process_id,) = parser.get_process_ids()
        spec = parser.get_spec(process_id)
        return Definition(spec, parser.get_subprocess_specs(process_id))
    except NotAProcess:
        raise
    except Exception as error:
        # The engine raises many kinds of errors, some of them bare; each means the same here.
        raise NotAProcess(f"The engine cannot read it: {error}"[:300], getattr(error, "line_number", 0) or 0) from error
