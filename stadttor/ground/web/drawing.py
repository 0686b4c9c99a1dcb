"""Draws the fields of a form, each kind once: what a field looks like without its answer is kept, the answer put in.

Nothing anybody typed is kept. A page of 25 fields costs a fifth of what 25 macro calls cost.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from functools import lru_cache
from operator import attrgetter
from typing import Any

from markupsafe import Markup, escape

from stadttor.ground.web.blocks import Field, KnownOptions, Option
from stadttor.ground.web.controls import LINES, as_field, chosen_values, given_text
from stadttor.ground.web.formats import date_parts
from stadttor.ground.web.language import current

KEPT = 4_096
TYPED = frozenset({"text", "name", "iban", "textarea", *LINES})
CHOSEN = frozenset({"select", "country", "boolean", "multiselect"})
ADDRESS = ("street", "house_number", "postal_code", "city")
# What differs from person to person, or is rare; the rest makes the drawing.
OWN = frozenset({"value", "error", "errors", "uploads", "attributes", "options"})
LOOK = tuple(field.name for field in fields(Field) if field.name not in OWN)
_look = attrgetter(*LOOK)
# A place for an answer, in characters that no keyboard types and no escaping changes.
_PLACE = "\ue000{}\ue001"
_PLACES = re.compile("\ue000([a-z_]+)\ue001")


def drawn(given: Field | Mapping[str, Any]) -> Markup:
    """The field with its answer; `given` as `kern/fields.html` explains it."""
    field = as_field(given)
    look = _look(field)
    if field.error or field.errors or field.uploads or field.attributes or _is_marked_up(look):
        return _macro(field)
    if field.type in CHOSEN:
        return _with_choice(field, look)
    parts = _parts(field)
    return _macro(field) if parts is None else _with_parts(parts, look)


def all_drawn(given: Iterable[Field | Mapping[str, Any]]) -> Markup:
    """Several fields, one after the other."""
    return Markup("").join(map(drawn, given))


def _is_marked_up(texts: Iterable[Any]) -> bool:
    """A text and the same text as Markup are equal, yet look different on the page: never keep one for the other."""
    return Markup in map(type, texts)


def _macro(field: Field) -> Markup:
    # The templates call back here, so their environment cannot be imported before this module.
    from stadttor.ground.web.environment import environment

    macros: Any = environment().get_template("kern/fields.html").module
    drawing: Markup = macros.drawing(field)
    return drawing


def _parts(field: Field) -> dict[str, str] | None:
    """What was typed, by the name of its place; None for a field that has no such places."""
    value: Any = field.value
    if field.type in TYPED:
        return {"value": "" if value is None else str(value)}
    if field.type == "date":
        return date_parts(value)
    if field.type == "address" and not field.abroad and isinstance(value or {}, Mapping):
        return {part: given_text((value or {}).get(part)) for part in ADDRESS}
    return None


def _with_parts(parts: Mapping[str, str], look: tuple[Any, ...]) -> Markup:
    pieces = _pieces(current().tag, tuple(parts), look)
    filled = (escape(parts[piece]) if place % 2 else piece for place, piece in enumerate(pieces))
    return Markup("".join(filled))  # noqa: S704  # the pieces come from the macro, the answers are escaped


@lru_cache(KEPT)
def _pieces(language: str, parts: tuple[str, ...], look: tuple[Any, ...]) -> tuple[str, ...]:
    """The drawing, cut at the places: text, name of a place, text, …"""
    places = {part: _PLACE.format(part) for part in parts}
    shape = Field(**dict(zip(LOOK, look, strict=True)), value=places.get("value", places))
    return tuple(_PLACES.split(str(_macro(shape))))


def _with_choice(field: Field, look: tuple[Any, ...]) -> Markup:
    options = _kept(field.options)
    if options is None:
        return _macro(field)
    text = _without_choice(current().tag, options, look)
    mark = "selected" if "<select" in text else "checked"
    for value in chosen_values(field.value):
        option = f'value="{escape(value)}"'
        text = text.replace(option, f"{option} {mark}", 1)
    return Markup(text)  # noqa: S704  # drawn by the macro, the value is escaped


def _kept(given: Sequence[Option | Mapping[str, str]]) -> tuple[Option, ...] | None:
    """The options as part of a drawing's key; None when one is marked up."""
    if isinstance(given, KnownOptions):
        return given
    options = tuple(option if isinstance(option, Option) else Option(**option) for option in given)
    return None if any(_is_marked_up((option.label, option.hint)) for option in options) else options


@lru_cache(KEPT)
def _without_choice(language: str, options: tuple[Option, ...], look: tuple[Any, ...]) -> str:
    return str(_macro(Field(**dict(zip(LOOK, look, strict=True)), options=options)))
