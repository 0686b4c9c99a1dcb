"""How a new application is prefilled from a permit or a tag: checked against the form it begins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stadttor.catalog.rules.faults import Fault
from stadttor.catalog.rules.strict_yaml import Document
from stadttor.forms.definition import FormDefinition

CHOICES = ("select",)


@dataclass(frozen=True)
class Again:
    """How an application that renews, changes or ends something is prefilled from it.

    `answers` are fixed answers by path, `number` and `plate` the paths where those of the permit go (empty: nowhere),
    `keep` the groups whose answers stay as they were, `element` by path the field of a tag's own element.
    """

    answers: Mapping[str, str]
    number: str
    plate: str
    keep: tuple[str, ...]
    element: Mapping[str, str] = field(default_factory=dict)


def again_of(said: Mapping[str, Any]) -> Again:
    """From what is written in a package.yaml that is right."""
    return Again(
        said.get("set", {}),
        said.get("number", ""),
        said.get("plate", ""),
        tuple(said.get("keep", ())),
        said.get("element", {}),
    )


def wrong_paths(document: Document, key: str, acts: Mapping[str, Again], form: FormDefinition) -> Iterator[Fault]:
    """What a new application is prefilled with must be there in the form, and may be answered so."""
    for act, again in acts.items():
        where = (key, "again", act)
        for path in (*again.answers, again.number, again.plate, *again.element):
            if path and (path not in form.fields or form.groups[form.fields[path].group].repeat):
                yield _fault(document, where, f"`{path}` is not a field of the form outside repeated groups.")
        for path, value in again.answers.items():
            one = form.fields.get(path)
            if one and one.type in CHOICES and one.options and value not in one.options:
                yield _fault(document, where, f"`{path}` has no option `{value}`.")
        for group in again.keep:
            if group not in form.groups:
                yield _fault(document, where, f"`{group}` is not a group of the form.")


def _fault(document: Document, where: tuple[str, ...], text: str) -> Fault:
    return Fault(document.file, document.line(where), f"`{'.'.join(where)}`: {text}", "Name what form.yaml has.")
