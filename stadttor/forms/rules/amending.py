"""Answers that are given again after the application was accepted: read, judged and put on top of what was said.

What was right on the day of receipt, or is right today, is right: nobody is refused because the question took weeks.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadttor.forms.definition import FormDefinition
from stadttor.forms.rules.filled import Answers, Filled, Shown
from stadttor.forms.rules.problems import Problem
from stadttor.forms.rules.reading import read_field
from stadttor.forms.rules.types import Posted


@dataclass(frozen=True)
class Change:
    """One answer that is another now; both in their stored form, None for no answer."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Again:
    """What was sent for the fields asked again. `places` are those to show: asked ones first, then what they led to.

    `answers` are all answers with the new ones in them; `changes` only what differs.
    """

    answers: dict[str, Any]
    places: tuple[Shown, ...]
    problems: tuple[Problem, ...]
    changes: tuple[Change, ...]


def parts_of(path: str) -> tuple[str, int | None, str]:
    """Group, number of the element (None outside repeated groups) and field of a path like `hunde.0.name`."""
    group, _dot, rest = path.partition(".")
    number, dot, field = rest.partition(".")
    is_element = bool(dot) and number.isascii() and number.isdecimal() and len(number) < 5
    return (group, int(number), field) if is_element else (group, None, rest)


def place_of(definition: FormDefinition, path: str) -> Shown | None:
    """The field of a path; None when the form has no such place."""
    group, index, field = parts_of(path)
    one = definition.fields.get(f"{group}.{field}")
    if one is None or (definition.groups[group].repeat is None) != (index is None):
        return None
    return Shown(one, path, index)


def value_at(answers: Answers, path: str) -> Any:
    """The raw answer at a place, None where there is none."""
    group, index, field = parts_of(path)
    found = _element(answers, group, index)
    return found.get(field) if isinstance(found, dict) else None


def amended(answers: Answers, changes: Iterable[Change]) -> dict[str, Any]:
    """The answers as they are now: a copy of the accepted ones with all changes in their order."""
    return with_values(answers, ((one.path, one.after) for one in changes))


def with_values(answers: Answers, values: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """A copy of the answers with these values at their paths; None takes an answer away.

    An element of a repeated group that does not exist is not made: nobody was asked about it.
    """
    changed: dict[str, Any] = deepcopy(dict(answers))
    for path, value in values:
        group, index, field = parts_of(path)
        if index is None:
            changed.setdefault(group, {})
        found = _element(changed, group, index)
        if isinstance(found, dict):
            found.pop(field, None)
            if value is not None:
                found[field] = value
    return changed


def judged(
    definition: FormDefinition,
    answers: Answers,
    paths: Sequence[str],
    posted: Mapping[str, Sequence[str]],
    parameters: Mapping[str, Any],
    days: Sequence[date],
) -> Again:
    """Read the asked fields from a form and judge them by the rules of the form, on the first of these days for what is
    seen, on all for what is right. Places that an answer makes necessary are asked for and read, too.
    """
    places = [place for path in paths if (place := place_of(definition, path)) is not None]
    known = {one.path for one in _wrong(definition, answers, parameters, days)}
    while True:
        given = with_values(answers, ((one.path, read_field(one.field, Posted(posted, one.path))) for one in places))
        problems = _wrong(definition, given, parameters, days)
        asked = {place.path for place in places}
        new = [one for one in problems if one.path not in asked and one.path not in known]
        more = [place for one in new if (place := place_of(definition, one.path)) and place.field.type != "file"]
        places += more
        if not any(_is_posted(place, posted) for place in more):
            break
    shown = {place.path for place in places}
    seen = Filled(definition, given, parameters, days[0])
    kept = _kept(seen, places)
    return Again(
        with_values(answers, ((place.path, value_at(given, place.path)) for place in kept)),
        tuple(places),
        tuple(one for one in problems if one.path in shown),
        tuple(
            Change(place.path, before, after)
            for place in kept
            if (before := value_at(answers, place.path)) != (after := value_at(given, place.path))
        ),
    )


def _kept(seen: Filled, places: Sequence[Shown]) -> list[Shown]:
    """The places whose new value counts: those that can be seen now."""
    groups = seen.definition.groups
    return [one for one in places if seen.visible(groups[one.field.group], one.field, one.index)]


def _wrong(
    definition: FormDefinition, answers: Answers, parameters: Mapping[str, Any], days: Sequence[date]
) -> list[Problem]:
    """What is wrong on every one of these days."""
    first, *others = ([*Filled(definition, answers, parameters, day).validate_all()] for day in days)
    return [one for one in first if all(one.path in {other.path for other in found} for found in others)]


def _is_posted(place: Shown, posted: Mapping[str, Sequence[str]]) -> bool:
    return any(name == place.path or name.startswith(f"{place.path}.") for name in posted)


def _element(answers: Answers, group: str, index: int | None) -> Any:
    found = answers.get(group)
    if index is None:
        return found
    return found[index] if isinstance(found, list) and index < len(found) else None
