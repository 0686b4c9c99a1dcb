"""Finds a default in a parameter table, such as the zone of a street and house number."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stadttor.core.cel import Value
from stadttor.forms.definition import Lookup, Range


def find(lookup: Lookup, table: Sequence[Any], value_of: Callable[[str], Value]) -> Any:
    """The cell `give` of the first row that fits; None when an answer is missing or no row fits."""
    wanted = {column: _plain(value_of(path)) for column, path in lookup.match}
    if not all(wanted.values()):
        return None
    number = _number(value_of(lookup.range.value)) if lookup.range else None
    for row in table:
        if isinstance(row, Mapping) and _fits(row, wanted) and _in_range(row, lookup.range, number):
            return row.get(lookup.give)
    return None


def _fits(row: Mapping[str, Any], wanted: Mapping[str, str]) -> bool:
    return all(_plain(row.get(column)) == value for column, value in wanted.items())


def _in_range(row: Mapping[str, Any], limits: Range | None, number: int | None) -> bool:
    """An empty end is open; a row without both ends fits every number."""
    if limits is None:
        return True
    start, end = _number(row.get(limits.start)), _number(row.get(limits.end))
    if start is None and end is None:
        return True
    return number is not None and (start is None or start <= number) and (end is None or number <= end)


def _number(value: Any) -> int | None:
    """The leading number: `12 a` is 12."""
    found = re.match(r"\s*(\d{1,9})", str(value))
    return int(found[1]) if found else None


def _plain(value: Any) -> str:
    """Spelling without weight: `Bahnhof-Straße`, `Bahnhofstr.` and `bahnhofstrasse` are the same street."""
    text = re.sub(r"[\s.-]", "", "" if value is None else str(value)).casefold()
    return re.sub(r"str$", "strasse", text)
