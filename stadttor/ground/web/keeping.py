"""Parts of pages that look the same to everybody: drawn once by their macro and kept.

What is kept depends on the language, the macro and its plain arguments alone, and these are its key. What differs from
page to page is put into places of it; nothing anybody typed is kept.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix
from markupsafe import Markup, escape

from stadttor.ground.web.language import current

KEPT = 4_096
# A place, in characters that no keyboard types and no escaping changes.
_PLACE = "\ue000{}\ue001"
_PLACES = re.compile("\ue000([a-z_]+)\ue001")
Plain = str | int | bool | None


def kept(template: str, macro: str, *given: Plain) -> Markup:
    """What the macro draws of these arguments: `kept("kern/parts.html", "progress", 2, 5, "Vehicle")`."""
    return Markup(_pieces(current().tag, get_script_prefix(), (), template, macro, *given)[0])  # noqa: S704  # its macro escaped it


def completed(values: Mapping[str, object], template: str, macro: str, *given: Plain) -> Markup:
    """The same with `values` put in where the macro draws its arguments of these names, as they are."""
    pieces = _pieces(current().tag, get_script_prefix(), tuple(values), template, macro, *given)
    filled = (escape(values[piece]) if place % 2 else piece for place, piece in enumerate(pieces))
    return Markup("".join(filled))  # noqa: S704  # the pieces come from the macro, the values are escaped


# Equal arguments of two types (a text and the same as Markup) do not look the same.
@lru_cache(KEPT, typed=True)
def _pieces(
    language: str, prefix: str, places: tuple[str, ...], template: str, macro: str, *given: Plain
) -> tuple[str, ...]:
    """The drawing, cut at the places: text, name of a place, text, …; addresses in it begin with the prefix."""
    # The environment gives these functions to the templates, so it cannot be imported before this module.
    from stadttor.ground.web.environment import environment

    draw: Any = getattr(environment().get_template(template).module, macro)
    return tuple(_PLACES.split(str(draw(*given, **{place: _PLACE.format(place) for place in places}))))
