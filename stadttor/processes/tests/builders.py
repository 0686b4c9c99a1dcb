"""The built-in process with more in front of its first step."""

from stadttor.processes.queries import BUILTIN

FIRST = '<sequenceFlow id="f_1" sourceRef="beginn" targetRef="check"/>'


def longer(*elements: str) -> bytes:
    """With these instead of the flow to the first step, which is `check` and follows `beginn`."""
    assert FIRST in BUILTIN.decode()
    return BUILTIN.decode().replace(FIRST, "".join(elements)).encode()


def flow(name: str, source: str, target: str) -> str:
    return f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}"/>'


def in_a_row(count: int) -> bytes:
    """So many tasks, one after the other."""
    names = [f"t{number}" for number in range(count)]
    tasks = [f'<userTask id="{name}" name="x"/>' for name in names]
    ways = zip(["beginn", *names], [*names, "check"], strict=True)
    return longer(*tasks, *(flow(f"f{number}", *way) for number, way in enumerate(ways)))


def branched(wide: int, length: int, meeting: str = "exclusiveGateway") -> bytes:
    """So many branches that meet, and behind it so many services, none of which waits for anybody."""
    branches, services = [f"y{number}" for number in range(wide)], [f"s{number}" for number in range(length)]
    nodes = [
        '<parallelGateway id="p"/>',
        f'<{meeting} id="x"/>',
        *(f'<exclusiveGateway id="{one}"/>' for one in branches),
    ]
    nodes += [f'<serviceTask id="{one}" implementation="stadttor:notify"/>' for one in services]
    ways = [("beginn", "p"), *(("p", one) for one in branches), *((one, "x") for one in branches)]
    ways += zip(["x", *services], [*services, "check"], strict=True)
    return longer(*nodes, *(flow(f"f{number}", *way) for number, way in enumerate(ways)))
