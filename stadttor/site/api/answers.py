"""Answers that came as JSON: what is unknown or wrong in them, in the reader's words; what was not taken."""

from collections.abc import Iterator, Mapping
from typing import Any

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.texts import Texts
from stadttor.forms.definition import FormDefinition, Group
from stadttor.forms.queries import AttachmentRow
from stadttor.forms.rules.filled import Filled
from stadttor.forms.rules.problems import ERROR_TEXTS, Problem
from stadttor.forms.rules.types import unanswered
from stadttor.ground.web.language import N_, _
from stadttor.site.api.problems import Detail, pointer

Files = Mapping[str, AttachmentRow]
MOST_DETAILS = 500
OWN_TEXTS = {
    "unknown": N_("This form has no such question."),
    "unknown_file": N_("This file was not sent to this question of the draft."),
}


def problems_of(filled: Filled, files: Files) -> list[Problem]:
    """Everything that keeps these answers from being accepted, in the order of the form."""
    return [*_strangers(filled.definition, filled.answers), *filled.validate_all(), *_foreign_files(filled, files)]


def details(form: AdoptedForm, found: list[Problem], language: str) -> list[Detail]:
    """The problems in words of a language, each with a pointer into the body."""
    texts = form.texts(language)
    return [
        Detail(one.code, _said(one, texts), pointer(["answers", *one.path.split(".")]), one.path)
        for one in found[:MOST_DETAILS]
    ]


def not_taken(given: Mapping[str, Any], taken: Mapping[str, Any]) -> list[str]:
    """Paths of given answers that are not among the taken ones: hidden by a condition of the form."""
    kept = set(_paths(taken))
    return [path for path in _paths(given) if path not in kept]


def _paths(answers: Mapping[str, Any]) -> Iterator[str]:
    """`group.field` and `group.0.field` of everything that is answered."""
    for name, group in answers.items():
        elements = [(name, group)] if isinstance(group, dict) else []
        if isinstance(group, list):
            elements = [(f"{name}.{place}", element) for place, element in enumerate(group)]
        for path, element in elements:
            for field, value in element.items() if isinstance(element, dict) else ():
                if not unanswered(value):
                    yield f"{path}.{field}"


def _said(one: Problem, texts: Texts) -> str:
    if one.code in OWN_TEXTS:
        return _(OWN_TEXTS[one.code])
    if one.text_key.startswith("errors."):
        return _(ERROR_TEXTS[one.code], **one.values)
    return texts.text(one.text_key) or _(ERROR_TEXTS.get(one.code, ERROR_TEXTS["required"]))


def _strangers(form: FormDefinition, answers: Mapping[str, Any]) -> Iterator[Problem]:
    """Groups and fields the form does not have, and groups of another shape: a typing error must not lose an answer."""
    for name, given in answers.items():
        group = form.groups.get(name)
        if group is None:
            yield _unknown(name)
        elif group.repeat is None:
            yield from _in_group(group, given, name)
        elif isinstance(given, list):
            for place, element in enumerate(given[: group.repeat.max]):
                yield from _in_group(group, element, f"{name}.{place}")
        else:
            yield _type(name)


def _in_group(group: Group, given: Any, path: str) -> Iterator[Problem]:
    if not isinstance(given, dict):
        yield _type(path)
        return
    names = {one.id for one in group.fields}
    for name in given:
        if name not in names:
            yield _unknown(f"{path}.{name}")


def _unknown(path: str) -> Problem:
    return Problem(path[:200], "unknown", "")


def _type(path: str) -> Problem:
    return Problem(path[:200], "type", "errors.type")


def _foreign_files(filled: Filled, files: Files) -> Iterator[Problem]:
    """Files count only where they were sent to: there their kind and size were checked."""
    for page in filled.pages:
        for shown in filled.shown(page):
            given = filled.answer(shown.field, shown.index) if shown.field.type == "file" else None
            for one in given if isinstance(given, list) else ():
                row = files.get(one) if isinstance(one, str) else None
                if row is None or row.path != shown.field.path:
                    yield Problem(shown.path, "unknown_file", "")
