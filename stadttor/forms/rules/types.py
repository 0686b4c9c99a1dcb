"""The field types: one registry, each type reads what was posted, checks what is stored, and shows it.

A checker is compiled once per field and runs for each answer; bounds that are expressions come in already evaluated.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import re2
from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal

from stadttor.core import cldr, din91379
from stadttor.core.cel import MAX_INTEGER
from stadttor.core.digits import western
from stadttor.core.languages import language
from stadttor.forms.definition import Field
from stadttor.forms.rules import countries, formats
from stadttor.forms.rules.marks import latin_mark
from stadttor.forms.rules.problems import N_, Error, Unreadable
from stadttor.forms.rules.repertoire import latin_error, name_error, unprintable_error

Bounds = tuple[int | str | None, int | str | None]
Checker = Callable[[Any, Bounds], Error | None]

MAX_NUMBER_TEXT = 40
LONGEST_SENT = 20_001


def _bounded(text: str) -> str:
    """No more than any field may hold, so that a draft stays small; NUL cannot be stored by PostgreSQL."""
    return text[:LONGEST_SENT].replace("\0", "")


@dataclass(frozen=True, slots=True)
class Posted:
    """What a browser sent for one field: `values` of the whole form, `name` of the field's input."""

    values: Mapping[str, Sequence[str]]
    name: str

    def all(self) -> list[str]:
        return [_bounded(value) for value in self.values.get(self.name, ()) if value]

    def one(self) -> str:
        sent = self.values.get(self.name, ())
        return din91379.tidy(_bounded(sent[-1])) if sent else ""

    def part(self, part: str) -> str:
        return Posted(self.values, f"{self.name}.{part}").one().strip()


@dataclass(frozen=True)
class Words:
    """What showing an answer needs from outside: the language, the package's option texts, names of attachments."""

    language: str
    option: Callable[[str, str], str] = lambda path, option: option
    translate: Callable[[str], str] = lambda text: text
    attachment: Callable[[str], str] = lambda attachment_id: attachment_id

    @property
    def locale(self) -> Locale:
        return cldr.locale(language(self.language).locale)


class Type(ABC):
    """A field type. `name` as packages write it; `parts` are the inputs of a composed field."""

    name: ClassVar[str]
    parts: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def read(self, posted: Posted) -> Any:
        """The answer in what was posted, None when there is none. Raises Unreadable."""

    @abstractmethod
    def checker(self, field: Field) -> Checker:
        """The check of a stored, given answer of this field."""

    def show(self, field: Field, value: Any, words: Words) -> str:
        return str(value)


TYPES: dict[str, Type] = {}


def _registered(cls: type[Type]) -> type[Type]:
    TYPES[cls.name] = cls()
    return cls


def _text_error(value: Any, field: Field) -> Error | None:
    """Shape, repertoire and length, common to all texts."""
    if not isinstance(value, str):
        return Error("type")
    if len(value) > field.max_length:
        return Error("too_long", {"max": field.max_length})
    if len(value) < field.min_length:
        return Error("too_short", {"min": field.min_length})
    return unprintable_error(value)


class _Text(Type):
    def read(self, posted: Posted) -> Any:
        return posted.one().strip() or None

    def checker(self, field: Field) -> Checker:
        matches = re2.compile(field.pattern).fullmatch if field.pattern else None

        def check(value: Any, bounds: Bounds) -> Error | None:
            if error := _text_error(value, field) or self._own_error(value):
                return error
            return Error("pattern") if matches and not matches(value) else None

        return check

    def _own_error(self, value: str) -> Error | None:
        return Error("characters", {"characters": "↵"}) if "\n" in value else None


@_registered
class Text(_Text):
    """One line in Latin letters, DIN 91379 datatype C."""

    name = "text"

    def read(self, posted: Posted) -> Any:
        return latin_mark(western(posted.one().strip())) or None

    def _own_error(self, value: str) -> Error | None:
        return super()._own_error(value) or latin_error(value)


@_registered
class TextArea(_Text):
    """Free words to the clerk: in any script that our letters can print."""

    name = "textarea"

    def _own_error(self, value: str) -> Error | None:
        return None


