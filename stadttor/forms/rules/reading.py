"""Reads what a browser sent for one page into answers. What cannot be read stays as it was typed, and is judged later."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from stadttor.forms.definition import MAX_REPEAT, Field, Group, Page
from stadttor.forms.rules.problems import Unreadable
from stadttor.forms.rules.types import TYPES, Posted


def read_page(page: Page, values: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The answers by group: all groups of the page, emptied ones too. An unreadable one is its raw text, of a date
    its parts: so it is kept with the draft, and `Filled` explains what is wrong with it.

    Reads inputs named `group.field`, `group.0.field`, and with parts `group.field.street`, `group.field.day`.
    `values` holds lists as Django's `dict(request.POST.lists())`. Elements of repeated groups are renumbered from 0.
    """
    return {group.id: _read(group, values) for group in page.groups}


def _read(group: Group, values: Mapping[str, Sequence[str]]) -> list[dict[str, Any]] | dict[str, Any]:
    if group.repeat is None:
        return _read_group(group, values, group.id)
    return [_read_group(group, values, f"{group.id}.{place}") for place in _places(group, values)]


def _places(group: Group, values: Mapping[str, Sequence[str]]) -> list[int]:
    """The numbers of the sent elements. One more than allowed is read, so that it is refused and not dropped."""
    pattern = re.compile(re.escape(group.id) + r"\.([0-9]{1,4})(?:\.|$)")
    places = {int(found[1]) for name in values if (found := pattern.match(name))}
    return sorted(places)[: min(MAX_REPEAT, group.repeat.max if group.repeat else 0) + 1]


def _read_group(group: Group, values: Mapping[str, Sequence[str]], sent: str) -> dict[str, Any]:
    answers = ((one.id, read_field(one, Posted(values, f"{sent}.{one.id}"))) for one in group.fields)
    return {name: value for name, value in answers if value is not None}


def read_field(one: Field, posted: Posted) -> Any:
    """The answer to one field in its stored form, None for none; what cannot be read as it was typed."""
    try:
        return TYPES[one.type].read(posted)
    except Unreadable:
        return _as_typed(posted)


def _as_typed(posted: Posted) -> str | dict[str, str]:
    """What stood in the field, so that it stands there again beside its explanation."""
    parts = {part: posted.part(part)[:20] for part in ("day", "month", "year")}
    return parts if any(parts.values()) else posted.one()[:1_000]
