"""Number plates and file numbers typed in Cyrillic or Greek capitals that look like Latin ones: nobody sees the difference,
but no register would ever find them."""

import re

_LATIN = dict(zip("АВСЕНІЈКМОРЅТХУΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABCEHIJKMOPSTXYABEZHIKMNOPTYX", strict=True))
_TABLE = str.maketrans(_LATIN)
_LETTERS = "A-Z" + "".join(_LATIN)
# A plate as its country paints it: capitals in runs of three at most, and digits.
_RUN = rf"(?:[{_LETTERS}]{{1,3}}(?![{_LETTERS}])|[0-9]{{1,6}}(?![0-9]))"
_MARK = re.compile(rf"(?=.*[0-9]){_RUN}(?:[ -]?{_RUN})*")


def latin_capitals(text: str) -> str:
    """The text with its look-alikes in Latin letters: `АА` typed in Cyrillic becomes `AA`."""
    return text if text.isascii() else text.translate(_TABLE)


def latin_mark(text: str) -> str:
    """A text that can only be a number plate or a file number in Latin letters (`АА 1234 ВВ`); any other as it is."""
    return latin_capitals(text) if not text.isascii() and _MARK.fullmatch(text) else text