@_registered
class Name(_Text):
    """A natural person's name, DIN 91379 datatype A."""

    name = "name"

    def _own_error(self, value: str) -> Error | None:
        return name_error(value)


class _Normalised(Type):
    """A short text with a canonical form: read by one function, checked by another. Its code is its name."""

    reading: ClassVar[Callable[[str], str]]
    valid: ClassVar[Callable[[str], bool]]

    def read(self, posted: Posted) -> Any:
        text = posted.one().strip()
        if len(text) > 300:
            raise Unreadable(self.name)
        return type(self).reading(text) if text else None

    def checker(self, field: Field) -> Checker:
        valid, error = type(self).valid, Error(self.name)

        def check(value: Any, bounds: Bounds) -> Error | None:
            return None if isinstance(value, str) and len(value) <= 300 and valid(value) else error

        return check


@_registered
class Email(_Normalised):
    name = "email"
    reading = formats.read_email
    valid = formats.is_email


@_registered
class Phone(_Normalised):
    name = "phone"
    reading = formats.read_phone
    valid = formats.is_phone


@_registered
class Plate(_Normalised):
    name = "plate"
    reading = formats.read_plate
    valid = formats.is_plate


@_registered
class Iban(_Normalised):
    """An account for direct debits and refunds: one that SEPA reaches."""

    name = "iban"
    reading = formats.read_iban

    def checker(self, field: Field) -> Checker:
        def check(value: Any, bounds: Bounds) -> Error | None:
            fault = formats.iban_fault(value) if isinstance(value, str) else "iban"
            return Error(fault) if fault else None

        return check

    def show(self, field: Field, value: Any, words: Words) -> str:
        return " ".join(value[start : start + 4] for start in range(0, len(value), 4))


@_registered
class Date(Type):
    """Posted as one text, or as three parts (day, month, year)."""

    name = "date"
    parts = ("day", "month", "year")

    def read(self, posted: Posted) -> Any:
        parts = {part: posted.part(part) for part in self.parts}
        text = posted.one().strip()
        if not text and any(parts.values()):
            return _date_of(parts)
        return formats.read_date(text) if text else None

    def checker(self, field: Field) -> Checker:
        return _date_error

    def show(self, field: Field, value: Any, words: Words) -> str:
        return format_date(date.fromisoformat(value), "medium", words.locale)


def _date_of(parts: Mapping[str, Any]) -> str:
    """The ISO date of day, month and year. Raises Unreadable: which parts are missing, or that there is no such day."""
    missing = [part for part in Date.parts if not parts.get(part)]
    if missing:
        raise Unreadable("incomplete", missing=", ".join(missing), part=missing[0])
    return formats.read_date(".".join(str(parts[part]) for part in Date.parts))


def _typed_date_error(parts: Mapping[str, Any]) -> Error:
    """What is wrong with a date that is kept as it was typed."""
    try:
        _date_of(parts)
    except Unreadable as unreadable:
        return unreadable.error
    return Error("type")


def _typed_text_error(value: str) -> Error:
    """What is wrong with a date that is kept as the text that was sent."""
    try:
        formats.read_date(value[:100])
    except Unreadable as unreadable:
        return unreadable.error
    return Error("type")


def _date_error(value: Any, bounds: Bounds) -> Error | None:
    if isinstance(value, dict):
        return _typed_date_error(value)
    if not isinstance(value, str):
        return Error("type")
    if not formats.is_date(value):
        return _typed_text_error(value)
    earliest, latest = bounds
    if isinstance(earliest, str) and earliest and value < earliest:
        return Error("too_early", {"min": earliest})
    if isinstance(latest, str) and latest and value > latest:
        return Error("too_late", {"max": latest})
    return None


def _number_error(value: Any, bounds: Bounds) -> Error | None:
    if type(value) is not int or abs(value) > MAX_INTEGER:
        return Error("type")
    least, most = bounds
    if isinstance(least, int) and value < least:
        return Error("too_small", {"min": least})
    if isinstance(most, int) and value > most:
        return Error("too_big", {"max": most})
    return None


