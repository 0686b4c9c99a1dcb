"""From the lines of a table to processes: a line for each step, or for a process whose steps nobody knows yet.

Words are those of any language of the product, as its own files have them. Pure: whoever reads a file gives its lines.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from stadttor.core.refused import Refused
from stadttor.core.tables import FORMULA
from stadttor.inventory.rules.stock import (
    LONGEST,
    LONGEST_LAW,
    MOST_MINUTES,
    MOST_VOLUME,
    Process,
    Step,
    must_be_short,
    must_be_sound,
    must_lie,
)

MOST_LINES = 5_000
MOST_FAULTS = 2_000
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
    """What is wrong in a line, counted from 1, and in which of COLUMNS if in one; `text` is an English message id."""

    line: int
    text: str
    values: Mapping[str, object] = field(default_factory=dict)
    column: str = ""


@dataclass(frozen=True)
class Read:
    """What a table says: processes in the order of their first lines, none with a fault in any of its lines (`left_out` are
    those); what it calls its columns, which ones nobody knows."""

    processes: tuple[Process, ...] = ()
    faults: tuple[Fault, ...] = ()
    columns: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    heads: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Found:
    """A process so far, with the line that named it."""

    line: int
    given: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    is_wrong: bool = False


def read(lines: Sequence[Sequence[str]], words: Words) -> Read:
    """The processes of a table whose first line names its columns. Every fault is told, up to MOST_FAULTS."""
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
        if not one.is_wrong:
            try:
                must_be_sound(made)
            except Refused as refused:
                faults.append(_fault(one.line, refused))
                one.is_wrong = True
        if not one.is_wrong:
            processes.append(made)
    ordered = sorted(faults, key=lambda fault: fault.line)
    return Read(
        tuple(processes), tuple(ordered[:MOST_FAULTS]), columns, unknown,
        tuple(name for name, one in found.items() if one.is_wrong),
        {head: _plain(cell) for cell, head in zip(lines[0], heads, strict=True) if head},
    )  # fmt: skip


def _unreadable(line: int, refused: Refused) -> Read:
    return Read(faults=(_fault(line, refused),))


def _fault(line: int, refused: Refused, column: str = "") -> Fault:
    return Fault(line, refused.text, refused.values, column)


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
    tried = _Tried(number)
    name = cells.get("name", "")
    if not name:
        tried.note("name", Refused("name_missing", "The name of the process is missing."))
    tried.do("name", lambda: must_be_short("name", name, LONGEST))
    given, step = _given(cells, words, tried), _step(cells, words, tried)
    if name:
        known = found.setdefault(name, _Found(number, {"name": name}))
        for key, value in given.items():
            if known.given.setdefault(key, value) != value:
                text = "This is not what line {line} says of the same process."
                tried.note(key, Refused("contradicts", text, line=known.line))
        known.steps += [step] if step else []
        known.is_wrong = known.is_wrong or bool(tried.faults)
    yield from tried.faults


class _Tried:
    """The faults of a line so far: what fails in one cell keeps nobody from looking at the next."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.faults: list[Fault] = []

    def do(self, column: str, make: Callable[[], Any]) -> Any:
        """What it makes; none when it refuses."""
        try:
            return make()
        except Refused as refused:
            self.note(column, refused)
            return None

    def note(self, column: str, refused: Refused) -> None:
        self.faults.append(_fault(self.line, refused, column))


def _given(cells: Mapping[str, str], words: Words, tried: _Tried) -> dict[str, Any]:
    """What the line says of the process as a whole; an empty cell says nothing."""
    given: dict[str, Any] = {name: cells[name] for name in ("systems", "law") if cells.get(name)}
    for name, most in (("systems", LONGEST), ("law", LONGEST_LAW)):
        tried.do(name, lambda name=name, most=most: must_be_short(name, given.get(name, ""), most))  # type: ignore[misc]  # bound at once
    if cells.get("volume"):
        given["volume"] = tried.do("volume", lambda: _whole(cells["volume"], "volume", MOST_VOLUME))
    if cells.get("demand"):
        given["demand"] = tried.do("demand", lambda: _known(cells["demand"], words.demands))
    return {name: value for name, value in given.items() if value is not None}


def _step(cells: Mapping[str, str], words: Words, tried: _Tried) -> Step | None:
    name, minutes, breaks = (cells.get(one, "") for one in ("step", "minutes", "breaks"))
    if not name and (minutes or breaks):
        text = "Minutes and media breaks belong to a step; please say what is done."
        tried.note("step", Refused("no_step", text))
    tried.do("step", lambda: must_be_short("step", name, LONGEST))
    often = tried.do("minutes", lambda: _whole(minutes, "minutes", MOST_MINUTES)) if minutes else 0
    parts = [part for part in re.split(r"[,;،]", breaks) if part.strip()]
    kinds = [tried.do("breaks", lambda part=part: _known(part, words.breaks)) for part in parts]  # type: ignore[misc]  # as above
    return Step(name, often or 0, tuple(dict.fromkeys(filter(None, kinds)))) if name else None


def _known(text: str, words: Mapping[str, Any]) -> Any:
    key = text.strip().casefold()
    if key not in words:
        raise Refused("unknown_word", "“{word}” is not known here.", word=text.strip()[:50])
    return words[key]


def _whole(text: str, field: str, most: int) -> int:
    """`1200`, and `1.200` as spreadsheets write it."""
    digits = re.sub(r"\D", "", text) if _THOUSANDS.fullmatch(text) else text
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise Refused("no_number", "“{word}” is no whole number.", word=text[:50])
    must_lie(field, int(digits), most)
    return int(digits)


def _plain(cell: str) -> str:
    """A line of text; the apostrophe our own files put in front of what looks like a formula is taken away."""
    text = " ".join(cell.replace("\0", "").split())
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text
