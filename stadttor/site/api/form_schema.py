"""The form of a service as JSON Schema 2020-12, for the `answers` of an application.

What a schema can say it says: types, lengths, patterns, options, bounds that are constants, what is always required.
What depends on other answers stands beside as the form's own CEL expression (`x-show-if`, `x-required-if`, `x-minimum`,
`x-maximum`) and is judged when the application is handed in. An answer that is not given is left out.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from stadttor.catalog.queries import AdoptedForm
from stadttor.catalog.rules.texts import Texts
from stadttor.core.cel import MAX_INTEGER, Expression
from stadttor.forms.definition import Bound, Field, Group, Page
from stadttor.forms.rules import countries
from stadttor.forms.rules.types import ABROAD_PARTS, ADDRESS_PARTS, HERE, MAY_BE_OPEN

DIALECT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
# Where RE2 and ECMA-262 (JSON Schema's dialect) mean the same; other patterns are given for information only.
_NOT_PORTABLE = re.compile(r"\(\?(?!:)|\\[pPAzCQE]|\[\[:")
_DECIMAL = r"^[+-]?[0-9]{1,16}(\.[0-9]{1,6})?$"
_FORMATS: Mapping[str, Schema] = {
    "date": {"type": "string", "format": "date", "minLength": 10, "maxLength": 10},
    "decimal": {"type": "string", "pattern": _DECIMAL, "maxLength": 40},
    "boolean": {"type": "boolean"},
    "email": {"type": "string", "format": "email", "maxLength": 300},
    "phone": {"type": "string", "pattern": r"^\+[1-9][0-9]{5,14}$"},
    "iban": {"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"},
    "plate": {"type": "string", "pattern": "^[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} [1-9][0-9]{0,3}[EH]?$"},
    "address": {"$ref": "#/$defs/address"},
    "country": {"$ref": "#/$defs/country"},
}


def form_schema(form: AdoptedForm, language: str, address: str) -> Schema:
    """The schema of a service's answers with labels in a language; `address` is its own (`$id`)."""
    texts = form.texts(language)
    groups = [(page, group) for page in form.form.pages for group in page.groups if _asks(group)]
    return {
        "$schema": DIALECT,
        "$id": address,
        "title": texts.text("title"),
        "description": texts.text("summary"),
        "type": "object",
        "properties": {group.id: _group(form, page, group, texts) for page, group in groups},
        "required": [group.id for page, group in groups if _is_needed(page, group)],
        "additionalProperties": False,
        "x-package": form.manifest.id,
        "x-version": form.version,
        "x-language": language,
        "$defs": _definitions(form),
    }


def _asks(group: Group) -> bool:
    return any(one.type != "info" for one in group.fields)


def _is_needed(page: Page, group: Group) -> bool:
    """Whether every application has this group, whatever the answers are."""
    if page.show_if is not None or group.show_if is not None:
        return False
    if group.repeat is not None:
        return group.repeat.min > 0
    return any(_is_always_required(one) for one in group.fields)


def _is_always_required(one: Field) -> bool:
    return one.required is True and one.show_if is None and one.type != "info"


def _group(form: AdoptedForm, page: Page, group: Group, texts: Texts) -> Schema:
    asked = [one for one in group.fields if one.type != "info"]
    said: Schema = {
        "type": "object",
        "properties": {one.id: _field(form, one, texts) for one in asked},
        "required": [one.id for one in asked if _is_always_required(one)],
        "additionalProperties": False,
    }
    if group.repeat is not None:
        said = {"type": "array", "items": said, "minItems": group.repeat.min, "maxItems": group.repeat.max}
    title = texts.text(f"groups.{group.id}.title") or texts.text(f"pages.{page.id}.title")
    conditions = [one for one in (page.show_if, group.show_if) if one is not None]
    return (
        _without_nothing(
            {"title": title, "x-page": page.id, "x-show-if": " && ".join(f"({one.source})" for one in conditions)}
        )
        | said
    )


def _field(form: AdoptedForm, one: Field, texts: Texts) -> Schema:
    key = f"fields.{one.path}"
    return _without_nothing(
        {
            "title": texts.text(f"{key}.label", one.id),
            "description": texts.text(f"{key}.help"),
            "examples": [texts.text(f"{key}.example")] if texts.text(f"{key}.example") else None,
            "x-type": one.type,
            "x-show-if": one.show_if.source if one.show_if else None,
            "x-required-if": one.required.source if isinstance(one.required, Expression) else None,
            "x-fim": one.fim,
        }
    ) | _kind(form, one, texts)


