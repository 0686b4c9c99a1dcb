"""One value of a YAML file is written anew; everything around it, order and comments too, stays as its author left it.

PyYAML says where each value stands in the text. Whatever comes out is read again by the strict reader and must be the old
data with exactly this change: else nothing is written and the caller hears so.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

from stadttor.catalog.rules.faults import PackageRefused, refuse
from stadttor.catalog.rules.strict_yaml import Path, load

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN = re.compile(r"[^\W_][^\n\t]*")
_STEP = "  "


def put(content: bytes, file: str, path: Path, value: str | bool | None) -> bytes:
    """The file with this value at the path; what leads there is added where it is missing.

    Raises PackageRefused when the file cannot be read, or the value cannot be put there without touching more.
    """
    if not path:
        raise _by_hand(file)
    wanted = _with(_data(content, file), path, value, file)
    text = content.decode()
    changed = (_new(path, value) if not text.strip() else _changed(text, path, value, file)).encode()
    try:
        came_out = load(changed, file, with_lines=False).data
    except PackageRefused:
        raise _by_hand(file) from None
    if came_out != wanted:
        raise _by_hand(file)
    return changed


def _by_hand(file: str) -> PackageRefused:
    return refuse(file, 0, "This value cannot be changed by itself.", "Edit the file as a whole.")


def _data(content: bytes, file: str) -> Any:
    return load(content, file, with_lines=False).data if content.strip() else {}


def _with(data: Any, path: Path, value: object, file: str) -> Any:
    """The data with the change, as a copy along the path."""
    if not path:
        return value
    head, rest = path[0], path[1:]
    if isinstance(data, list) and isinstance(head, int) and head < len(data):
        return [_with(one, rest, value, file) if place == head else one for place, one in enumerate(data)]
    if isinstance(data, dict) and isinstance(head, str):
        return {**data, head: _with(data.get(head, {} if rest else None), rest, value, file)}
    raise _by_hand(file)


def _new(path: Path, value: object, indent: str = "") -> str:
    """Lines for what is not there yet."""
    lines = [f"{indent}{_STEP * depth}{_key(name)}:" for depth, name in enumerate(path)]
    return "\n".join(lines) + " " + _written(value, indent + _STEP * len(path), flow=False) + "\n"


def _changed(text: str, path: Path, value: object, file: str) -> str:
    """The text with the value in the place of the old one, or beside its neighbours."""
    node: Any = yaml.compose(text, Loader=_Loader)
    flow, known, column = False, 0, 0
    for step in path:
        below = _below(node, step)
        if below is None:
            break
        flow, column = flow or bool(node.flow_style), node.start_mark.column
        node, known = below, known + 1
    if known == len(path):
        if not isinstance(node, yaml.ScalarNode):
            raise _by_hand(file)
        start, end = node.start_mark.index, _end(text, node, column)
        gap = " " if start == end else ""
        one_line = flow or bool(text[end : _line_end(text, end)].strip())
        return text[:start] + gap + _written(value, " " * column + _STEP, flow=one_line) + text[end:]
    rest = path[known:]
    if not isinstance(node, yaml.MappingNode):
        raise _by_hand(file)
    if node.flow_style:
        end = node.end_mark.index - 1
        before = text[:end].rstrip() if node.value else text[:end]
        said = "".join(f"{_key(one)}: {{" for one in rest[:-1])
        said += f"{_key(rest[-1])}: {_written(value, '', flow=True)}" + "}" * (len(rest) - 1)
        comma = ("" if before.endswith(",") else ",") + " " if node.value else ""
        return before + comma + said + text[end:]
    place = _after_line(text, _last(text, node))
    lead = "" if place == 0 or text[place - 1] == "\n" else "\n"
    return text[:place] + lead + _new(rest, value, " " * node.start_mark.column) + text[place:]


def _below(node: Any, step: str | int) -> Any:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _end(text: str, node: Any, column: int) -> int:
    """Where a value ends. A block of text ends with its last line that is indented deeper than its key."""
    if node.style not in ("|", ">"):
        return int(node.end_mark.index)
    end = line_end = _line_end(text, node.start_mark.index)
    while line_end < len(text):
        start, line_end = line_end + 1, _line_end(text, line_end + 1)
        line = text[start:line_end]
        if line.strip():
            if len(line) - len(line.lstrip(" ")) <= column:
                break
            end = line_end
    return end


def _last(text: str, node: Any, column: int = 0) -> int:
    """Where the last value of a mapping or list ends."""
    if isinstance(node, yaml.ScalarNode):
        return _end(text, node, column)
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _last(text, last[1] if isinstance(last, tuple) else last, node.start_mark.column)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _after_line(text: str, place: int) -> int:
    return min(_line_end(text, place) + 1, len(text))


def _key(name: str | int) -> str:
    text = str(name)
    return text if re.fullmatch(r"[a-z_][a-z0-9_-]*", text) and text not in ("true", "false", "null") else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _written(value: object, indent: str, flow: bool) -> str:
    """A value as the format's authors write it: without quotes where none are needed, several lines as a block.

    With `flow` something follows in the same line: there is no block then.
    """
    if not isinstance(value, str):
        return {True: "true", False: "false", None: "null"}[value]  # type: ignore[index]  # the three there are
    if "\n" in value and not flow and not value.startswith((" ", "\n")):
        lines = value.rstrip("\n").split("\n")
        keeps = len(value) - len(value.rstrip("\n"))
        if keeps < 2 and all(line == line.rstrip() for line in lines):
            return "|" + ("-" if not keeps else "") + "".join(f"\n{indent}{line}" if line else "\n" for line in lines)
    return value if _is_plain(value, flow) else _quoted(value)


def _is_plain(value: str, flow: bool) -> bool:
    risky: Sequence[str] = (": ", " #", *("[]{},:" if flow else ()))
    if (
        not _PLAIN.fullmatch(value)
        or value != value.strip()
        or value.endswith(":")
        or any(one in value for one in risky)
    ):
        return False
    try:
        return bool(load(f"a: {value}".encode(), "value", with_lines=False).data == {"a": value})
    except PackageRefused:
        return False