class _Number(Type):
    reading: ClassVar[Callable[[str], Any]]

    def read(self, posted: Posted) -> Any:
        text = posted.one().strip()
        if len(text) > MAX_NUMBER_TEXT:
            raise Unreadable("type")
        return type(self).reading(text) if text else None

    def checker(self, field: Field) -> Checker:
        return _number_error


@_registered
class Integer(_Number):
    name = "integer"
    reading = formats.read_integer

    def show(self, field: Field, value: Any, words: Words) -> str:
        """Grouped from 10,000 on only, so that years and house numbers stay as they are."""
        return format_decimal(value, locale=words.locale, group_separator=abs(value) >= 10_000)


@_registered
class Money(_Number):
    name = "money"
    reading = formats.read_money

    def show(self, field: Field, value: Any, words: Words) -> str:
        return show_money(value, words)


def show_money(cents: int, words: Words) -> str:
    """An amount in euro in the reader's notation."""
    return format_currency(Decimal(cents) / 100, "EUR", locale=words.locale)


@_registered
class DecimalNumber(_Number):
    name = "decimal"
    reading = formats.read_decimal

    def checker(self, field: Field) -> Checker:
        return _decimal_error

    def show(self, field: Field, value: Any, words: Words) -> str:
        """With as many decimals as were given."""
        decimals = len(value.partition(".")[2])
        return format_decimal(Decimal(value), f"#,##0.{'0' * decimals}", words.locale)


def _decimal_error(value: Any, bounds: Bounds) -> Error | None:
    if not isinstance(value, str) or len(value) > MAX_NUMBER_TEXT:
        return Error("type")
    try:
        number = Decimal(formats.canonical_decimal(value))
    except Unreadable as unreadable:
        return unreadable.error
    least, most = bounds
    if least is not None and number < Decimal(least):
        return Error("too_small", {"min": least})
    return Error("too_big", {"max": most}) if most is not None and number > Decimal(most) else None


@_registered
class Boolean(Type):
    name = "boolean"

    def read(self, posted: Posted) -> Any:
        text = posted.one().strip()
        return formats.read_boolean(text) if text else None

    def checker(self, field: Field) -> Checker:
        return lambda value, bounds: None if isinstance(value, bool) else Error("type")

    def show(self, field: Field, value: Any, words: Words) -> str:
        return words.translate(N_("Yes") if value else N_("No"))


@_registered
class Select(Type):
    """The options themselves are compared by Filled, which knows the parameters."""

    name = "select"

    def read(self, posted: Posted) -> Any:
        return posted.one() or None

    def checker(self, field: Field) -> Checker:
        return lambda value, bounds: None if isinstance(value, str) else Error("type")

    def show(self, field: Field, value: Any, words: Words) -> str:
        return words.option(field.path, value)


@_registered
class MultiSelect(Type):
    name = "multiselect"

    def read(self, posted: Posted) -> Any:
        return list(dict.fromkeys(posted.all())) or None

    def checker(self, field: Field) -> Checker:
        return lambda value, bounds: None if _is_texts(value) and len(set(value)) == len(value) else Error("type")

    def show(self, field: Field, value: Any, words: Words) -> str:
        return format_list([words.option(field.path, option) for option in value], locale=words.locale)


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


@_registered
class Country(Type):
    name = "country"

    def read(self, posted: Posted) -> Any:
        return posted.one().strip().upper() or None

    def checker(self, field: Field) -> Checker:
        known = countries.nationalities() if field.nationality else countries.codes()
        return lambda value, bounds: None if isinstance(value, str) and value in known else Error("option")

    def show(self, field: Field, value: Any, words: Words) -> str:
        return countries.name(value, words.language)


ADDRESS_PARTS = {"street": 100, "house_number": 15, "postal_code": 5, "city": 100}
"""The parts of an address in Germany with their greatest lengths."""
HERE = "DE"
ABROAD_PARTS = {**ADDRESS_PARTS, "postal_code": 12, "country": 2}
"""The same in another country, whose code says so; many countries know no house numbers, some no postal codes."""
MAY_BE_OPEN = frozenset({"house_number", "postal_code"})


