"""An invented application from a package's own examples: for trying a service out, with a person whom nobody can mistake."""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from stadttor.catalog.rules.content import Example, PackageContent
from stadttor.catalog.rules.examples import filled, with_files
from stadttor.forms.definition import Field
from stadttor.forms.rules import Filled

SURNAME = "Testfall"
PERSONS = ("person", "personen", "antragsteller")
"""What packages of ours call the group of whoever applies, see portal.journey.applicant_name."""

Place = tuple[str, str]
"""(postal code, town) of the authority."""


def invented(
    content: PackageContent, parameters: Mapping[str, Any], today: date, place: Place | None, email: str
) -> dict[str, Any] | None:
    """Answers that the form accepts today under these parameters; none where no example of the package fits them.

    The plain case comes first: no example for settings of its own, the pages that most examples lead over, few answers.
    Dates are as far from today as in the example; where its addresses are refused, its applicant's town becomes `place`.
    Files are still `{name: …}`; all mail goes to `email`.
    """
    for example in _plain_first(content, parameters):
        for town in (None, place) if place else (None,):
            answers = _answers(example, content, parameters, today, town, email)
            if not Filled(content.form, with_files(answers), parameters, today).validate_all():
                return answers
    return None


def _plain_first(content: PackageContent, parameters: Mapping[str, Any]) -> list[Example]:
    """The accepted examples; where two are as plain, in the order of the package."""
    accepted = [one for one in content.examples if one.data.get("expect", {}).get("valid") is True]
    over = {id(one): tuple(page.id for page in filled(one, content, parameters).pages) for one in accepted}
    often = Counter(over.values())
    return sorted(
        accepted,
        key=lambda one: ("parameters" in one.data, -often[over[id(one)]], _size(one.data["answers"])),
    )


def _size(value: Any) -> int:
    """How many single answers there are."""
    if isinstance(value, (dict, list)):
        return sum(map(_size, value.values() if isinstance(value, dict) else value))
    return 1


def _answers(
    example: Example,
    content: PackageContent,
    parameters: Mapping[str, Any],
    today: date,
    place: Place | None,
    email: str,
) -> dict[str, Any]:
    answers: dict[str, Any] = deepcopy(dict(example.data["answers"]))
    shift = today - date.fromisoformat(example.data["today"])
    home = _home(answers, content)
    for field, element in _given(answers, content):
        element[field.id] = _value(field, element[field.id], parameters, shift, home, place, email)
    _name(answers)
    return answers


def _home(answers: Mapping[str, Any], content: PackageContent) -> str:
    """The postal code of whoever applies: the first one of the example."""
    addresses = [element[field.id] for field, element in _given(answers, content) if field.type == "address"]
    return next((str(one["postal_code"]) for one in addresses if isinstance(one, dict) and "postal_code" in one), "")


def _given(answers: Mapping[str, Any], content: PackageContent) -> Iterator[tuple[Field, dict[str, Any]]]:
    """Every answer, as its field and what holds it."""
    for name, group in content.form.groups.items():
        found = answers.get(name)
        for element in found if isinstance(found, list) else [found]:
            if isinstance(element, dict):
                yield from ((field, element) for field in group.fields if field.id in element)


def _value(
    field: Field,
    value: Any,
    parameters: Mapping[str, Any],
    shift: timedelta,
    home: str,
    place: Place | None,
    email: str,
) -> Any:
    if field.type == "date" and isinstance(value, str):
        return (date.fromisoformat(value) + shift).isoformat()
    if field.type == "email":
        return email
    if field.type == "address" and place and isinstance(value, dict) and value.get("postal_code") == home:
        return {**value, "postal_code": place[0], "city": place[1]}
    offered = [str(one) for one in parameters.get(field.options_from or "", ())]
    if field.type == "select" and offered and value not in offered:
        return offered[0]
    return value


def _name(answers: dict[str, Any]) -> None:
    for name in PERSONS:
        found = answers.get(name)
        first = found[0] if isinstance(found, list) and found else found
        if isinstance(first, dict) and "nachname" in first:
            first["nachname"] = SURNAME
            return
