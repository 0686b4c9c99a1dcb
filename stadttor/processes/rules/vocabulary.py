"""The words a process shares with the platform: steps, messages, services, flags, conditions."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from stadttor.core.cel import BOOLEAN, INTEGER, TEXT, Declared, Environment, Expression, record

Flag: TypeAlias = "str | int | bool"

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"

# Steps the platform acts on by their id. A package may add further user tasks of its own between them.
CHECK, ANSWER, DECIDE, CONFIRM, SEND, CLOSE = "check", "answer", "decide", "confirm", "send", "close"
STEPS = (CHECK, ANSWER, DECIDE, CONFIRM, SEND, CLOSE)
NEEDED_STEPS = (DECIDE, SEND)
WITHDRAW = "withdraw"

SERVICES = {"stadttor:notify": "notify", "stadttor:remind": "remind"}

# What a condition may ask, as `a.outcome == 'ask_back'`: never an answer of a person.
FLAGS = {
    "outcome": TEXT,  # of the last step
    "decision": TEXT,  # of the last decision: granted, refused …
    "four_eyes": BOOLEAN,
    "channel": TEXT,
    "trust": TEXT,
    "fee_cents": INTEGER,
}
NAMES = Declared(answers=record(FLAGS))
FLAG_LENGTH = 60

DURATION = re.compile(r"P([0-9]{1,3})D|PT([0-9]{1,4})([HM])")


def condition(source: str) -> Expression:
    """A condition on a sequence flow. Raises ProfileError."""
    return Expression.parse(source, NAMES, BOOLEAN)


def holds(source: str, flags: Mapping[str, Flag]) -> bool:
    """Whether the condition is true for these flags."""
    return _compiled(source).holds(Environment.of(NAMES, {"a": dict(flags)}))


def must_be_flags(flags: Mapping[str, Flag]) -> None:
    """ValueError for anything that is not a declared, small flag: a bug of the caller, never of a person."""
    for name, value in flags.items():
        if name not in FLAGS or not isinstance(value, (str, int, bool)) or len(str(value)) > FLAG_LENGTH:
            raise ValueError(f"not a flag of a process: {name}")


_cache: dict[str, Expression] = {}
_CACHE_MOST = 2_000


def _compiled(source: str) -> Expression:
    if source not in _cache:
        if len(_cache) >= _CACHE_MOST:
            _cache.clear()
        _cache[source] = condition(source)
    return _cache[source]
