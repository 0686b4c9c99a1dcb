"""Carrying parameters over to a higher version, as package.yaml says in `migrations`. A path is `p.name`.

Answers are never carried: a draft goes on with the version it began with, so that a page that is open while its town
upgrades still belongs to its draft, and nobody sends at a price she never saw.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from stadttor.catalog.rules.content import PackageContent, Reading
from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.semver import parse_version

Step = Mapping[str, Any]
PARAMETER = "p."


def carried(after: PackageContent, old: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What an authority set at version `old` as parameters of `after`: under their new names, new ones with defaults."""
    return after.parameters.merged(migrated_parameters(steps_from(after.manifest, old), parameters))


def required_unset(content: PackageContent, known: Collection[str]) -> list[str]:
    """The parameters that somebody has to set before the service is real, and that are not among the known ones."""
    return [one.name for one in content.parameters.parameters if one.required and one.name not in known]


def unset_after(before: PackageContent, after: PackageContent, known: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """What is required at `after` and not set, and what of that was not missing at `before` already."""
    steps = steps_from(after.manifest, before.manifest.version)
    missed = migrated_parameters(steps, dict.fromkeys(required_unset(before, known), ""))
    unset = required_unset(after, migrated_parameters(steps, known))
    return unset, [name for name in unset if name not in missed]


def carried_members(after: PackageContent, old: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """What a member municipality set at version `old`, under the names of `after`; what that does not know is left out."""
    moved = migrated_parameters(steps_from(after.manifest, old), values)
    known = after.parameters.defaults()
    return {name: value for name, value in moved.items() if name in known}


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
    """The parameters under their new names; those of no step stay."""
    found = dict(parameters)
    for step in steps:
        before, after = _names(step)
        if before.startswith(PARAMETER) and before[2:] in found:
            value = found.pop(before[2:])
            if after is not None:
                found[after[2:]] = value
    return found


def _names(step: Step) -> tuple[str, str | None]:
    """Old path and new path, None for one that is dropped."""
    if "drop" in step:
        return step["drop"], None
    before, after = step["rename"]
    return before, after


def check_migrations(reading: Reading, content: PackageContent) -> Iterator[Fault]:
    """Steps that lead nowhere, or are about answers."""
    document = reading.documents["package.yaml"]
    for span, steps in content.manifest.migrations.items():
        line = document.line(("migrations", span))
        if _target(span) > content.manifest.semver[:2]:
            mend = "Correct the span, or raise the version."
            yield Fault(document.file, line, f"`migrations`: `{span}` leads beyond this version.", mend)
        for step in steps:
            if said := _wrong(content, step, last=_target(span) == content.manifest.semver[:2]):
                yield Fault(document.file, line, f"`migrations`: `{span}` {said}.", "A path is `p.name`.")
        for goal in _met_twice(steps):
            said = f"gives two parameters the name `{goal}`; the value of one would be lost"
            yield Fault(document.file, line, f"`migrations`: `{span}` {said}.", "Drop one, or give it another name.")


def _met_twice(steps: Sequence[Step]) -> list[str]:
    """New names that more than one step of a span gives."""
    given = Counter(after for _before, after in map(_names, steps) if after is not None)
    return [after for after, times in given.items() if times > 1]


def _wrong(content: PackageContent, step: Step, *, last: bool) -> str:
    """What is wrong with a step, or nothing. Only the last span leads to names this version knows."""
    before, after = _names(step)
    for path in (before, after or before):
        if not path.startswith(PARAMETER):
            return f"moves the answer `{path}`; forms that are begun go on with the version they began with"
    known = {f"{PARAMETER}{one.name}" for one in content.parameters.parameters}
    return f"leads to `{after}`, which does not exist" if last and after and after not in known else ""
