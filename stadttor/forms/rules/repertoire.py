"""Which letters an answer may hold, and what to say about the others: DIN 91379, stadttor/core/din91379.py."""

from collections.abc import Sequence

from stadttor.core import din91379
from stadttor.forms.rules.problems import Error


def unprintable_error(value: str) -> Error | None:
    """What no letter of ours can print."""
    refused = "" if value.isascii() and value.isprintable() else din91379.unprintable(value)
    return _error("characters", refused) if refused else None


def latin_error(value: str) -> Error | None:
    """What ends up in German registers and letters is written in Latin letters; other letters have their own words."""
    refused = "" if value.isascii() and value.isprintable() else din91379.not_latin(value)
    return unprintable_error(value) or (_error("latin", refused) if refused else None)


def name_error(value: str) -> Error | None:
    """What a natural person's name cannot hold in a register (datatype A)."""
    if din91379.is_name(value):
        return None
    refused = [letter for letter in dict.fromkeys(value) if not din91379.is_name(letter)]
    return latin_error(value) or _error("characters", refused)


def _error(code: str, refused: Sequence[str]) -> Error:
    return Error(code, {"characters": " ".join(refused[:20])})
