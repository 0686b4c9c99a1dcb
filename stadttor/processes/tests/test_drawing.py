"""The picture of a process: every step stands once, none upon another, and every flow joins the two it leads from and to."""

from itertools import combinations

import pytest

from stadttor.processes.queries import BUILTIN, chain, diagram
from stadttor.processes.rules.drawing import Diagram, Shape
from stadttor.processes.tests.builders import branched, in_a_row

PICTURES = {
    "built-in": diagram(None), "many in a row": diagram(in_a_row(40)), "branches": diagram(branched(6, 4)),
    "typed steps": chain(["Annehmen", "Prüfen", "Ablegen"]), "no step": chain([]),
}  # fmt: skip


@pytest.fixture(params=sorted(PICTURES))
def picture(request: pytest.FixtureRequest) -> Diagram:
    return PICTURES[request.param]


def overlap(one: Shape, other: Shape) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def test_nothing_stands_upon_something_else_or_outside(picture):
    steps = [shape for shape in picture.shapes if shape.kind != "box"]
    assert not [(one.id, other.id) for one, other in combinations(steps, 2) if overlap(one, other)]
    for shape in picture.shapes:
        assert 0 <= shape.x <= shape.x + shape.width <= picture.width
        assert 0 <= shape.y <= shape.y + shape.height <= picture.height


def test_every_flow_leads_from_its_step_to_its_step_inside_the_picture(picture):
    by_id = {shape.id: shape for shape in picture.shapes}
    for flow in picture.flows:
        source, target = by_id[flow.source], by_id[flow.target]
        assert flow.points[0] == (source.x + source.width // 2, source.y + source.height)
        assert flow.points[-1] == (target.x + target.width // 2, target.y)
        for x, y in flow.points:
            assert -6 <= x <= picture.width
            assert -6 <= y <= picture.height


def test_the_built_in_process_is_whole_and_its_steps_lie_in_their_box():
    picture = PICTURES["built-in"]
    assert len(picture.shapes) == BUILTIN.count(b"Task id=") + BUILTIN.count(b"Gateway id=") + BUILTIN.count(
        b"Event id="
    ) + BUILTIN.count(b"<subProcess")
    by_id = {shape.id: shape for shape in picture.shapes}
    box, check = by_id["bearbeitung"], by_id["check"]
    assert box.x < check.x
    assert check.x + check.width < box.x + box.width
    assert box.y < check.y < by_id["decide"].y < by_id["confirm"].y < by_id["close"].y < box.y + box.height
    ways = {(flow.source, flow.target): flow for flow in picture.flows}
    assert ways["vollstaendig", "answer"].condition == "a.outcome == 'ask_back'"
    assert ways["vollstaendig", "decide"].otherwise
    assert ways["answer", "keine_antwort"].is_attached
    assert by_id["keine_antwort"].after == "P14D"
