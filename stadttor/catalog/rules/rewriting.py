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


def put(content: bytes, file: str, path: Path, value: Any) -> bytes:
    """The file with this value (text, number, yes or no, a list or mapping of them) at the path.

    What leads there is added where it is missing. A list or mapping of several lines is not replaced.
    Raises PackageRefused when the file cannot be read, or the value cannot be put there without touching more.
    """
    if not path:
        raise by_hand(file)
    wanted = _with(data_of(content, file), path, value, file)
    text = content.decode()
    return proven(_new(path, value) if not text.strip() else _changed(text, path, value, file), wanted, file)


def proven(text: str, wanted: Any, file: str) -> bytes:
    """The new file, once the strict reader has found exactly this data in it. Raises PackageRefused otherwise."""
    changed = text.encode()
    try:
        came_out = load(changed, file, with_lines=False).data
    except PackageRefused:
        raise by_hand(file) from None
    if came_out != wanted:
        raise by_hand(file)
    return changed


def by_hand(file: str) -> PackageRefused:
    """The refusal of what cannot be changed without touching more."""
    return refuse(file, 0, "This value cannot be changed by itself.", "Edit the file as a whole.")


def data_of(content: bytes, file: str) -> Any:
    """What the file says; nothing for an empty one. Raises PackageRefused."""
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
    raise by_hand(file)


def _new(path: Path, value: object, indent: str = "") -> str:
    """Lines for what is not there yet."""
    lines = [f"{indent}{_STEP * depth}{_key(name)}:" for depth, name in enumerate(path)]
    below = indent + _STEP * len(path)
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        return "\n".join(lines) + "\n" + "".join(item_lines(one, below) for one in value)
    return "\n".join(lines) + " " + _written(value, below, flow=False) + "\n"


def item_lines(item: Any, indent: str) -> str:
    """Lines for a new element of a list: in one line, what holds such lists itself below each other."""
    if not isinstance(item, dict) or not any(_holds_items(value) for value in item.values()):
        return f"{indent}- {written_flow(item)}\n"
    lines = "".join(_new((key,), value, indent + _STEP) for key, value in item.items())
    return f"{indent}- {lines[len(indent) + len(_STEP) :]}"


def _holds_items(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def _changed(text: str, path: Path, value: object, file: str) -> str:
    """The text with the value in the place of the old one, or beside its neighbours."""
    node = composed(text)
    flow, known, column = False, 0, 0
    for step in path:
        below = below_node(node, step)
        if below is None:
            break
        flow, column = flow or bool(node.flow_style), node.start_mark.column
        node, known = below, known + 1
    if known == len(path):
        if not isinstance(node, yaml.ScalarNode) and not (node.flow_style and isinstance(value, list | dict)):
            raise by_hand(file)
        start, end = node.start_mark.index, end_of(text, node, column)
        gap = " " if start == end else ""
        one_line = flow or bool(text[end : _line_end(text, end)].strip())
        return text[:start] + gap + _written(value, " " * column + _STEP, flow=one_line) + text[end:]
    rest = path[known:]
    if not isinstance(node, yaml.MappingNode):
        raise by_hand(file)
    if node.flow_style:
        end = node.end_mark.index - 1
        before = text[:end].rstrip() if node.value else text[:end]
        said = "".join(f"{_key(one)}: {{" for one in rest[:-1])
        said += f"{_key(rest[-1])}: {written_flow(value)}" + "}" * (len(rest) - 1)
        comma = ("" if before.endswith(",") else ",") + " " if node.value else ""
        return before + comma + said + text[end:]
    place = after_line(text, end_of(text, node))
    lead = "" if place == 0 or text[place - 1] == "\n" else "\n"
    return text[:place] + lead + _new(rest, value, " " * node.start_mark.column) + text[place:]


def composed(text: str) -> Any:
    """The tree of the text, whose nodes say where they stand."""
    return yaml.compose(text, Loader=_Loader)


def below_node(node: Any, step: str | int) -> Any:
    """The node one step further; None when there is none."""
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


def end_of(text: str, node: Any, column: int = 0) -> int:
    """Where the last value of a mapping or list ends."""
    if isinstance(node, yaml.ScalarNode):
        return _end(text, node, column)
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return end_of(text, last[1] if isinstance(last, tuple) else last, node.start_mark.column)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def after_line(text: str, place: int) -> int:
    """Where the next line begins."""
    return min(_line_end(text, place) + 1, len(text))


def _key(name: str | int) -> str:
    text = str(name)
    return text if re.fullmatch(r"[a-z_][a-z0-9_-]*", text) and text not in ("true", "false", "null") else _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _written(value: object, indent: str, flow: bool) -> str:
    """A value as the format's authors write it: without quotes where none are needed, several lines as a block.

    With `flow` something follows in the same line: there is no block then. Lists and mappings are written in one line.
    """
    if isinstance(value, list):
        return f"[{', '.join(written_flow(one) for one in value)}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)}: {written_flow(one)}' for key, one in value.items())}}}"
    if type(value) is int:
        return str(value)
    if not isinstance(value, str):
        return {True: "true", False: "false", None: "null"}[value]  # type: ignore[index]  # the three there are
    if "\n" in value and not flow and not value.startswith((" ", "\n")):
        lines = value.rstrip("\n").split("\n")
        keeps = len(value) - len(value.rstrip("\n"))
        if keeps < 2 and all(line == line.rstrip() for line in lines):
            return "|" + ("-" if not keeps else "") + "".join(f"\n{indent}{line}" if line else "\n" for line in lines)
    return value if _is_plain(value, flow) else _quoted(value)


def written_flow(value: object) -> str:
    """A value in one line."""
    return _written(value, "", flow=True)


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
