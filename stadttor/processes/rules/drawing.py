"""A process as a picture: where each step stands and which way the flows between them go.

Definitions need no drawing of their own (BPMN DI) and mostly have none: the picture is made from the flows. Rows from top
to bottom, each step below what leads to it; what goes back or leaves out rows runs in lanes beside them. A sub-process is a
box with a picture of its own inside.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from stadttor.processes.rules.vocabulary import BPMN

STEP, ROUND = (200, 52), (34, 34)
LONGEST_NAME = 200
GAP, ROW_GAP, LANE, PADDING, HEAD = 26, 40, 10, 16, 26
KINDS: Mapping[str, str] = {
    "startEvent": "start", "endEvent": "end", "userTask": "user", "receiveTask": "wait", "serviceTask": "service",
    "exclusiveGateway": "either", "parallelGateway": "all", "subProcess": "box", "boundaryEvent": "event",
    "intermediateCatchEvent": "event",
}  # fmt: skip
SMALL = ("start", "end", "either", "all", "event")


@dataclass(frozen=True)
class Shape:
    """A step, gateway, event or box; `x`, `y` is its upper left corner, `after` the duration of a timer (ISO 8601)."""

    id: str
    kind: str
    name: str = ""
    after: str = ""
    x: int = 0
    y: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class Flow:
    """From one shape to another, through `points`; `condition` is CEL, `otherwise` the way when none holds, `name` what the
    modeller wrote at it. An event hangs on its step by a flow that `is_attached`."""

    source: str
    target: str
    condition: str = ""
    otherwise: bool = False
    is_attached: bool = False
    points: tuple[tuple[int, int], ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Diagram:
    """Shapes in the order of the definition, boxes before what is in them."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    flows: tuple[Flow, ...]


def diagram_of(xml: bytes) -> Diagram:
    """The picture of the one process of a definition that passed `check_bpmn`."""
    # Heavy, and only this page needs it: not with the start of the web process.
    from lxml import etree  # type: ignore[import-untyped]  # ships no types

    root = etree.fromstring(
        xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    )
    return level(root.find(f"{{{BPMN}}}process"))


def level(parent: Any, kinds: Mapping[str, str] = KINDS) -> Diagram:
    """The picture of a process or sub-process, an element of lxml; `kinds` says which elements are shapes, and of which kind."""
    shapes, flows, inside = [], [], {}
    defaults = {node.get("default") for node in parent if node.get("default")}
    for node in parent:
        name = str(node.tag).removeprefix(f"{{{BPMN}}}")  # what another namespace calls the same is nothing of BPMN
        if name in kinds:
            after = node.findtext(f".//{{{BPMN}}}timeDuration") or "" if kinds[name] == "event" else ""
            shapes.append(Shape(node.get("id"), kinds[name], line(node.get("name")), after.strip()))
            if kinds[name] == "box":
                inside[node.get("id")] = level(node, kinds)
            if name == "boundaryEvent":
                flows.append(Flow(node.get("attachedToRef"), node.get("id"), is_attached=True))
        elif name == "sequenceFlow":
            condition = (node.findtext(f"{{{BPMN}}}conditionExpression") or "").strip()
            flow = Flow(node.get("sourceRef"), node.get("targetRef"), condition, node.get("id") in defaults)
            flows.append(replace(flow, name=line(node.get("name"))))
    return laid_out(shapes, flows, inside)


def line(text: str | None) -> str:
    """A name on one line, as long as a picture can bear."""
    return " ".join((text or "").split())[:LONGEST_NAME]


