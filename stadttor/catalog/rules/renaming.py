"""A short name in the files of a package becomes another one, wherever it stands; all else stays as it was written.

Like `rewriting`, the strict reader has to find exactly the renamed data in the new file.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from stadttor.catalog.rules.rewriting import by_hand, composed, data_of, proven
from stadttor.catalog.rules.strict_yaml import Path

Renamer = Callable[[Path, str], str]
"""What becomes of a text at a path; of a key, the path ends with the key itself."""


def renamed(content: bytes, file: str, *, keys: Renamer, values: Renamer) -> bytes:
    """The file with each key and each text as these say. Raises PackageRefused when more would have to be touched."""
    if not content.strip():
        return content
    data = data_of(content, file)
    wanted = _renamed(data, (), keys, values)
    if wanted == data:
        return content
    text = content.decode()
    edits = sorted(_edits(composed(text), text, (), keys, values))
    for start, end, words in reversed(edits):
        text = text[:start] + words + text[end:]
    return proven(text, wanted, file)


def _renamed(data: Any, path: Path, keys: Renamer, values: Renamer) -> Any:
    if isinstance(data, dict):
        made = {
            keys((*path, key), key) if isinstance(key, str) else key: _renamed(value, (*path, key), keys, values)
            for key, value in data.items()
        }
        if len(made) < len(data):
            raise by_hand("")
        return made
    if isinstance(data, list):
        return [_renamed(value, (*path, place), keys, values) for place, value in enumerate(data)]
    return values(path, data) if isinstance(data, str) else data


def _edits(node: Any, text: str, path: Path, keys: Renamer, values: Renamer) -> Iterator[tuple[int, int, str]]:
    """From where to where what stands instead; `values` sees the text as it is written, quotes and all."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if (words := keys((*path, key.value), key.value)) != key.value:
                yield key.start_mark.index, key.end_mark.index, words
            yield from _edits(value, text, (*path, key.value), keys, values)
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _edits(value, text, (*path, place), keys, values)
    elif isinstance(node, yaml.ScalarNode):
        start, end = node.start_mark.index, node.end_mark.index
        if (words := values(path, text[start:end])) != text[start:end]:
            yield start, end, words


def mention_of(group: str, field: str) -> "re.Pattern[str]":
    """Where the path of a field stands: as `group.field`, in conditions as `a.group.field`, in letters as `data.a.group.field`."""
    return re.compile(rf"(?<![\w.])((?:(?:data\.)?a\.)?{re.escape(group)}\.){re.escape(field)}(?!\w)")
