"""Carrying parameters and answers over to a higher version, as package.yaml says in `migrations`.

A path is `p.name` for a parameter, `group.field` or `group` for answers.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stadttor.catalog.rules.content import PackageContent, Reading
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.semver import parse_version

Step = Mapping[str, Any]
PARAMETER = "p."


def steps_from(manifest: Manifest, old: str) -> list[Step]:
    """Every step from version `old` to this manifest's, in the order of the versions they lead to."""
    now, goal = parse_version(old)[:2], manifest.semver[:2]
    steps: list[Step] = []
    while span := _next_span(manifest, now, goal):
        steps += manifest.migrations[span]
        now = _target(span)
    return steps


def _next_span(manifest: Manifest, now: tuple[int, int], goal: tuple[int, int]) -> str | None:
    """The span that leads on from here, the shortest first."""
    beginnings = (f"{now[0]}.x", f"{now[0]}.{now[1]}")
    spans = [span for span in manifest.migrations if span.split(" -> ")[0] in beginnings]
    return min((span for span in spans if now < _target(span) <= goal), key=_target, default=None)


def _target(span: str) -> tuple[int, int]:
    major, minor = span.split(" -> ")[1].split(".")
    return int(major), int(minor)


def migrated_parameters(steps: Sequence[Step], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters under their new names."""
    found = dict(parameters)
    for step in steps:
        before, after = _names(step)
        if before.startswith(PARAMETER) and before[2:] in found:
            value = found.pop(before[2:])
            if after is not None:
                found[after[2:]] = value
    return found


def migrated_answers(steps: Sequence[Step], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers at their new places; those of a repeated group move inside it only, elsewhere they are dropped."""
    found: dict[str, Any] = copy.deepcopy(dict(answers))
    for step in steps:
        before, after = _names(step)
        if not before.startswith(PARAMETER):
            _move(found, before, after)
    return found


def migrated_path(steps: Sequence[Step], path: str) -> str | None:
    """Where a field's answer is now (`group.field`, `group.0.field`); None when it was dropped."""
    group, *index, name = path.split(".")
    for step in steps:
        before, after = _names(step)
        if before == group and after:
            group = after
        elif before == f"{group}.{name}" and after and (not index or after.startswith(f"{group}.")):
            group, name = after.split(".")
        elif before in (group, f"{group}.{name}"):
            return None
    return ".".join([group, *index, name])


def _names(step: Step) -> tuple[str, str | None]:
    """Old path and new path, None for one that is dropped."""
    if "drop" in step:
        return step["drop"], None
    before, after = step["rename"]
    return before, after


def _move(answers: dict[str, Any], before: str, after: str | None) -> None:
    group, _, name = before.partition(".")
    if not name:
        value = answers.pop(group, None)
        if after is not None and value is not None:
            answers[after] = value
        return
    held = answers.get(group)
    if isinstance(held, list):
        inside = after.partition(".")[2] if after and after.startswith(f"{group}.") else None
        for element in (one for one in held if isinstance(one, dict) and name in one):
            _put(element, inside, element.pop(name))
    elif isinstance(held, dict) and name in held:
        value = held.pop(name)
        target, _, new = (after or "").partition(".")
        if target and isinstance(place := answers.setdefault(target, {}), dict):
            _put(place, new, value)


def _put(place: dict[str, Any], name: str | None, value: Any) -> None:
    if name:
        place[name] = value


def check_migrations(reading: Reading, content: PackageContent) -> Iterator[Fault]:
    """Steps that lead nowhere, or from a parameter to an answer."""
    document = reading.documents["package.yaml"]
    for span, steps in content.manifest.migrations.items():
        line = document.line(("migrations", span))
        if _target(span) > content.manifest.semver[:2]:
            mend = "Correct the span, or raise the version."
            yield Fault(document.file, line, f"`migrations`: `{span}` leads beyond this version.", mend)
        yield from (
            Fault(
                document.file, line, f"`migrations`: `{span}` {said}.", "A path is `p.name`, `group.field` or `group`."
            )
            for step in steps
            if (said := _wrong(content, step, last=_target(span) == content.manifest.semver[:2]))
        )


def _wrong(content: PackageContent, step: Step, *, last: bool) -> str:
    """What is wrong with a step, or nothing. Only the last span leads to names this version knows."""
    before, after = _names(step)
    if after is None:
        return ""
    if before.startswith(PARAMETER) != after.startswith(PARAMETER) or before.count(".") != after.count("."):
        return f"moves `{before}` to `{after}`, which is of another kind"
    known = {f"{PARAMETER}{one.name}" for one in content.parameters.parameters}
    known |= content.form.fields.keys() | content.form.groups.keys()
    return f"leads to `{after}`, which does not exist" if last and after not in known else ""
