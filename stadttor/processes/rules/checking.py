"""What is refused in a process definition from a stranger, with line and mend."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from stadttor.core.cel import ProfileError
from stadttor.processes.rules.facts import ProcessFault
from stadttor.processes.rules.parsing import NotAProcess, parse
from stadttor.processes.rules.plain_xml import not_plain
from stadttor.processes.rules.vocabulary import BPMN, DURATION, NEEDED_STEPS, SERVICES, WITHDRAW, condition

MAX_BYTES = 500_000
MAX_ELEMENTS = 10_000
"""Of all kinds, the drawing of the process included."""
MAX_NODES = 200
"""Steps and gateways, and how many of them one act may lead through."""
MAX_DEPTH = 12

FLOW_NODES = (
    *("startEvent", "endEvent", "userTask", "receiveTask", "serviceTask", "exclusiveGateway", "parallelGateway"),
    *("subProcess", "boundaryEvent", "intermediateCatchEvent"),
)
WAITS = ("userTask", "receiveTask", "intermediateCatchEvent")
ALLOWED = frozenset(
    (
        *FLOW_NODES,
        *("definitions", "process", "sequenceFlow", "conditionExpression", "incoming", "outgoing", "documentation"),
        *("message", "messageEventDefinition", "timerEventDefinition", "timeDuration", "extensionElements"),
        *("collaboration", "participant", "laneSet", "lane", "flowNodeRef", "textAnnotation", "text", "association"),
    )
)
NOTES = frozenset(("properties", "property"))
"""What a modeller's own program may leave inside extensionElements: words. Listeners, scripts, connectors and forms, which
another engine would execute, are refused, so that nobody takes for done what this one never does.
"""
MENDS = {
    "scriptTask": "Scripts are refused. Use a userTask, or a serviceTask of the platform.",
    "businessRuleTask": "Decisions are conditions in CEL on the flows behind an exclusiveGateway.",
    "callActivity": "Use a subProcess in the same file.",
    "timeDate": "Use a timeDuration such as P14D.",
    "timeCycle": "Use a timeDuration such as P14D.",
    "multiInstanceLoopCharacteristics": "Model the repetition as a loop of flows.",
    "standardLoopCharacteristics": "Model the repetition as a loop of flows.",
}
_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,79}")
_DIAGRAM = ("http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/")


def check_bpmn(xml: bytes) -> list[ProcessFault]:
    """Everything wrong with this definition; an empty list means that it can be stored and run. Never raises."""
    if len(xml) > MAX_BYTES:
        return [ProcessFault(0, f"The process is larger than {MAX_BYTES} bytes.", "Shorten it.")]
    if fault := not_plain(xml, most_levels=MAX_DEPTH, most_elements=MAX_ELEMENTS):
        return [fault]
    try:
        root = etree.fromstring(xml, _parser())
    except etree.XMLSyntaxError as error:  # what expat lets pass, such as a namespace that is no address
        return [ProcessFault(error.lineno or 0, f"Not well-formed XML: {error.msg}.")]
    if sum(1 for _ in _bpmn(root, *FLOW_NODES)) > MAX_NODES:  # what follows looks at each of them again and again
        return [ProcessFault(0, f"More than {MAX_NODES} steps and gateways.", "Make it smaller.")]
    faults = [*_elements(root), *_names(root), *_conditions(root), *_timers(root), *_services(root), *_shape(root)]
    return sorted(set(faults)) or _unparsable(xml)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
    )


def _local(node: Any) -> str:
    return str(etree.QName(node).localname)


def _bpmn(root: Any, *names: str) -> Iterator[Any]:
    yield from root.iter(*(f"{{{BPMN}}}{name}" for name in names))


def _elements(root: Any) -> Iterator[ProcessFault]:
    for node in root.iter():
        space, name = etree.QName(node).namespace or "", _local(node)
        if space == BPMN and name not in ALLOWED:
            yield ProcessFault(node.sourceline, f"The element {name} is refused.", MENDS.get(name, "Remove it."))
        if space != BPMN and not space.startswith(_DIAGRAM) and not (_inside_extension(node) and name in NOTES):
            yield ProcessFault(node.sourceline, f"The element {name} does not belong to BPMN 2.0.", "Remove it.")


def _inside_extension(node: Any) -> bool:
    return any(parent.tag == f"{{{BPMN}}}extensionElements" for parent in node.iterancestors())


def _names(root: Any) -> Iterator[ProcessFault]:
    seen: set[str] = set()
    for node in _bpmn(root, "process", "message", "sequenceFlow", *FLOW_NODES):
        name = node.get("id") or ""
        if not _ID.fullmatch(name):
            yield ProcessFault(
                node.sourceline, f"{_local(node)} has no usable id.", "Letters, digits, _ . -, at most 80."
            )
        elif name in seen:
            yield ProcessFault(node.sourceline, f"The id {name} is used twice.", "Choose another one.")
        seen.add(name)
    for node in _bpmn(root, "userTask"):
        if not (node.get("name") or "").strip():
            yield ProcessFault(node.sourceline, "A userTask has no name.", "Say what the clerk does.")


def _conditions(root: Any) -> Iterator[ProcessFault]:
    for node in _bpmn(root, "conditionExpression"):
        try:
            condition((node.text or "").strip())
        except ProfileError as error:
            yield ProcessFault(node.sourceline, f"Condition: {error.message}.", error.mend)
    leaving: dict[str | None, list[str | None]] = {}
    for flow in _bpmn(root, "sequenceFlow"):
        leaving.setdefault(flow.get("sourceRef"), []).append(flow.get("id"))
    for gateway in _bpmn(root, "exclusiveGateway"):
        flows = leaving.get(gateway.get("id"), [])
        if len(flows) > 1 and gateway.get("default") not in flows:
            yield ProcessFault(gateway.sourceline, "The exclusiveGateway has no default flow.", "Set its default.")


def _timers(root: Any) -> Iterator[ProcessFault]:
    for node in _bpmn(root, "timerEventDefinition"):
        duration = node.find(f"{{{BPMN}}}timeDuration")
        if duration is None or not DURATION.fullmatch((duration.text or "").strip()):
            yield ProcessFault(node.sourceline, "A timer needs a plain duration.", "Write P14D, PT12H or PT30M.")


def _services(root: Any) -> Iterator[ProcessFault]:
    for node in _bpmn(root, "serviceTask"):
        if node.get("implementation") not in SERVICES:
            known = ", ".join(sorted(SERVICES))
            yield ProcessFault(node.sourceline, "The serviceTask is unknown to the platform.", f"Use one of {known}.")


def _shape(root: Any) -> Iterator[ProcessFault]:
    processes = list(_bpmn(root, "process"))
    if len(processes) != 1:
        yield ProcessFault(0, f"The file holds {len(processes)} processes instead of one.")
    ids = {node.get("id") for node in _bpmn(root, "userTask", "receiveTask")}
    for step in NEEDED_STEPS:
        if step not in ids:
            yield ProcessFault(
                0,
                f"The step {step} is missing.",
                "A clerk decides in the userTask decide; the receiveTask send waits for the letter.",
            )
    if WITHDRAW not in {message.get("name") for message in _bpmn(root, "message")}:
        yield ProcessFault(0, f"No message {WITHDRAW}: an applicant may withdraw at any time.", "Add it at a boundary.")
    for node in _bpmn(root, "startEvent"):
        if len(node.findall("{*}messageEventDefinition")) + len(node.findall("{*}timerEventDefinition")):
            yield ProcessFault(
                node.sourceline, "A process begins with the application only.", "Use a plain startEvent."
            )
    for node in _bpmn(root, "subProcess"):
        if node.get("triggeredByEvent") == "true":
            yield ProcessFault(node.sourceline, "An event subprocess is refused.", "Use a boundary event.")
    yield from list(_endless(root)) or _multiplied(root)


def _following(root: Any) -> dict[str, list[str]]:
    """Where the flows lead from each node, each target once; what stands in no flow is left out."""
    known = {node.get("id"): dict[str, None]() for node in _bpmn(root, *FLOW_NODES)}
    for flow in _bpmn(root, "sequenceFlow"):
        if flow.get("sourceRef") in known and flow.get("targetRef") in known:
            known[flow.get("sourceRef")][flow.get("targetRef")] = None
    return {source: list(targets) for source, targets in known.items() if targets}


def _endless(root: Any) -> Iterator[ProcessFault]:
    """A loop on which nobody acts would never stop."""
    acting = {node.get("id") for node in _bpmn(root, *WAITS)}
    following = {
        source: [target for target in targets if target not in acting]
        for source, targets in _following(root).items()
        if source not in acting
    }
    for start in following:
        if _returns(start, following):
            yield ProcessFault(0, f"The loop through {start} never waits for anybody.", "Put a userTask into it.")


def _multiplied(root: Any) -> Iterator[ProcessFault]:
    """Branches that meet without waiting for each other go on as several: a few such places would keep the engine busy for ever.

    Counted is what one act can lead through until the next; anew where branches meet in a parallelGateway. Loops are no matter:
    somebody acts in each.
    """
    following = _following(root)
    meeting = Counter(target for targets in following.values() for target in targets)
    joins = {node.get("id") for node in _bpmn(root, "parallelGateway") if meeting[node.get("id")] > 1}
    ends = joins | {node.get("id") for node in _bpmn(root, *WAITS)}
    choosing = {node.get("id") for node in _bpmn(root, "exclusiveGateway")}
    inside = {
        node.get("id"): [start.get("id") for start in node.findall(f"{{{BPMN}}}startEvent")]
        for node in _bpmn(root, "subProcess")
    }

    @cache
    def passed(node: str) -> int:
        ways = [1 if target in ends else passed(target) for target in following.get(node, ())]
        ways = [max(ways, default=0)] if node in choosing else ways
        return 1 + sum(ways) + sum(map(passed, inside.get(node, ())))

    if most := next((node for node in following if passed(node) > MAX_NODES), None):
        text = f"What follows {most} leads through more than {MAX_NODES} steps at once."
        yield ProcessFault(0, text, "Let branches meet in a parallelGateway, which waits for all of them.")


def _returns(start: str, following: dict[str, list[str]]) -> bool:
    seen: set[str] = set()
    todo = list(following[start])
    while todo:
        node = todo.pop()
        if node == start:
            return True
        if node not in seen:
            seen.add(node)
            todo.extend(following.get(node, []))
    return False


def _unparsable(xml: bytes) -> list[ProcessFault]:
    """What the engine itself says against a definition that keeps all rules above."""
    try:
        parse(xml)
    except NotAProcess as error:
        return [ProcessFault(error.line, str(error))]
    return []
