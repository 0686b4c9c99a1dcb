"""The product's own words about a field: the values of an error as people write them, what is missing, which files fit."""

import re
from collections.abc import Iterable
from datetime import date

from babel.lists import format_list

from stadttor.forms.definition import Field
from stadttor.forms.rules.problems import Problem
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _
from stadttor.portal import composed

ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ENDED = ("?", "؟", "!", ":", ".")
MISSING_PARTS = {
    "street": N_("Please enter the street."),
    "house_number": N_("Please enter the house number."),
    "postal_code": N_("Please enter the postal code."),
    "city": N_("Please enter the town."),
}


def said(kind: str, name: str, value: object) -> object:
    """A value of an error, of a field of this type: dates, months and amounts, not their stored forms."""
    if name == "missing":
        return composed.named(str(value))
    if kind == "date" and isinstance(value, str) and ISO_DAY.fullmatch(value):
        return formats.day(date.fromisoformat(value))
    if kind == "date" and name == "month" and isinstance(value, int):
        return formats.month(value)
    if kind == "money" and isinstance(value, int):
        return formats.money(value)
    return value


def after(name: str, text: str) -> str:
    """The text behind the name it is about; a name that is a question has its mark already."""
    return text if not name else f"{name} {text}" if name.endswith(ENDED) else f"{name}: {text}"


def places(names: Iterable[str]) -> str:
    """`Dog 2, Date of birth`: names from the whole to its part, the empty ones left out, with the comma of the language."""
    return _(", ").join(name for name in names if name)


def missing(problem: Problem, label: str) -> str:
    """What to enter where nothing stands, by name; empty when nothing is missing or the label is a whole question."""
    if problem.code != "required":
        return ""
    part = str(problem.values.get("part", ""))
    if part in MISSING_PARTS:
        return _(MISSING_PARTS[part])
    return _("Please enter: {field}", field=label) if label and not label.endswith(ENDED) else ""


def file_rule(field: Field) -> str:
    """Which files a field takes, said before one is chosen; upload limits count a megabyte as 1,000,000 bytes."""
    kinds = format_list([kind.upper() for kind in field.accept], style="or", locale=formats.locale())
    if field.max_files == 1:
        return _("{kinds}, at most {mb} MB", kinds=kinds, mb=field.max_mb)
    return _("{kinds}, at most {mb} MB each, up to {n} files", kinds=kinds, mb=field.max_mb, n=field.max_files)
