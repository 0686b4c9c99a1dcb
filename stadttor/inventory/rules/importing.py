"""From the lines of a table to processes: a line for each step, or for a process whose steps nobody knows yet.

Words are those of any language of the product, as its own files have them. Pure: whoever reads a file gives its lines.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stadttor.core.refused import Refused
from stadttor.core.tables import FORMULA
from stadttor.inventory.rules.stock import Process, Step, must_be_sound

MOST_LINES = 5_000
MOST_FAULTS = 100
COLUMNS = ("name", "volume", "demand", "systems", "law", "step", "minutes", "breaks")
_THOUSANDS = re.compile(r"\d{1,3}([.,\u2019'\s]\d{3})+", re.ASCII)


@dataclass(frozen=True)
class Words:
    """What may stand in a table, in lower case: heads of COLUMNS, demands, kinds of media breaks."""

    heads: Mapping[str, str]
    demands: Mapping[str, int]
    breaks: Mapping[str, str]


@dataclass(frozen=True)
class Fault:
    """What is wrong in a line, counted from 1; `text` is an English message id."""

    line: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """What a table says: processes in the order of their first lines; which columns it has, which ones nobody knows."""

    processes: tuple[Process, ...] = ()
    faults: tuple[Fault, ...] = ()
    columns: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()


@dataclass
class _Found:
    """A process so far, with the line that named it."""

    line: int
    given: dict[str, Any]
    steps: list[Step] = field(default_factory=list)


def read(lines: Sequence[Sequence[str]], words: Words) -> Read:
    """The processes of a table whose first line names its columns. With any fault nothing of it may be kept."""
    if not lines:
        return _unreadable(1, Refused("empty", "The table is empty."))
    if len(lines) > MOST_LINES + 1:
        return _unreadable(MOST_LINES + 2, Refused("lines", "A table has {most} lines at most.", most=MOST_LINES))
    heads = [words.heads.get(_plain(cell).casefold(), "") for cell in lines[0]]
    columns = frozenset(filter(None, heads))
    unknown = tuple(_plain(cell) for cell, head in zip(lines[0], heads, strict=True) if not head and _plain(cell))
    if "name" not in columns:
        return _unreadable(1, Refused("no_name", "No column says which process it is. Its head is “Process”."))
    if twice := [head for head in columns if heads.count(head) > 1]:
        name = _plain(lines[0][heads.index(twice[0])])
        return _unreadable(1, Refused("twice", "Two columns have the same head: {name}.", name=name))
    found: dict[str, _Found] = {}
    faults = [fault for number, line in enumerate(lines[1:], 2) for fault in _line(number, line, heads, words, found)]
    processes = []
    for one in found.values():
        made = Process(**one.given, steps=tuple(one.steps))
        try:
            must_be_sound(made)
        except Refused as refused:
            faults.append(_fault(one.line, refused))
        processes.append(made)
    ordered = sorted(faults, key=lambda fault: fault.line)
    return Read(tuple(processes), tuple(ordered[:MOST_FAULTS]), columns, unknown)


def _unreadable(line: int, refused: Refused) -> Read:
    return Read(faults=(_fault(line, refused),))


def _fault(line: int, refused: Refused) -> Fault:
    return Fault(line, refused.text, refused.values)


def merged(kept: Process, given: Process, columns: frozenset[str]) -> Process:
    """What is kept becomes with a table: what it has no column for stays, and so does which service it is."""
    names = [name for name in ("volume", "demand", "systems", "law") if name in columns]
    changed: dict[str, Any] = {name: getattr(given, name) for name in names}
    if "step" in columns:
        changed["steps"] = given.steps
    return replace(kept, **changed)


def _line(
    number: int, line: Sequence[str], heads: Sequence[str], words: Words, found: dict[str, _Found]
) -> Iterator[Fault]:
    cells = {head: _plain(cell) for head, cell in zip(heads, line, strict=False) if head}
    if not any(cells.values()):
        return
    name = cells.get("name", "")
    if not name:
        yield _fault(number, Refused("name_missing", "The name of the process is missing."))
        return
    try:
        given = _given(cells, words)
        step = _step(cells, words)
    except Refused as refused:
        yield _fault(number, refused)
        return
    known = found.setdefault(name, _Found(number, {"name": name}))
    for key, value in given.items():
        if known.given.setdefault(key, value) != value:
            text = Refused("contradicts", "This is not what line {line} says of the same process.", line=known.line)
            yield _fault(number, text)
            return
    if step:
        known.steps.append(step)


def _given(cells: Mapping[str, str], words: Words) -> dict[str, Any]:
    """What the line says of the process as a whole; an empty cell says nothing."""
    given: dict[str, Any] = {name: cells[name] for name in ("systems", "law") if cells.get(name)}
    if cells.get("volume"):
        given["volume"] = _whole(cells["volume"])
    if cells.get("demand"):
        given["demand"] = _known(cells["demand"], words.demands)
    return given


def _step(cells: Mapping[str, str], words: Words) -> Step | None:
    minutes, breaks = cells.get("minutes", ""), cells.get("breaks", "")
    if not cells.get("step"):
        if minutes or breaks:
            raise Refused("no_step", "Minutes and media breaks belong to a step; please say what is done.")
        return None
    kinds = [_known(part, words.breaks) for part in re.split(r"[,;،]", breaks) if part.strip()]
    return Step(cells["step"], _whole(minutes) if minutes else 0, tuple(dict.fromkeys(kinds)))


def _known(text: str, words: Mapping[str, Any]) -> Any:
    key = text.strip().casefold()
    if key not in words:
        raise Refused("unknown_word", "“{word}” is not known here.", word=text.strip()[:50])
    return words[key]


def _whole(text: str) -> int:
    """`1200`, and `1.200` as spreadsheets write it."""
    digits = re.sub(r"\D", "", text) if _THOUSANDS.fullmatch(text) else text
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise Refused("no_number", "“{word}” is no whole number.", word=text[:50])
    return int(digits)


def _plain(cell: str) -> str:
    """A line of text; the apostrophe our own files put in front of what looks like a formula is taken away."""
    text = " ".join(cell.replace("\0", "").split())
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
