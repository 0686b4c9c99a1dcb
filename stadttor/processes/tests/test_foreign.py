"""The picture of a process that another program modelled; what cannot be drawn is refused and says where."""

import pytest

from stadttor.core.refused import Refused
from stadttor.processes.rules.foreign import LARGEST, MOST_FLOWS, MOST_LEVELS, MOST_SHAPES, drawn

HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:m="http://modeller.example/1">'


def a_file(inside: str) -> bytes:
    return f"{HEAD}{inside}</definitions>".encode()


def a_process(inside: str, key: str = "p", name: str = "") -> str:
    return f'<process id="{key}" name="{name}">{inside}</process>'


def steps(count: int) -> str:
    return "".join(f'<task id="t{number}" name="Schritt {number}"/>' for number in range(count))


FOREIGN = a_process(
    '<extensionElements><m:colour>red</m:colour></extensionElements><laneSet id="l"><lane id="l1"/></laneSet>'
    '<startEvent id="s"/><manualTask id="post" name="Post&#10;öffnen"/><inclusiveGateway id="g" name="Vollständig?"/>'
    '<callActivity id="c" name="Fachverfahren"/><intermediateThrowEvent id="i"/><endEvent id="e"/>'
    '<sequenceFlow id="f1" sourceRef="s" targetRef="post"/><sequenceFlow id="f2" sourceRef="post" targetRef="g"/>'
    '<sequenceFlow id="f3" name="ja" sourceRef="g" targetRef="c"><conditionExpression>${ok}</conditionExpression></sequenceFlow>'
    '<sequenceFlow id="f4" sourceRef="c" targetRef="i"/><sequenceFlow id="f5" sourceRef="i" targetRef="e"/>'
)


def test_what_our_own_engine_refuses_is_drawn_all_the_same():
    picture = drawn(a_file(FOREIGN))
    kinds = {shape.id: shape.kind for shape in picture.shapes}
    assert kinds == {"s": "start", "post": "user", "g": "either", "c": "service", "i": "event", "e": "end"}
    assert next(shape.name for shape in picture.shapes if shape.id == "post") == "Post öffnen"
    assert [flow.name for flow in picture.flows if flow.source == "g"] == ["ja"]


def test_what_another_namespace_calls_the_same_is_nothing_of_bpmn():
    """Reports: such a flow without an end was an error of the server, such a task a shape without an id."""
    more = '<m:task/><m:sequenceFlow/><m:sequenceFlow sourceRef="zz" targetRef="t0"/>'
    picture = drawn(a_file(a_process(steps(1) + more)))
    assert [shape.id for shape in picture.shapes] == ["t0"]
    assert not picture.flows


def test_of_several_pools_each_is_a_box_below_the_other_with_its_name():
    pools = '<collaboration id="k"><participant id="x" name="Bürgerbüro" processRef="p1"/></collaboration>'
    both = a_process(steps(2), "p1") + a_process('<task id="k1"/>', "p2", "Kasse")
    picture = drawn(a_file(pools + both + a_process("", "empty")))
    boxes = [shape for shape in picture.shapes if shape.kind == "box"]
    assert [box.name for box in boxes] == ["Bürgerbüro", "Kasse"]
    assert boxes[0].y + boxes[0].height < boxes[1].y
    assert not [flow for flow in picture.flows if flow.source in {box.id for box in boxes}]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        (b"<definitions", "cannot be read as XML"),
        (b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + a_file(a_process(steps(1))), "cannot be read as XML"),
        (a_file("<x>" * MOST_LEVELS + "</x>" * MOST_LEVELS), "cannot be read as XML"),
        (a_file(""), "no process of BPMN 2.0"),
        (b"<html><body>BPMN</body></html>", "no process of BPMN 2.0"),
        (a_file(a_process(steps(MOST_SHAPES + 1))), "more than {most} steps"),
        (a_file(a_process('<subProcess id="b">' + steps(MOST_SHAPES) + "</subProcess>")), "more than {most} steps"),
        (a_file(a_process(steps(2) + '<sequenceFlow sourceRef="t0" targetRef="t1"/>' * (MOST_FLOWS + 1))), "more than {most} arrows"),
        (a_file(a_process(steps(1)) + " " * LARGEST), "larger than"),
        (a_file(a_process('<task id="t"/><task id="t"/>')), "without an id of its own"),
        (a_file(a_process("<task/>")), "without an id of its own"),
        (a_file(a_process(steps(1) + '<sequenceFlow sourceRef="t0" targetRef="t9"/>')), "leads to a step that is not there"),
        (a_file(a_process(steps(1) + '<boundaryEvent id="e" attachedToRef="x"/>')), "leads to a step that is not there"),
        (a_file(a_process('<task id="a"/><subProcess id="b"><task id="c"/><sequenceFlow sourceRef="a" targetRef="c"/></subProcess>')),
         "leads to a step that is not there"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused_and_says_why(xml, text):
    with pytest.raises(Refused) as refused:
        drawn(xml)
    assert text in refused.value.text
    assert refused.value.field == "file"
