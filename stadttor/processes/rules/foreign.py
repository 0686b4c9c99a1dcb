"""The picture of a process that was modelled with another program (BPMN 2.0.2, OMG formal/2013-12-09): looked at, never run.

Whatever BPMN has is drawn with the shapes of our own processes; lanes, data and messages between pools are left out.
"""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from stadttor.core.refused import Refused
from stadttor.processes.rules.drawing import KINDS, Diagram, Flow, Shape, laid_out, level, line
from stadttor.processes.rules.plain_xml import not_plain
from stadttor.processes.rules.vocabulary import BPMN

CODE = "not_drawable"
LARGEST, MOST_ELEMENTS, MOST_LEVELS, MOST_SHAPES, MOST_FLOWS = 1_000_000, 20_000, 30, 200, 400
ALL_KINDS: Mapping[str, str] = {
    **KINDS,
    "task": "user", "manualTask": "user", "sendTask": "service", "scriptTask": "service", "businessRuleTask": "service",
    "callActivity": "service", "inclusiveGateway": "either", "complexGateway": "either", "eventBasedGateway": "either",
    "intermediateThrowEvent": "event", "transaction": "box", "adHocSubProcess": "box",
}  # fmt: skip


def drawn(xml: bytes) -> Diagram:
    """The picture of a definition; of several processes each is a box. Refused (field `file`) for what cannot be drawn."""
    if len(xml) > LARGEST:
        raise Refused(CODE, "The file is larger than {most} MB.", field="file", most=LARGEST // 1_000_000)
    if fault := not_plain(xml, most_levels=MOST_LEVELS, most_elements=MOST_ELEMENTS):
        raise _broken(fault.line)
    # Heavy, and only this page needs it: not with the start of the web process.
    from lxml import etree  # type: ignore[import-untyped]  # ships no types

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:  # what expat lets pass, such as a namespace that is no address
        raise _broken(error.lineno or 0) from error
    processes = [one for one in root.iter(f"{{{BPMN}}}process") if next(_shapes(one), None) is not None]
    if not processes:
        raise Refused(
            CODE, "There is no process of BPMN 2.0 in this file. Please save it as BPMN 2.0 XML.", field="file"
        )
    if sum(1 for one in processes for _shape in _shapes(one, inside=True)) > MOST_SHAPES:
        raise Refused(
            CODE, "There are more than {most} steps in it. Please divide the process.", field="file", most=MOST_SHAPES
        )
    if sum(1 for one in processes for _flow in one.iter(f"{{{BPMN}}}sequenceFlow")) > MOST_FLOWS:
        raise Refused(
            CODE, "There are more than {most} arrows in it. Please divide the process.", field="file", most=MOST_FLOWS
        )
    for one in processes:
        _must_lead_somewhere(one)
    if len(processes) == 1:
        return level(processes[0], ALL_KINDS)
    names = {one.get("processRef"): one.get("name") for one in root.iter(f"{{{BPMN}}}participant")}
    boxes = [
        Shape(f"process{number}", "box", line(names.get(one.get("id")) or one.get("name")))
        for number, one in enumerate(processes)
    ]
    # One below the other, as pools stand: with nothing that leads from one to the next.
    below = [Flow(one.id, other.id, is_attached=True) for one, other in pairwise(boxes)]
    inside = {box.id: level(one, ALL_KINDS) for box, one in zip(boxes, processes, strict=True)}
    picture = laid_out(boxes, below, inside)
    led = tuple(flow for flow in picture.flows if flow.source not in inside)
    return Diagram(picture.width, picture.height, picture.shapes, led)


def _broken(place: int) -> Refused:
    return Refused(
        CODE,
        "The file cannot be read as XML (line {line}). Please save it anew as BPMN 2.0 XML.",
        field="file",
        line=place,
    )


def _shapes(parent: Any, *, inside: bool = False) -> Iterator[Any]:
    for node in parent:
        name = _name(node)
        if name in ALL_KINDS:
            yield node
            if inside and ALL_KINDS[name] == "box":
                yield from _shapes(node, inside=True)


def _name(node: Any) -> str:
    """Of an element of BPMN; empty for what else stands in a file."""
    tag = str(node.tag)
    return tag.removeprefix(f"{{{BPMN}}}") if tag.startswith(f"{{{BPMN}}}") else ""


def _must_lead_somewhere(parent: Any) -> None:
    """Refused: a shape without an id of its own; a flow, or an event at its step, that leads out of its level."""
    known: set[str] = set()
    for node in _shapes(parent):
        key = node.get("id") or ""
        if not key or key in known:
            raise Refused(
                CODE, "In line {line} there is a step without an id of its own.", field="file", line=node.sourceline
            )
        known.add(key)
        if ALL_KINDS[_name(node)] == "box":
            _must_lead_somewhere(node)
    ways: list[tuple[Any, tuple[str | None, ...]]]
    ways = [(node, (node.get("sourceRef"), node.get("targetRef"))) for node in parent if _name(node) == "sequenceFlow"]
    ways += [(node, (node.get("attachedToRef"),)) for node in _shapes(parent) if _name(node) == "boundaryEvent"]
    for node, ends in ways:
        if not known.issuperset(ends):
            raise Refused(
                CODE, "In line {line} an arrow leads to a step that is not there.", field="file", line=node.sourceline
            )
