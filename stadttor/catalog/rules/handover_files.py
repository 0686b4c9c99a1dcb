"""The file of a hand-over, written from its rule: XML, JSON or CSV, always UTF-8 and the same for the same case.

Every file says first which hand-over it is (`hand_over`): the target knows by it what it has already.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

from stadttor.catalog.rules.handover import Entry, Facts, FileRule
from stadttor.core.cel import Value

ID = "hand_over"


class TooLarge(ValueError):
    """The file would have more bytes than are allowed."""


def write(rule: FileRule, facts: Facts, hand_over: str, most: int) -> bytes:
    """The bytes of the file. `hand_over` is the id under which the target gets it.

    Raises TooLarge for more than `most`, before the memory for it is taken: a rule may name one answer three hundred times.
    """
    data = _WRITERS[rule.format](rule, facts, hand_over, _Room(most))
    if len(data) > most:
        raise TooLarge(len(data))
    return data


class _Room:
    """How many letters the values may still have together; none has less than a byte."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, value: Value) -> Value:
        self._left -= len(_text(value))
        if self._left < 0:
            raise TooLarge
        return value


def _json(rule: FileRule, facts: Facts, hand_over: str, room: _Room) -> bytes:
    tree = {ID: hand_over, **_tree(rule.entries, facts, None, room)}
    return json.dumps(tree, ensure_ascii=False, indent=1).encode() + b"\n"


def _tree(entries: tuple[Entry, ...], facts: Facts, place: tuple[str, int] | None, room: _Room) -> dict[str, Any]:
    """Nested by the dots of the names, in their order; what has no value is left out."""
    tree: dict[str, Any] = {}
    for entry in entries:
        *above, name = entry.to.split(".")
        value: Any
        if entry.each:
            value = [_tree(entry.entries, facts, (entry.each, index), room) for index in facts.elements(entry.each)]
        else:
            value = room.take(facts.value(entry.source, place)) if entry.source else None
        if value in (None, "", []):
            continue
        inside = tree
        for step in above:
            inside = inside.setdefault(step, {})
        inside[name] = value
    return tree


def _xml(rule: FileRule, facts: Facts, hand_over: str, room: _Room) -> bytes:
    root = ElementTree.Element(rule.root, {ID: hand_over})
    if rule.namespace:
        root.set("xmlns", rule.namespace)
    _add(root, _tree(rule.entries, facts, None, room))
    ElementTree.indent(root, " ")
    text: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _add(parent: ElementTree.Element, tree: dict[str, Any]) -> None:
    for name, value in tree.items():
        for one in value if isinstance(value, list) else [value]:
            element = ElementTree.SubElement(parent, name)
            if isinstance(one, dict):
                _add(element, one)
            else:
                element.text = _text(one)


def _csv(rule: FileRule, facts: Facts, hand_over: str, room: _Room) -> bytes:
    """Every value in quotes, after a semicolon, lines end as RFC 4180 has it; the first line names the columns."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([ID, *(entry.to for entry in rule.entries)])
    for place in _places(rule, facts):
        values = (room.take(facts.value(entry.source, place)) if entry.source else None for entry in rule.entries)
        writer.writerow([hand_over, *map(_text, values)])
    return out.getvalue().encode()


def _places(rule: FileRule, facts: Facts) -> Iterator[tuple[str, int] | None]:
    if not rule.rows:
        yield None
    for index in facts.elements(rule.rows) if rule.rows else ():
        yield rule.rows, index


def _text(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else str(value)


_WRITERS: dict[str, Callable[[FileRule, Facts, str, _Room], bytes]] = {"xml": _xml, "json": _json, "csv": _csv}
