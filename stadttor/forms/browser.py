"""What a browser needs to show, hide and require fields of one page at once, without asking the server.

Comfort only: the server decides again with the same expressions. Answers of other pages and parameters are given only
as far as this page's conditions read them. `assets/conditions.js` is the other side.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from stadttor.core.cel import Expression, Kind
from stadttor.forms.definition import Check, Field, FormDefinition, Page
from stadttor.forms.rules.filled import Filled
from stadttor.forms.rules.overriding import UNASKED


@dataclass(frozen=True, slots=True)
class _Fixed:
    """What everybody's page of a form has in common: its conditions as JSON, and which names in them lie outside."""

    text: str
    outside: tuple[str, ...]


def conditions_text(filled: Filled, page: Page, *, is_entry: bool = False) -> Markup:
    """JSON for `<script type="application/json" id="form-conditions">`; an empty object when nothing depends.

    `groups` [{id, show_if}], `fields` [{path, name, group, index, type, show_if, required}],
    `checks` [{path, text, if}], `declared` {CEL path: kind}, `values` {CEL path: value} of what lies outside.
    `is_entry`: a colleague enters it for somebody, who may have no e-mail.
    """
    places = tuple(tuple(filled.indexes(group)) for group in page.groups)
    fixed = _fixed(filled.definition, page.id, places, is_entry)
    if fixed is None:
        return Markup("{}")
    values = htmlsafe_json_dumps({path: filled.seen(path) for path in fixed.outside})
    return Markup(f'{fixed.text[:-1]}, "values": {values}}}')  # noqa: S704  # two objects made safe, put into one


@lru_cache(maxsize=512)
def _fixed(
    definition: FormDefinition, page_id: str, indexes: tuple[tuple[int | None, ...], ...], is_entry: bool
) -> _Fixed | None:
    page = next(page for page in definition.pages if page.id == page_id)
    expressions = list(_expressions(page))
    if not expressions:
        return None
    references = sorted(set().union(*(expression.references for expression in expressions)))
    here = {group.id for group in page.groups}
    data = {
        "groups": [{"id": group.id, "show_if": _lowered(group.show_if)} for group in page.groups],
        "fields": [
            _field(one, index, may_be_empty=is_entry and one.type == UNASKED)
            for group, places in zip(page.groups, indexes, strict=True)
            for index in places
            for one in group.fields
        ],
        "checks": [_check(check) for check in page.checks],
        "declared": {path: _kind(definition, page, path) for path in references},
    }
    outside = tuple(path for path in references if not _belongs(path, here))
    return _Fixed(str(htmlsafe_json_dumps(data)), outside)


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


def _field(one: Field, index: int | None, *, may_be_empty: bool) -> dict[str, Any]:
    required = _lowered(one.required) if isinstance(one.required, Expression) else one.required
    return {
        "path": one.path,
        "name": Filled.path_of(one, index),
        "group": one.group,
        "index": index,
        "type": one.type,
        "show_if": _lowered(one.show_if),
        "required": False if may_be_empty else required,
    }


def _check(check: Check) -> dict[str, Any]:
    return {"path": check.refuse, "text": check.text, "if": check.condition.lowered}


def _lowered(expression: Expression | bool | None) -> str | None:
    return expression.lowered if isinstance(expression, Expression) else None


def _kind(definition: FormDefinition, page: Page, path: str) -> Any:
    """The kind as JSON: a name, [element] for a list, {name: kind} for a record."""
    names = definition.names
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
