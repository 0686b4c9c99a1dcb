"""Hostile packages by their process."""

import re

from stadttor.processes.queries import BUILTIN
from stadttor.processes.rules.checking import FLOW_NODES, MAX_BYTES, MAX_DEPTH, MAX_ELEMENTS, MAX_NODES
from stadttor.processes.tests.builders import FIRST, branched, flow, in_a_row, longer
from tests.safety.hostile import spoiling as s
from tests.safety.hostile.spoiling import Hostile

NODES = len(re.findall(rf"<({'|'.join(FLOW_NODES)})\b".encode(), BUILTIN))
ELEMENTS = len(re.findall(rb"<[a-zA-Z]", BUILTIN))
ABOVE_NOTES = 6
"""Elements around the first note of another program, itself included."""


def _commented(size: int) -> bytes:
    """The process in so many bytes."""
    return BUILTIN + b"<!--" + b"x" * (size - len(BUILTIN) - 7) + b"-->"


def _documented(elements: int) -> bytes:
    """The process in so many elements."""
    return longer(FIRST, "<documentation/>" * (elements - ELEMENTS))


def _noted(levels: int) -> str:
    """A step with a note that reaches so deep."""
    count = levels - ABOVE_NOTES
    inside = "<c:property>" * count + "</c:property>" * count
    return s.task(f'<c:properties xmlns:c="{s.OUTSIDE}">{inside}</c:properties>')


def _gateways(count: int) -> bytes:
    one = '<exclusiveGateway id="e{0}"/>' + flow("g{0}", "e{0}", "e{1}")
    return longer(FIRST, *(one.format(number, number + 1) for number in range(count)))


PROCESSES: dict[str, Hostile] = {
    "a script task": s.process('<scriptTask id="check"><script>import os</script></scriptTask>', "scriptTask is refused"),
    "a service task of its own": s.process(
        '<serviceTask id="check" implementation="os.system"/>', "serviceTask is unknown to the platform"
    ),
    "a script in a listener": s.process(
        s.task(f'<c:taskListener xmlns:c="{s.OUTSIDE}" event="create"><c:script>x</c:script></c:taskListener>'),
        "taskListener does not belong", "script does not belong",
        good=s.task(f'<c:properties xmlns:c="{s.OUTSIDE}"><c:property name="a" value="b"/></c:properties>'),
    ),
    "a program called by a step": s.process(
        s.task(f'<c:connector xmlns:c="{s.OUTSIDE}"/>'), "connector does not belong"
    ),
    "a billion laughs": s.xml(s.laughs(), "A DTD, an entity or an instruction is refused"),
    "a file of the machine": s.xml(
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><definitions>&a;</definitions>', "A DTD, an entity"
    ),
    "tags without end": s.xml(b"<definitions>" * 20_000, "More than 12 levels of elements"),
    "a process larger than allowed": s.xml(
        _commented(MAX_BYTES + 1), "process is larger than 500000", good=_commented(MAX_BYTES)
    ),
    "more elements of a process than allowed": s.xml(
        _documented(MAX_ELEMENTS + 1), "More than 10000 elements", good=_documented(MAX_ELEMENTS)
    ),
    "elements of strangers without end": s.xml(longer(FIRST, "<a/>" * 120_000), "More than 10000 elements"),
    "elements of a process deeper than allowed": s.process(
        _noted(MAX_DEPTH + 1), "More than 12 levels of elements", good=_noted(MAX_DEPTH)
    ),
    "more steps than allowed": s.xml(
        in_a_row(MAX_NODES - NODES + 1), "More than 200 steps and gateways", good=in_a_row(MAX_NODES - NODES)
    ),
    "gateways without end": s.xml(_gateways(4_000), "More than 200 steps and gateways"),
    "an act that leads through too much": s.xml(
        branched(13, 13), "leads through more than 200 steps at once", good=branched(13, 12)
    ),
    "branches and steps as many as there may be": s.xml(branched(88, 88), "leads through more than 200 steps at once"),
    "a loop in which nobody acts": s.xml(
        longer('<exclusiveGateway id="x" default="f"/>', flow("a", "beginn", "x"), flow("f", "x", "x"), flow("g", "x", "check")),
        "never waits for anybody",
    ),
}  # fmt: skip
