"""A value or element of a YAML file is taken away, added or moved; like `rewriting`, it leaves everything else as it was.

Comments right above an element belong to it: they move and go with it.
"""

from collections.abc import Sequence
from typing import Any

import yaml

from stadttor.catalog.rules.rewriting import (
    after_line,
    below_node,
    by_hand,
    composed,
    data_of,
    end_of,
    item_lines,
    proven,
    put,
    written_flow,
)
from stadttor.catalog.rules.strict_yaml import Path

Span = tuple[int, int]


def take_away(content: bytes, file: str, path: Path) -> bytes:
    """The file without what stands at the path, and without mappings that would be empty then.

    A path that is not there changes nothing. Raises PackageRefused when more would have to be touched.
    """
    data = data_of(content, file)
    if not path or not _is_there(data, path):
        return content
    while len(path) > 1 and isinstance(_at(data, path[:-1]), dict) and len(_at(data, path[:-1])) == 1:
        path = path[:-1]
    text = _ended(content.decode())
    node = _node(text, path[:-1])
    spans = _spans(text, node)
    at = path[-1] if isinstance(path[-1], int) else list(_at(data, path[:-1])).index(path[-1])
    if len(spans) == 1:
        raise by_hand(file)
    if node.flow_style:
        start, end = (spans[at - 1][1], spans[at][1]) if at else (spans[0][0], spans[1][0])
    else:
        start, end = _lines(text, node, spans, at)
    return proven(text[:start] + text[end:], _without(data, path), file)


def add_item(content: bytes, file: str, path: Path, item: object) -> bytes:
    """The file with this element at the end of the list at the path, which is begun where it is missing.

    Raises PackageRefused when there is something else than a list.
    """
    data = data_of(content, file)
    there = _at(data, path) if _is_there(data, path) else None
    if there is None:
        return put(content, file, path, [item])
    if not isinstance(there, list):
        raise by_hand(file)
    text = _ended(content.decode())
    node = _node(text, path)
    if node.flow_style:
        place = node.end_mark.index - 1
        kept = text[:place].rstrip().removesuffix(",") if node.value else text[:place]
        changed = kept + (", " if node.value else "") + written_flow(item) + text[place:]
    else:
        place = after_line(text, end_of(text, node))
        changed = text[:place] + item_lines(item, " " * node.start_mark.column) + text[place:]
    return proven(changed, _with_list(data, path, [*there, item]), file)


def swap_items(content: bytes, file: str, path: Path, first: int) -> bytes:
    """The file with the element at `first` and the one after it in each other's place. Raises PackageRefused."""
    data = data_of(content, file)
    there = _at(data, path)
    if not isinstance(there, list) or not 0 <= first < len(there) - 1:
        raise by_hand(file)
    text = _ended(content.decode())
    node = _node(text, path)
    spans = _spans(text, node)
    one, other = (
        (spans[first], spans[first + 1])
        if node.flow_style
        else (_lines(text, node, spans, first), _lines(text, node, spans, first + 1))
    )
    changed = (
        text[: one[0]] + text[other[0] : other[1]] + text[one[1] : other[0]] + text[one[0] : one[1]] + text[other[1] :]
    )
    swapped = [*there[:first], there[first + 1], there[first], *there[first + 2 :]]
    return proven(changed, _with_list(data, path, swapped), file)


def move_item(content: bytes, file: str, source: Path, at: int, goal: Path) -> bytes:
    """The file with an element of one list at the end of another one, none of which is in the element itself.

    Comments go with it where both lists are indented alike. Raises PackageRefused, also for the only element of its list.
    """
    data = data_of(content, file)
    item = _at(data, (*source, at))
    text = _ended(content.decode())
    here, there = _node(text, source), _node(text, goal)
    alike = not here.flow_style and not there.flow_style and here.start_mark.column == there.start_mark.column
    if not alike or len(here.value) == 1:
        return add_item(take_away(content, file, (*source, at)), file, goal, item)
    start, end = _lines(text, here, _spans(text, here), at)
    place = after_line(text, end_of(text, there))
    cut = text[start:end]
    changed = (
        text[:start] + text[end:place] + cut + text[place:] if place > start else
        text[:place] + cut + text[place:start] + text[end:]
    )  # fmt: skip
    wanted = _with_list(_without(data, (*source, at)), goal, [*_at(data, goal), item])
    return proven(changed, wanted, file)


def _spans(text: str, node: Any) -> list[Span]:
    """From where to where each element or pair is written."""
    column = node.start_mark.column
    if isinstance(node, yaml.MappingNode):
        return [(key.start_mark.index, end_of(text, value, column)) for key, value in node.value]
    return [(one.start_mark.index, end_of(text, one, column)) for one in node.value]


def _lines(text: str, node: Any, spans: Sequence[Span], at: int) -> Span:
    """The lines of an element of several lines, with the comments right above it."""
    start, end = spans[at]
    if isinstance(node, yaml.SequenceNode):
        start = text.rindex("-", 0, start)
    begin = text.rfind("\n", 0, start) + 1
    if text[begin:start].strip():
        # The first pair stands behind the dash of its element: the next one takes its place.
        return start, spans[at + 1][0]
    while isinstance(node, yaml.SequenceNode) and begin:
        above = text.rfind("\n", 0, begin - 1) + 1
        if not text[above:begin].strip().startswith("#"):
            break
        begin = above
    return begin, after_line(text, end)


def _node(text: str, path: Path) -> Any:
    node = composed(text)
    for step in path:
        node = below_node(node, step)
    return node


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _is_there(data: Any, path: Path) -> bool:
    for step in path:
        if (isinstance(data, dict) and step in data) or (
            isinstance(data, list) and isinstance(step, int) and 0 <= step < len(data)
        ):
            data = _at(data, (step,))
        else:
            return False
    return True


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


def _with_list(data: Any, path: Path, wanted: list[Any]) -> Any:
    if not path:
        return wanted
    head, rest = path[0], path[1:]
    if isinstance(data, list):
        return [_with_list(one, rest, wanted) if place == head else one for place, one in enumerate(data)]
    return {**data, head: _with_list(data[head], rest, wanted)}


def _without(data: Any, path: Path) -> Any:
    head, rest = path[0], path[1:]
    if isinstance(data, list):
        return [
            _without(one, rest) if place == head else one for place, one in enumerate(data) if rest or place != head
        ]
    if rest:
        return {**data, head: _without(data[head], rest)}
    return {key: value for key, value in data.items() if key != head}
