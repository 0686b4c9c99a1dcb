"""How a telephone number is written: DIN 5008, `09141 907-0` or `+49 9141 907-0`."""

import re

_TRUNK_ZERO = re.compile(r"\(0\)\s*")
_AREA = re.compile(r"^\((0\d+)\)")
_SLASH = re.compile(r"\s*/\s*")
_HYPHEN = re.compile(r"\s*[-\u2010-\u2015]\s*")


def written(text: str) -> str:
    """A number as the norm writes it: a space after the area code, a hyphen before the extension, nothing else.

    `(09141) 907 - 0` and `09141/907-0` become `09141 907-0`, `+49 (0)9141 907-0` becomes `+49 9141 907-0`. Where the
    area code or the extension ends cannot be known from digits: a number without signs stays as it is.
    """
    plain = _AREA.sub(r"\1 ", _TRUNK_ZERO.sub("", text.strip()))
    return " ".join(_HYPHEN.sub("-", _SLASH.sub(" ", plain)).split())
