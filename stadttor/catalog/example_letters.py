"""A letter with the answers of one of the package's own examples, as the person of the example would get it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stadttor.catalog.rules.content import Example, PackageContent
from stadttor.catalog.rules.examples import filled
from stadttor.core.cel import Environment
from stadttor.forms.rules import Filled
from stadttor.forms.rules.named import applicant_name
from stadttor.forms.rules.types import Words, show
from stadttor.ground.web.language import _
from stadttor.notices.letters.data import AnswerGroup, AnswerRow, FeeItem, LetterFacts, RecipientFacts


def with_example(facts: LetterFacts, content: PackageContent, example: Example, language: str) -> LetterFacts:
    """The facts with the example's answers, settings, fee and address in the place of invented ones; in the open language."""
    texts = content.texts_in(language)
    parameters = {**content.parameters.defaults(), **example.data.get("parameters", {})}
    form = filled(example, content, parameters)
    words = Words(language, lambda path, value: texts.text(f"options.{path}.{value}", value), _)
    fee = [
        FeeItem(texts.text(f"fees.{line.text}", line.id), line.cents)
        for line in form.fees(content.fees).lines
        if line.cents is not None
    ]
    pages = tuple(
        AnswerGroup(page.id, texts.text(f"pages.{page.id}.title"), tuple(_rows(form, page, words, texts)))
        for page in form.pages
    )
    return replace(
        facts, answers=pages, values={**_unseen(facts.values), **_values(form, words)}, parameters=parameters, fee=tuple(fee),
        recipient=_recipient(facts.recipient, form, content),
    )  # fmt: skip


def _rows(form: Filled, page: Any, words: Words, texts: Any) -> list[AnswerRow]:
    shown = [one for one in form.shown(page) if one.field.type != "info"]
    said = [(one, show(one.field, form.answer(one.field, one.index), words)) for one in shown]
    return [AnswerRow(one.path, texts.text(f"fields.{one.field.path}.label"), value) for one, value in said if value]


def _unseen(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the letter may ask of groups that these answers hide."""
    return {name: [] if isinstance(one, list) else dict.fromkeys(one, "") for name, one in values.items()}


def _values(form: Filled, words: Words) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for page in form.pages:
        for group in form.groups(page):
            entries = [
                {
                    one.field.id: show(one.field, form.answer(one.field, one.index), words)
                    for one in form.fields(group, index)
                }
                for index in form.indexes(group)
            ]
            found[group.id] = entries if group.repeat else entries[0]
    return found


def _recipient(invented: RecipientFacts, form: Filled, content: PackageContent) -> RecipientFacts:
    """Name and address as the package says where they stand; what it does not say, or nobody answered, stays invented."""
    answers = form.clean()
    name = applicant_name(form)
    rule = next((one for one in content.letters_to if one.counts(Environment(form.seen))), None)
    given = next((one for path in rule.address if isinstance(one := _at(answers, path), dict)), {}) if rule else {}
    lines = tuple(
        " ".join(filter(None, (given.get(part) for part in parts)))
        for parts in (("street", "house_number"), ("postal_code", "city"))
    )
    return RecipientFacts(name or invented.name, tuple(filter(None, lines)) or invented.lines)


def _at(answers: Mapping[str, Any], path: str) -> Any:
    group, _dot, name = path.partition(".")
    found = answers.get(group)
    return found.get(name) if isinstance(found, Mapping) else None
