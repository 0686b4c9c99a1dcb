"""What a browser needs to show, hide and require fields of one page at once, without asking the server.

Comfort only: the server decides again with the same expressions. Answers of other pages and parameters are given only
as far as this page's conditions read them. `assets/conditions.js` is the other side.
"""

from collections.abc import Iterator
from typing import Any

from stadttor.core.cel import Expression, Kind
from stadttor.forms.definition import Check, Field, Group, Page
from stadttor.forms.rules.filled import Filled


def conditions_for(filled: Filled, page: Page) -> dict[str, Any]:
    """JSON-able data for `<script type="application/json" id="form-conditions">`; empty when nothing depends.

    `groups` [{id, show_if}], `fields` [{path, name, group, index, type, show_if, required}],
    `checks` [{path, text, if}], `declared` {CEL path: kind}, `values` {CEL path: value} of what lies outside.
    """
    expressions = list(_expressions(page))
    if not expressions:
        return {}
    references = sorted(set().union(*(expression.references for expression in expressions)))
    here = {group.id for group in page.groups}
    outside = [path for path in references if not _belongs(path, here)]
    return {
        "groups": [{"id": group.id, "show_if": _lowered(group.show_if)} for group in page.groups],
        "fields": [entry for group in page.groups for entry in _fields(filled, group)],
        "checks": [_check(check) for check in page.checks],
        "declared": {path: _kind(filled, page, path) for path in references},
        "values": {path: filled.seen(path) for path in outside},
    }


def _expressions(page: Page) -> Iterator[Expression]:
    for group in page.groups:
        if group.show_if:
            yield group.show_if
        for one in group.fields:
            yield from (part for part in (one.show_if, one.required) if isinstance(part, Expression))
    yield from (check.condition for check in page.checks)


def _belongs(path: str, groups: set[str]) -> bool:
    root, *parts = path.split(".")
    return root == "item" or (root == "a" and parts[0] in groups)


def _fields(filled: Filled, group: Group) -> Iterator[dict[str, Any]]:
    for index in filled.indexes(group):
        yield from (_field(filled, one, index) for one in group.fields)


def _field(filled: Filled, one: Field, index: int | None) -> dict[str, Any]:
    return {
        "path": one.path,
        "name": filled.path_of(one, index),
        "group": one.group,
        "index": index,
        "type": one.type,
        "show_if": _lowered(one.show_if),
        "required": _lowered(one.required) if isinstance(one.required, Expression) else one.required,
    }


def _check(check: Check) -> dict[str, Any]:
    return {"path": check.refuse, "text": check.text, "if": check.condition.lowered}


def _lowered(expression: Expression | bool | None) -> str | None:
    return expression.lowered if isinstance(expression, Expression) else None


def _kind(filled: Filled, page: Page, path: str) -> Any:
    """The kind as JSON: a name, [element] for a list, {name: kind} for a record."""
    names = filled.definition.names
    if path.startswith("item."):
        repeated = (names.answers.fields[group.id].element for group in page.groups if group.repeat)
        kinds = (names.with_item(kind).kind_of(path) for kind in repeated if kind)
        return next((_json(kind) for kind in kinds if kind), "text")
    kind = names.kind_of(path)
    return _json(kind) if kind else "null"


def _json(kind: Kind) -> Any:
    if kind.element:
        return [_json(kind.element)]
    return {name: _json(inner) for name, inner in kind.fields.items()} if kind.name == "record" else kind.name
