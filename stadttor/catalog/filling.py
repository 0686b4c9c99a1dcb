"""A package's texts with the authority's parameters in them: `{p.frist_tage}` becomes `14`, cents become money."""

import re
from collections.abc import Mapping
from typing import Any

from stadttor.catalog.rules.parameters import ParameterSchema
from stadttor.catalog.rules.texts import OFFICIAL, Texts
from stadttor.forms.rules.types import Words, show_money

_COMMA = {"ar": "، "}
"""Between the values of a list, where it is not the Latin one."""
_PLACE = re.compile(r"\{p\.([a-z0-9_]+)\}")


def with_parameters(texts: Texts, schema: ParameterSchema, parameters: Mapping[str, Any]) -> Texts:
    """The same texts, every `{p.name}` said in their language; an unknown name stays as it is written."""
    money = {parameter.name for parameter in schema.parameters if parameter.unit == "cents"}

    def filled(language: str, text: str) -> str:
        return _PLACE.sub(lambda place: _said(place, language), text) if "{p." in text else text

    def _said(place: re.Match[str], language: str) -> str:
        name = place[1]
        if name not in parameters:
            return place[0]
        value = parameters[name]
        if name in money and isinstance(value, int):
            return show_money(value, Words(language))
        return _COMMA.get(language, ", ").join(map(str, value)) if isinstance(value, list) else str(value)

    own = {key: filled(texts.language, text) for key, text in texts.own.items()}
    if texts.german is texts.own:
        return Texts(texts.language, own, own)
    german = {key: filled(OFFICIAL, text) for key, text in texts.german.items()}
    return Texts(texts.language, own, german)