@_registered
class Address(Type):
    """One in Germany names no country, also where another one may be given."""

    name = "address"
    parts = tuple(ABROAD_PARTS)

    def read(self, posted: Posted) -> Any:
        parts = {part: western(posted.part(part)) for part in ADDRESS_PARTS}
        country = posted.part("country").upper()
        if country and country != HERE:
            parts["country"] = country
        return parts if any(parts.values()) else None

    def checker(self, field: Field) -> Checker:
        known = ABROAD_PARTS if field.abroad else ADDRESS_PARTS

        def check(value: Any, bounds: Bounds) -> Error | None:
            if not isinstance(value, dict) or not set(value) <= set(known):
                return Error("type")
            return next(iter(address_errors(value).values()), None)

        return check

    def show(self, field: Field, value: Any, words: Words) -> str:
        lines = [_joined(value, "street", "house_number"), _joined(value, "postal_code", "city")]
        if country := value.get("country"):
            lines.append(countries.name(country, words.language))
        return ", ".join(lines)


def _joined(value: Mapping[str, Any], *parts: str) -> str:
    return " ".join(said for part in parts if (said := value.get(part)))


def address_errors(value: Mapping[str, Any]) -> dict[str, Error]:
    """Everything that is wrong with an address, by its part."""
    if value.get("country"):
        found = _errors_abroad(value)
    else:
        found = {part: _part_error(part, value.get(part, ""), longest) for part, longest in ADDRESS_PARTS.items()}
    return {part: Error(error.code, {**error.values, "part": part}) for part, error in found.items() if error}


def _errors_abroad(value: Mapping[str, Any]) -> dict[str, Error | None]:
    """Nobody here knows the postal codes of other countries."""
    country, errors = value["country"], dict[str, Error | None]()
    for part in ADDRESS_PARTS:
        is_open = part in MAY_BE_OPEN and value.get(part, "") == ""
        errors[part] = None if is_open else _line_error(value.get(part, ""), ABROAD_PARTS[part])
    known = isinstance(country, str) and country in countries.codes() and country != HERE
    return errors | {"country": None if known else Error("option")}


def _part_error(part: str, value: Any, longest: int) -> Error | None:
    if part == "postal_code" and isinstance(value, str) and value:
        return None if formats.is_postal_code(value) else Error("postal_code")
    return _line_error(value, longest)


def _line_error(value: Any, longest: int) -> Error | None:
    if value == "":
        return Error("required")
    if not isinstance(value, str) or "\n" in value:
        return Error("type")
    if error := latin_error(value):
        return error
    return Error("too_long", {"max": longest}) if len(value) > longest else None


@_registered
class File(Type):
    """Ids of attachments; what is in them is checked when they are uploaded."""

    name = "file"

    def read(self, posted: Posted) -> Any:
        return list(dict.fromkeys(posted.all())) or None

    def checker(self, field: Field) -> Checker:
        def check(value: Any, bounds: Bounds) -> Error | None:
            if not _is_texts(value) or any(len(one) > 100 for one in value):
                return Error("type")
            return Error("too_many", {"max": field.max_files}) if len(value) > field.max_files else None

        return check

    def show(self, field: Field, value: Any, words: Words) -> str:
        return words.translate(N_(", ")).join(words.attachment(one) for one in value)


@_registered
class Info(Type):
    """A paragraph; it has no answer."""

    name = "info"

    def read(self, posted: Posted) -> Any:
        return None

    def checker(self, field: Field) -> Checker:
        return lambda value, bounds: Error("type")


def unanswered(value: Any) -> bool:
    """Whether nothing was answered; false and 0 are answers."""
    return not any(value.values()) if isinstance(value, dict) else value in (None, "", [])


def show(field: Field, value: Any, words: Words) -> str:
    """An answer as people read it, empty when there is none or it is not valid any more."""
    kind = TYPES[field.type]
    return "" if unanswered(value) or kind.checker(field)(value, (None, None)) else kind.show(field, value, words)
