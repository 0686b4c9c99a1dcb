"""Reads what a browser sent for one page into answers. What cannot be read stays as typed, beside its problem."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stadttor.forms.definition import MAX_REPEAT, Field, Group, Page
from stadttor.forms.rules.problems import Problem, Unreadable
from stadttor.forms.rules.types import TYPES, Posted


@dataclass(slots=True)
class Reading:
    """`answers` by group (all groups of the page, emptied ones too); `typed` is the raw text of unreadable
    fields, of a date its parts."""

    answers: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    typed: dict[str, str | dict[str, str]] = field(default_factory=dict)


def read_page(page: Page, values: Mapping[str, Sequence[str]]) -> Reading:
    """Reads inputs named `group.field`, `group.0.field`, and with parts `group.field.street`, `group.field.day`.

    `values` holds lists as Django's `dict(request.POST.lists())`. Elements of repeated groups are renumbered from 0.
    """
    reading = Reading()
    for group in page.groups:
        if group.repeat:
            places = _places(group, values)
            reading.answers[group.id] = [
                _read_group(reading, group, values, f"{group.id}.{place}", f"{group.id}.{index}")
                for index, place in enumerate(places)
            ]
        else:
            reading.answers[group.id] = _read_group(reading, group, values, group.id, group.id)
    return reading


def _places(group: Group, values: Mapping[str, Sequence[str]]) -> list[int]:
    """The numbers of the sent elements. One more than allowed is read, so that it is refused and not dropped."""
    pattern = re.compile(re.escape(group.id) + r"\.([0-9]{1,4})(?:\.|$)")
    places = {int(found[1]) for name in values if (found := pattern.match(name))}
    return sorted(places)[: min(MAX_REPEAT, group.repeat.max if group.repeat else 0) + 1]


def _read_group(
    reading: Reading, group: Group, values: Mapping[str, Sequence[str]], sent: str, path: str
) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for one in group.fields:
        value = _read_field(reading, one, Posted(values, f"{sent}.{one.id}"), f"{path}.{one.id}")
        if value is not None:
            answers[one.id] = value
    return answers


def _read_field(reading: Reading, one: Field, posted: Posted, path: str) -> Any:
    try:
        return TYPES[one.type].read(posted)
    except Unreadable as unreadable:
        reading.problems.append(Problem.of(path, unreadable.error))
        reading.typed[path] = _as_typed(posted)
        return None


def _as_typed(posted: Posted) -> str | dict[str, str]:
    """What stood in the field, so that it stands there again beside its explanation."""
    parts = {part: posted.part(part)[:20] for part in ("day", "month", "year")}
    return parts if any(parts.values()) else posted.one()[:1_000]
