"""Random input: the API by its description, every reader of strangers' data, conditions on server and in browser, and
cases, payments and drafts against small models of themselves.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

from tests.measuring.lines import Line
from tests.safety.fuzz.halves import beside
from tests.safety.least import size_of, too_few
from tests.safety.outcome import Outcome
from tests.safety.running import RowLines, Size
from tests.safety.stand import Stand, make_authority

if TYPE_CHECKING:
    from tests.safety.fuzz.inputs import Reader

DATABASE = "safety_fuzz"
SEED = 20_261_123
LONGEST_S, TRIES = 1.0, 3
BATCH = 2_000
MACHINES = {
    "case": [
        "take",
        "ask",
        "answer",
        "decide",
        "confirm",
        "send_back",
        "undo",
        "deliver",
        "withdraw",
        "close",
        "reopen",
    ],
    "payment": ["try", "settle", "return", "waive", "ask", "refund", "part", "rest"],
    "draft": ["save", "send", "delete", "wait", "sweep"],
}
"""By the name of a machine: the acts that must have been done at least once, not only refused."""
REFUSED = {"payment": ["over", "stale", "refund", "part", "rest"]}
"""Those that must have been refused at least once: more than is left, another sum than somebody saw, what nobody paid."""
LEAST = {"requests": (500, 20_000), "conditions": (2_000, 100_000), "typed values": (1_000, 100_000)}
"""How many at least with each push, and at night."""
OF_READER = (80, 5_000)
"""How many inputs of each reader."""
LIMITS = ("What a browser's page reads from its inputs is compared for numbers, amounts and dates.",)


def run(size: Size, lines: RowLines, stand: Stand) -> None:
    """What needs no database beside what does: by itself each of the two halves takes as long as the other."""
    stand.product_at(stand.database(DATABASE))
    with beside(partial(_without_database, size, lines)):
        town = make_authority("weissenburg", "Weißenburg i. Bay.")
        _machines(size, lines, town)
        _interface(size, lines, town)
    for text in LIMITS:
        lines.write("note", text=text)


def _without_database(size: Size, lines: RowLines) -> None:
    _conditions(size, lines)
    _typed(size, lines)
    _readers(size, lines)


def outcome(lines: Sequence[Line]) -> Outcome:
    """Every kind of trial has a promise of its own; too few trials, or none that came through, prove nothing."""
    of = {
        kind: [line for line in lines if line["kind"] == kind]
        for kind in ("request", "condition", "typed", "read", "step")
    }
    errors = [line for line in of["request"] if line["status"] >= 500]
    slow = [line for line in of["read"] if line["seconds"] > LONGEST_S]
    broken = [
        *(f"{line['operation']} answered {line['status']}: {line['wrong']}" for line in of["request"] if line["wrong"]),
        *(
            f"{line['source']}: server {line['server']}, browser {line['browser']}"
            for line in _apart(of["condition"] + of["typed"])
        ),
        *(f"{line['of']}: {line['end']} at {line['input']}" for line in of["read"] if line["end"] not in ENDS),
        *(f"{line['of']}: {line['seconds']} s at {line['input']}" for line in slow),
        *(f"{line['machine']}: {line['wrong']}" for line in of["step"] if line["wrong"]),
        *_too_few(lines, of),
    ]
    return Outcome(
        injected=sum(map(len, of.values())),
        refused=sum(line["end"] == "refused" for line in of["read"]),
        worst_s=max((line["seconds"] for line in of["read"]), default=0.0),
        broken=tuple(broken),
        figures={"fuzz_requests": len(of["request"]), "fuzz_5xx": len(errors)},
        notes=(_counted(of), *(line["text"] for line in lines if line["kind"] == "note")),
        known={
            "operations": frozenset(name for line in lines if line["kind"] == "operations" for name in line["named"]),
            "readers": frozenset(line["of"] for line in of["read"]),
        },
    )


ENDS = ("understood", "refused")


def _apart(conditions: list[Line]) -> Iterator[Line]:
    """Where both sides say something else, or the server raised."""
    return (line for line in conditions if line["server"] != line["browser"])


def _counted(of: dict[str, list[Line]]) -> str:
    """What the counts of this row are made of."""
    readers, machines = len({line["of"] for line in of["read"]}), Counter(line["machine"] for line in of["step"])
    steps = ", ".join(f"{count} of a {name}" for name, count in sorted(machines.items()))
    conditions = f"{len(of['condition'])} conditions and {len(of['typed'])} typed values on both sides"
    return (
        f"{len(of['request'])} requests ({_answered(of['request'])}), {conditions},"
        f" {len(of['read'])} inputs of {readers} readers, steps against a model: {steps or 'none'}."
    )


def _answered(requests: list[Line]) -> str:
    """How many were done, refused, and about nothing."""
    done = sum(200 <= line["status"] < 300 for line in requests)
    unknown = sum(line["status"] == 404 for line in requests)
    return f"{done} done, {len(requests) - done - unknown} refused, {unknown} about nothing there is"


def _too_few(lines: Sequence[Line], of: dict[str, list[Line]]) -> Iterator[str]:
    size = size_of(lines)
    counts = {"requests": of["request"], "conditions": of["condition"], "typed values": of["typed"]}
    yield from too_few(lines, LEAST, {what: len(found) for what, found in counts.items()})
    yield from _too_seldom_read(lines, of["read"])
    named = next((line["named"] for line in lines if line["kind"] == "operations"), [])
    entered = {line["operation"] for line in of["request"] if 200 <= line["status"] < 300}
    yield from (f"{name}: no request was ever done" for name in named if name not in entered)
    understood = {line["of"] for line in of["read"] if line["end"] == "understood"}
    yield from (f"{name}: understood nothing" for name in sorted({line["of"] for line in of["read"]} - understood))
    done = {(line["machine"], line["act"].split()[0]) for line in of["step"] if line["done"]}
    for name, acts in MACHINES.items():
        missing = [act for act in acts if (name, act) not in done]
        if len(missing) == len(acts) or (missing and size != "small"):
            yield f"the model of a {name} never came to: {', '.join(missing)}"
    refused = {(line["machine"], line["act"].split()[0]) for line in of["step"] if not line["done"]}
    for name, acts in REFUSED.items():
        missing = [act for act in acts if (name, act) not in refused]
        if missing and size != "small":
            yield f"the model of a {name} was never refused: {', '.join(missing)}"


def _too_seldom_read(lines: Sequence[Line], read: Sequence[Line]) -> Iterator[str]:
    """Runs of an earlier day have no list of the readers: theirs are those that their lines name."""
    counts = Counter(f"inputs of {line['of']}" for line in read)
    listed = {f"inputs of {name}" for line in lines if line["kind"] == "readers" for name in line["named"]}
    yield from too_few(lines, dict.fromkeys(sorted(listed or counts), OF_READER), counts)
    if not counts:
        yield "no reader was tried"


def _conditions(size: Size, lines: RowLines) -> None:
    from tests.safety.fuzz.conditions import compared, trial

    chance, left = Random(SEED), size.pick(small=50, ci=2_000, night=100_000)
    while left > 0:
        found, refused = compared([trial(chance) for _ in range(min(left + left // 10 + 5, BATCH))])
        for one in found:
            told = {} if one.server == one.browser else {"answers": one.answers}
            lines.write("condition", source=one.source, server=one.server, browser=one.browser, **told)
        lines.write("refused", sources=len(refused))
        left -= len(found)


def _typed(size: Size, lines: RowLines) -> None:
    from tests.safety.fuzz.typing import compared, typed

    chance = Random(SEED)
    for _ in range(size.pick(small=1, ci=1, night=50)):
        for one in compared([typed(chance) for _ in range(size.pick(small=50, ci=1_000, night=BATCH))]):
            lines.write("typed", source=one.source, server=one.server, browser=one.browser)


def _readers(size: Size, lines: RowLines) -> None:
    from tests.safety.fuzz.parsers import readers

    _try_readers(size, lines, readers())


def _try_readers(size: Size, lines: RowLines, readers: "Sequence[Reader]") -> None:
    ci, night = OF_READER
    lines.write("readers", named=[one.name for one in readers])
    for reader in readers:
        _read(lines, reader, reader.sound)
        _tried(reader.inputs, size.pick(small=12, ci=ci, night=night), partial(_read, lines, reader))


def _read(lines: RowLines, reader: "Reader", data: Any) -> None:
    """A slow one is tried again: another program may have had the processor."""
    end, seconds = _once(reader, data)
    for _ in range(TRIES - 1):
        if seconds > LONGEST_S:
            end, seconds = min((end, seconds), _once(reader, data), key=lambda tried: tried[1])
    told = {"input": ascii(data)[:300]} if end not in ENDS or seconds > LONGEST_S else {}
    lines.write("read", of=reader.name, end=end, seconds=seconds, **told)


def _once(reader: "Reader", data: Any) -> tuple[str, float]:
    begun = time.monotonic()
    try:
        reader.read(data)
        end = "understood"
    except reader.refusals:
        end = "refused"
    except Exception as error:  # everything a reader does not declare is what is looked for
        end = f"{type(error).__name__}: {error}"[:300]
    return end, time.monotonic() - begun


def _machines(size: Size, lines: RowLines, town: Any) -> None:
    from stadttor.site import wiring
    from tests.safety.fuzz.machines import run_machines

    try:
        run_machines(size, lines, town, SEED, list(MACHINES))
    finally:
        wiring.connect()


def _interface(size: Size, lines: RowLines, town: Any) -> None:
    from tests.safety.fuzz.interface import asking, operations, prepared, requests_of
    from tests.safety.fuzz.uploads import uploads

    named, known = operations(), prepared(town)
    lines.write("operations", named=named)
    _try_readers(size, lines, [uploads(town)])
    with asking(known.headers) as ask:
        for operation in named:

            def send(one: Any, operation: str = operation) -> None:
                status, wrong = ask(one)
                lines.write("request", operation=operation, status=status, wrong=wrong)

            wanted = size.pick(small=20, ci=-(-600 // len(named)), night=-(-22_000 // len(named)))
            _tried(requests_of(operation, known), wanted, send)


def _tried(inputs: Any, count: int, act: Callable[[Any], None]) -> None:
    """So many inputs of a strategy, the same ones each time."""
    from hypothesis import HealthCheck, Phase, given, seed, settings

    limits = settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    @limits
    @seed(SEED)
    @given(one=inputs)
    def tried(one: Any) -> None:
        act(one)

    tried()
