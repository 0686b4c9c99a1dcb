"""A condition while it is typed: whether it can be one, what it names, and what it yields for the package's own examples.

Loaded by the studio's pages alone. Nothing is kept. What it costs is bounded by the profile (`core/cel`: length, depth,
operators) and by how often it may be evaluated at most.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stadttor.catalog.rules.asking import with_our_questions
from stadttor.catalog.rules.examples import with_files
from stadttor.catalog.rules.faults import PackageRefused
from stadttor.catalog.rules.files import Files
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.manifest_check import parse_manifest
from stadttor.catalog.rules.parameters import parse_schema
from stadttor.catalog.rules.strict_yaml import Document, Path, load
from stadttor.core.cel import BOOLEAN, Declared, Expression, ProfileError, like, mentioned
from stadttor.forms.definition import FormDefinition, FormFaults
from stadttor.forms.parsing import declared_names, parse_form
from stadttor.forms.rules import Applicant, Filled

FEW = 5


@dataclass(frozen=True)
class Problem:
    """What is wrong, how to mend it, and at which character from 1; 0 when its text is whole."""

    text: str
    mend: str = ""
    at: int = 0


@dataclass(frozen=True)
class Yielded:
    """What the condition is for an example: once, or for each element of a repeated group; empty where it cannot be tried."""

    title: str
    said: tuple[bool, ...] = ()


@dataclass(frozen=True)
class Tried:
    """`kind` of the result, empty when there is none; `unknown` names with the one that may be meant, empty for none.

    Without `examples` the form, the settings or all examples have findings of their own; `left` were too many to be tried.
    """

    problems: tuple[Problem, ...] = ()
    kind: str = ""
    names: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    examples: tuple[Yielded, ...] = ()
    left: int = 0

    @property
    def is_right(self) -> bool:
        return not self.problems


@dataclass
class _Budget:
    left: int
    skipped: int = field(default=0)

    def spend(self) -> bool:
        self.left -= 1
        return self.left >= 0


def try_condition(files: Files, source: str, *, place: Path = (), group: str = "", most: int) -> Tried:
    """A condition of form.yaml that is to stand at `place`, none while its rule is not written; evaluated `most` times at most.

    `group` is the one it stands in, whose answers are `item` when it repeats.
    """
    manifest = _manifest(files)
    form = _data(files, "form.yaml")
    raw = _with(form, place, source) if place else form
    if manifest and isinstance(raw, dict):
        raw = with_our_questions(raw, manifest.on_behalf)
    schema = manifest.parameters if manifest else {}
    names = declared_names(raw, schema)
    kind = names.answers.fields.get(group)
    if kind and kind.element:
        names = names.with_item(kind.element)
    try:
        said = mentioned(source)
        unknown = _unknown(said, names)
        expression = Expression.parse(source, names)
    except ProfileError as error:
        return _wrong(source, names, error)
    found = Tried(kind=str(expression.kind), names=said, unknown=unknown)
    if expression.kind != BOOLEAN:
        text = f"The result is {expression.kind}, not {BOOLEAN}"
        return Tried((Problem(text, f"It must be of kind {BOOLEAN}.", 1),), found.kind, said)
    try:
        definition = parse_form(raw if isinstance(raw, dict) else {}, schema)
    except FormFaults as error:
        own = tuple(Problem(one.message, one.mend) for one in error.faults if one.path == ("pages",))
        return Tried(own, found.kind, said)
    budget = _Budget(most)
    examples = tuple(_tried(files, definition, manifest, expression, group, budget))
    return Tried((), found.kind, said, (), examples, budget.skipped)


def _wrong(source: str, names: Declared, error: ProfileError) -> Tried:
    """With the names, as long as it can be read at all."""
    problem = Problem(error.message, error.mend, error.position + 1)
    try:
        said = mentioned(source)
    except ProfileError:
        return Tried((problem,))
    unknown = _unknown(said, names)
    return Tried((problem,), "", said, unknown)


def _unknown(said: Sequence[str], names: Declared) -> tuple[tuple[str, str], ...]:
    """Each with the one that may be meant; only of a few, as each is compared with all there are."""
    found = [one for one in said if names.kind_of(one) is None]
    return tuple((one, like(one, names)) for one in found[:FEW]) + tuple((one, "") for one in found[FEW:])


def _data(files: Files, path: str) -> Any:
    try:
        return load(files.get(path, b""), path, with_lines=False).data
    except PackageRefused:
        return {}


def _manifest(files: Files) -> Manifest | None:
    data = _data(files, "package.yaml")
    return parse_manifest(Document("package.yaml", data, {}))[0] if isinstance(data, dict) else None


def _with(data: Any, place: Path, value: str) -> Any:
    """The data with the condition at its place; unchanged where there is no such place."""
    if not place:
        return value
    head, rest = place[0], place[1:]
    if isinstance(data, list) and isinstance(head, int):
        return [_with(one, rest, value) if number == head else one for number, one in enumerate(data)]
    if isinstance(data, dict) and isinstance(head, str) and (not rest or head in data):
        return {**data, head: _with(data.get(head), rest, value)}
    return data


def _tried(
    files: Files,
    definition: FormDefinition,
    manifest: Manifest | None,
    expression: Expression,
    group: str,
    budget: _Budget,
) -> Iterator[Yielded]:
    document = Document("package.yaml", _data(files, "package.yaml"), {})
    defaults = parse_schema(document, manifest.parameters)[0].defaults() if manifest else {}
    for path in sorted(one for one in files if one.startswith("examples/") and one.endswith(".yaml")):
        if budget.left <= 0:
            budget.skipped += 1
            continue
        data = _data(files, path)
        title = str(data.get("title") or path) if isinstance(data, dict) else path
        try:
            said = tuple(_said(_filled(data, definition, defaults), expression, group, budget))
        except (AttributeError, KeyError, TypeError, ValueError):
            # What is no example has its own finding.
            said = ()
        yield Yielded(title, said)


def _filled(data: Mapping[str, Any], definition: FormDefinition, defaults: Mapping[str, Any]) -> Filled:
    applicant = {key: str(value) for key, value in data.get("applicant", {}).items()}
    parameters = {**defaults, **data.get("parameters", {})}
    day = date.fromisoformat(data["today"])
    return Filled(definition, with_files(data["answers"]), parameters, day, Applicant(**applicant))


def _said(form: Filled, expression: Expression, group: str, budget: _Budget) -> Iterator[bool]:
    there = form.definition.groups.get(group)
    for index in form.indexes(there) if there else [None]:
        if budget.spend():
            yield form.holds(expression, there, index)
