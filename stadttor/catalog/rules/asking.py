"""What the product asks in a package's form: for whom one applies, and whether the person is protected."""

from collections.abc import Mapping
from typing import Any

from stadttor.catalog.rules import protecting, representing
from stadttor.catalog.rules.representing import OnBehalf


def with_our_questions(form: Mapping[str, Any], on_behalf: OnBehalf) -> Mapping[str, Any]:
    """The data of form.yaml with the questions of the product."""
    return protecting.with_protection(representing.with_representation(form, on_behalf))


def our_texts(language: str, form: object, on_behalf: OnBehalf) -> dict[str, str]:
    """What they say in a language, for a form as it is written."""
    asks = isinstance(form, dict) and protecting.with_protection(form) is not form
    return representing.texts_of(language, on_behalf) | (protecting.texts_of(language) if asks else {})