def laid_out(shapes: Sequence[Shape], flows: Sequence[Flow], inside: Mapping[str, Diagram] | None = None) -> Diagram:
    """Place shapes without a place, and lead the flows between them; `inside` are the pictures of the boxes."""
    inner = inside or {}
    sized = [_sized(shape, inner.get(shape.id)) for shape in shapes]
    rows = _rows(sized, flows)
    placed = _placed(sized, rows)
    content = max(
        (_width([shape for shape in sized if rows[shape.id] == row]) for row in set(rows.values())), default=0
    )
    led, lanes = _led(flows, placed, rows, content)
    found: list[Shape] = []
    ways: list[Flow] = []
    for shape in (placed[shape.id] for shape in sized):
        found.append(shape)
        if picture := inner.get(shape.id):
            right, down = shape.x + PADDING, shape.y + HEAD
            found += [replace(one, x=one.x + right, y=one.y + down) for one in picture.shapes]
            ways += [replace(one, points=tuple((x + right, y + down) for x, y in one.points)) for one in picture.flows]
    height = max((shape.y + shape.height for shape in placed.values()), default=0)
    return Diagram(content + (lanes + 1) * LANE, height + ROW_GAP // 2, tuple(found), (*led, *ways))


def _sized(shape: Shape, picture: Diagram | None) -> Shape:
    if picture:
        width = max(picture.width + 2 * PADDING, STEP[0])
        return replace(shape, width=width, height=picture.height + HEAD + PADDING)
    width, height = ROUND if shape.kind in SMALL else STEP
    return replace(shape, width=width, height=height)


def _rows(shapes: Sequence[Shape], flows: Sequence[Flow]) -> dict[str, int]:
    """The row of each shape: one below the lowest that leads to it, ways back left aside."""
    onward: dict[str, list[str]] = defaultdict(list)
    for flow in flows:
        onward[flow.source].append(flow.target)
    reached = {flow.target for flow in flows}
    order: list[str] = []  # ends before beginnings
    seen: dict[str, bool] = {}  # True while on the way
    back: set[tuple[str, str]] = set()
    for first in [*(shape.id for shape in shapes if shape.id not in reached), *(shape.id for shape in shapes)]:
        way = [(first, iter(onward[first]))] if first not in seen else []
        seen.setdefault(first, True)
        while way:
            here, targets = way[-1]
            target = next(targets, None)
            if target is None:
                way.pop()
                seen[here] = False
                order.append(here)
            elif target not in seen:
                seen[target] = True
                way.append((target, iter(onward[target])))
            elif seen[target]:
                back.add((here, target))
    rows = dict.fromkeys((shape.id for shape in shapes), 0)
    for here in reversed(order):
        for target in onward[here]:
            if (here, target) not in back:
                rows[target] = max(rows[target], rows[here] + 1)
    return rows


def _placed(shapes: Sequence[Shape], rows: Mapping[str, int]) -> dict[str, Shape]:
    """Row below row, each in the middle."""
    by_row: dict[int, list[Shape]] = defaultdict(list)
    for shape in shapes:
        by_row[rows[shape.id]].append(shape)
    whole = max((_width(row) for row in by_row.values()), default=0)
    placed: dict[str, Shape] = {}
    y = 0
    for number in sorted(by_row):
        row = by_row[number]
        x, height = (whole - _width(row)) // 2, max(shape.height for shape in row)
        for shape in row:
            placed[shape.id] = replace(
                shape, x=x + (_cell(shape) - shape.width) // 2, y=y + (height - shape.height) // 2
            )
            x += _cell(shape) + GAP
        y += height + ROW_GAP
    return placed


def _width(row: Sequence[Shape]) -> int:
    return sum(map(_cell, row)) + GAP * (len(row) - 1)


def _cell(shape: Shape) -> int:
    """A small shape takes the room of a step: its name stands beside it."""
    return max(shape.width, STEP[0])


def _led(
    flows: Sequence[Flow], placed: Mapping[str, Shape], rows: Mapping[str, int], content: int
) -> tuple[list[Flow], int]:
    """The flows with their points, and how many lanes beside the rows they take."""
    bottoms: dict[int, int] = defaultdict(int)
    for shape in placed.values():
        bottoms[rows[shape.id]] = max(bottoms[rows[shape.id]], shape.y + shape.height)
    used: dict[int, int] = defaultdict(int)
    led, lanes = [], 0
    for flow in flows:
        source, target = placed[flow.source], placed[flow.target]
        start = (source.x + source.width // 2, source.y + source.height)
        end = (target.x + target.width // 2, target.y)
        row, goal = rows[flow.source], rows[flow.target]
        below = bottoms[row] + ROW_GAP // 2
        if goal == row + 1:
            points: tuple[tuple[int, int], ...] = (start, (start[0], below), (end[0], below), end)
        else:
            lanes += 1
            used[row] += 1
            used[goal - 1] += 1
            lane = content + lanes * LANE
            out = below - 5 * min(used[row], 3)
            # The first row has nothing above it: its top is the edge of the picture.
            over = bottoms[goal - 1] + ROW_GAP // 2 + 4 * min(used[goal - 1], 3) if goal else target.y - 6
            points = (start, (start[0], out), (lane, out), (lane, over), (end[0], over), end)
        led.append(replace(flow, points=points))
    return led, lanes
