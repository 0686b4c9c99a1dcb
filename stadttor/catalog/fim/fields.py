"""What a question of a form is as a data field of FIM: kind of input, data type, bounds, values."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from stadttor.catalog.fim.model import Count, Value
from stadttor.catalog.fim.naming import string_latin
from stadttor.catalog.fim.questions import MEDIA
from stadttor.forms.definition import Bound, Field
from stadttor.forms.rules import countries

Option = Callable[[str], str]
"""The German name of an option."""

_DATA_TYPES = {
    "text": "text_latin", "name": "text_latin", "date": "date", "integer": "num_int", "decimal": "num",
    "money": "num_currency", "boolean": "bool", "file": "file",
}  # fmt: skip
_CHOICES = frozenset({"select", "multiselect", "country"})
_TEXTS = frozenset({"text", "textarea", "name"})
_FORMS: Mapping[str, tuple[int, str]] = {
    "email": (300, ""),
    "phone": (16, r"\+[1-9][0-9]{5,14}"),
    "iban": (34, "[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"),
    "plate": (20, "[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?"),
}
_MIME = {short: media for media, short in MEDIA.items()}
# Where RE2 and XML Schema mean the same: no groups with a question mark, no anchors inside, no classes of letters.
_NOT_PORTABLE = re.compile(r"\(\?|\\[pPAzZbBCQEic]|\[\[:|[*+?}][?+]|(?<!\[)\^|\$")


@dataclass(frozen=True)
class DataField:
    """The parts of an element that say what may be answered."""

    said: Mapping[str, str]
    bounds: Mapping[str, str] = field(default_factory=dict)
    values: tuple[Value, ...] = ()
    media: tuple[str, ...] = ()


def data_field(one: Field, options: tuple[str, ...], named: Option) -> DataField:
    """The data field of a question. `options` are its choices where the package itself fixes them."""
    if one.type == "info":
        return DataField({"feldart": "label", "datentyp": "text"})
    if one.type in _CHOICES:
        return DataField({"feldart": "select", "datentyp": "text"}, values=_values(one, options, named))
    said = {"feldart": "input", "datentyp": _DATA_TYPES.get(one.type, "text")}
    if one.type == "file":
        return DataField(said | {"maxSize": str(one.max_mb)}, media=tuple(_MIME[kind] for kind in one.accept))
    return DataField(said, _bounds(one))


def _values(one: Field, options: tuple[str, ...], named: Option) -> tuple[Value, ...]:
    if one.type == "country":
        offered = countries.nationality_choices("de") if one.nationality else countries.choices("de")
        return tuple(Value(code, string_latin(name)) for code, name in offered)
    return tuple(Value(string_latin(option), string_latin(named(option))) for option in options)


def _bounds(one: Field) -> dict[str, str]:
    if one.type in _TEXTS:
        least = one.min_length or 1
        return _said(minLength=str(least), maxLength=str(max(one.max_length, least)), pattern=portable(one.pattern))
    if one.type in _FORMS:
        most, pattern = _FORMS[one.type]
        return _said(minLength="1", maxLength=str(most), pattern=pattern)
    return _said(minValue=_bound(one, one.minimum), maxValue=_bound(one, one.maximum))


def _said(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}


def _bound(one: Field, value: Bound) -> str:
    """A bound that is a constant; others are rules."""
    if isinstance(value, int):
        return f"{Decimal(value) / 100:f}" if one.type == "money" else str(value)
    return value if isinstance(value, str) else ""


def portable(pattern: str | None) -> str:
    """The pattern as XML Schema takes it, where it means the same there; empty otherwise."""
    inner = (pattern or "").removeprefix("^")
    inner = inner[:-1] if inner.endswith("$") and not inner.endswith("\\$") else inner
    return "" if _NOT_PORTABLE.search(inner) else inner


def count_of(one: Field, *, always: bool) -> Count:
    """How often the answer is given. `always` is whether the question is seen in every application."""
    least = 1 if always and one.required is True and one.type != "info" else 0
    if one.type == "multiselect":
        return Count(least, None)
    return Count(least, one.max_files if one.type == "file" else 1)
