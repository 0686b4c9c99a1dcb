"""YAML as packages use it: a strict subset that keeps line numbers.

Refused: anchors and aliases (alias bombs), tags, several documents, duplicate keys, merge keys, deep nesting, too many
values. Only `true`, `false`, `null`, decimal integers and decimal numbers are not text: `no`, `on`, `2026-11-22` and
`12:30` stay text, as their author meant them (YAML 1.2 core schema without octal and hexadecimal numbers).
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from stadttor.catalog.rules import limits
from stadttor.catalog.rules.faults import PackageRefused, refuse

Path = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})\Z")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}\Z")
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None, "~": None, "": None}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Document:
    """The data of one YAML file and the line (from 1) of every value, by path."""

    file: str
    data: Any
    lines: Mapping[Path, int]

    def line(self, path: Path = ()) -> int:
        """The line of the value, or of the nearest value around it that exists."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1


def load(content: bytes, file: str, *, with_lines: bool = True) -> Document:
    """Parse one file. Raises PackageRefused with the place of the first fault.

    Without lines, which take more memory than the data, every value is said to stand in the first one.
    """
    if len(content) > limits.YAML_BYTES:
        raise refuse(file, 0, f"The file is larger than {limits.YAML_BYTES:,} bytes.", "Shorten it.")
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse(file, line, "The file is not UTF-8.", "Save it as UTF-8.") from None
    reader = _Reader(file, with_lines)
    try:
        data = reader.document(yaml.parse(text, Loader=_Loader))
    except yaml.YAMLError as error:
        raise _unreadable(file, error) from None
    return Document(file, data, reader.lines)


def _unreadable(file: str, error: yaml.YAMLError) -> PackageRefused:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable"
    line = mark.line + 1 if mark else 0
    return refuse(file, line, f"This is not valid YAML: {problem}.", "Check indentation, quotes and colons here.")


class _Reader:
    """Builds plain data from parser events, checking limits as it goes."""

    def __init__(self, file: str, with_lines: bool) -> None:
        self.file, self.with_lines = file, with_lines
        self.lines: dict[Path, int] = {}
        self.count = 0

    def document(self, events: Iterator[Any]) -> Any:
        next(events)
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            raise refuse(self.file, 1, "The file is empty.", "Fill it or remove it.")
        data = self.value(next(events), events, (), 0, 0)
        next(events)
        after = next(events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self.fault(after, "A second document begins here.", "Keep one document per file; remove `---`.")
        return data

    def value(self, event: Any, events: Iterator[Any], path: Path, mappings: int, depth: int) -> Any:
        self.admit(event)
        if self.with_lines:
            self.lines[path] = event.start_mark.line + 1
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        is_mapping = isinstance(event, yaml.MappingStartEvent)
        mappings += is_mapping
        if mappings > limits.MAPPING_DEPTH:
            raise self.fault(event, f"Nested deeper than {limits.MAPPING_DEPTH} levels.", "Make the structure flatter.")
        if depth >= limits.COLLECTION_DEPTH:
            text = f"Nested deeper than {limits.COLLECTION_DEPTH} levels, lists included."
            raise self.fault(event, text, "Make the structure flatter.")
        if is_mapping:
            return self.mapping(events, path, mappings, depth + 1)
        return self.sequence(events, path, mappings, depth + 1)

    def admit(self, event: Any) -> None:
        self.count += 1
        if self.count > limits.YAML_NODES:
            raise self.fault(event, f"More than {limits.YAML_NODES:,} values.", "Split or shorten the file.")
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self.fault(event, "Anchors and aliases (`&`, `*`) are not allowed.", "Write the value out.")
        if event.tag is not None and event.tag != "!":
            raise self.fault(event, f"The tag `{event.tag[:40]}` is not allowed.", "Remove it.")

    def scalar(self, event: Any) -> Any:
        text: str = event.value
        if len(text.encode("utf-8", "replace")) > limits.TEXT_BYTES:
            raise self.fault(event, f"A text longer than {limits.TEXT_BYTES:,} bytes.", "Shorten it.")
        if "\x00" in text:
            raise self.fault(event, "A text with a zero byte.", "Remove the byte.")
        return text if event.style else _typed(text)

    def mapping(self, events: Iterator[Any], path: Path, mappings: int, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for event in events:
            if isinstance(event, yaml.MappingEndEvent):
                return found
            key = self.key(event, found)
            found[key] = self.value(next(events), events, (*path, key), mappings, depth)
            if self.with_lines:
                self.lines[(*path, key)] = event.start_mark.line + 1
        raise refuse(self.file, 0, "The file ends in the middle of a mapping.")

    def key(self, event: Any, found: Mapping[str, Any]) -> str:
        self.admit(event)
        if not isinstance(event, yaml.ScalarEvent):
            raise self.fault(event, "A key must be a plain word.", "Put quotes around a text that begins with [ or {.")
        key: str = event.value
        if key == "<<":
            raise self.fault(event, "Merge keys (`<<`) are not allowed.", "Write the values out.")
        if len(key) > 200 or "\x00" in key:
            raise self.fault(event, "A key longer than 200 characters or with a zero byte.", "Shorten it.")
        if key in found:
            raise self.fault(event, f"The key `{key}` stands here twice.", "Remove one of the two.")
        # A package says the same keys for every element and in every language.
        return sys.intern(key)

    def sequence(self, events: Iterator[Any], path: Path, mappings: int, depth: int) -> list[Any]:
        found: list[Any] = []
        for event in events:
            if isinstance(event, yaml.SequenceEndEvent):
                return found
            found.append(self.value(event, events, (*path, len(found)), mappings, depth))
        raise refuse(self.file, 0, "The file ends in the middle of a list.")

    def fault(self, event: Any, text: str, mend: str) -> PackageRefused:
        return refuse(self.file, event.start_mark.line + 1, text, mend)


def _typed(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _DECIMAL.match(text) else text