def _kind(form: AdoptedForm, one: Field, texts: Texts) -> Schema:
    make = _MAKERS.get(one.type)
    if make is not None:
        return make(one)
    if one.type in ("select", "multiselect"):
        return _choice(form, one, texts)
    if one.nationality:
        return {"$ref": "#/$defs/nationality"}
    if one.abroad:
        return {"$ref": "#/$defs/address_anywhere"}
    return {**_FORMATS[one.type], **_bounds(one, constants=False)}


def _text(one: Field) -> Schema:
    said: Schema = {"type": "string", "minLength": one.min_length, "maxLength": one.max_length}
    if one.pattern:
        portable = not _NOT_PORTABLE.search(one.pattern)
        said["pattern" if portable else "x-pattern-re2"] = f"^(?:{one.pattern})$" if portable else one.pattern
    return said


def _number(one: Field) -> Schema:
    said = {"type": "integer", "minimum": -MAX_INTEGER, "maximum": MAX_INTEGER, **_bounds(one, constants=True)}
    return said | {"x-unit": "cents"} if one.type == "money" else said


def _file(one: Field) -> Schema:
    return {
        "type": "array",
        "items": {"type": "string", "format": "uuid"},
        "maxItems": one.max_files,
        "uniqueItems": True,
        "x-accept": list(one.accept),
        "x-max-mb": one.max_mb,
        "$comment": "Ids of files sent to the attachments of a draft before.",
    }


_MAKERS: Mapping[str, Callable[[Field], Schema]] = {
    "text": _text, "textarea": _text, "name": _text, "integer": _number, "money": _number, "file": _file,
}  # fmt: skip


def _choice(form: AdoptedForm, one: Field, texts: Texts) -> Schema:
    options = [
        {"const": option, "title": texts.text(f"options.{one.path}.{option}", option)} for option in _options(form, one)
    ]
    # An empty list of alternatives is no valid schema; without options no answer is right.
    said: Schema = {"type": "string", "oneOf": options} if options else {"not": {}}
    if one.type == "select":
        return said
    return {"type": "array", "items": said, "uniqueItems": True}


def _options(form: AdoptedForm, one: Field) -> list[str]:
    if one.options_from is None:
        return list(one.options)
    given = form.parameters.get(one.options_from)
    return list(dict.fromkeys(option for option in given if isinstance(option, str))) if isinstance(given, list) else []


def _bounds(one: Field, *, constants: bool) -> Schema:
    """Bounds as JSON Schema where they are constant numbers, as annotations otherwise."""
    said: Schema = {}
    for name, bound in (("minimum", one.minimum), ("maximum", one.maximum)):
        if constants and isinstance(bound, int):
            said[name] = bound
        elif bound is not None:
            said[f"x-{name}"] = _source(bound)
    return said


def _source(bound: Bound) -> int | str | None:
    return bound.source if isinstance(bound, Expression) else bound


def _definitions(form: AdoptedForm) -> Schema:
    used: set[str] = {one.type for one in form.form.fields.values()}
    parts = {name: {"type": "string", "minLength": 1, "maxLength": longest} for name, longest in ADDRESS_PARTS.items()}
    parts["postal_code"] = {"type": "string", "pattern": "^[0-9]{5}$"}
    address = {"type": "object", "properties": parts, "required": list(parts), "additionalProperties": False}
    country = {"type": "string", "enum": sorted(countries.codes())}
    nationality = {"type": "string", "enum": sorted(countries.nationalities())}
    used |= {"nationality" for one in form.form.fields.values() if one.nationality}
    used |= {"address_anywhere" for one in form.form.fields.values() if one.abroad}
    known = (
        ("address", address),
        ("address_anywhere", _address_anywhere(address)),
        ("country", country),
        ("nationality", nationality),
    )
    return {name: said for name, said in known if name in used}


def _address_anywhere(here: Schema) -> Schema:
    """An address in Germany names no country; with one, house number and postal code may be left out."""
    parts = {name: {"type": "string", "maxLength": longest} for name, longest in ABROAD_PARTS.items()}
    parts |= {name: {**parts[name], "minLength": 1} for name in ADDRESS_PARTS.keys() - MAY_BE_OPEN}
    parts["country"] = {"type": "string", "enum": sorted(countries.codes() - {HERE})}
    needed = [name for name in ADDRESS_PARTS if name not in MAY_BE_OPEN]
    return {
        "type": "object",
        "properties": parts,
        "required": needed,
        "additionalProperties": False,
        "if": {"not": {"required": ["country"]}},
        "then": {"properties": here["properties"], "required": here["required"]},
    }


def _without_nothing(said: Schema) -> Schema:
    return {name: value for name, value in said.items() if value not in (None, "")}
