"""Which letters people may write: DIN 91379 (String.Latin+ 1.2), the repertoire every German register holds.

The ranges come from the standard's data file (KoSIT, latinchars 1.2, 16 January 2020). Free texts may in addition hold
Cyrillic and Arabic letters, because people write to us in them and the letters' fonts print them. Everything else
(emoji, control and direction characters) is refused at the field, never later at the letter.
"""

import re
import unicodedata


def _characters(ranges: str) -> frozenset[str]:
    """The characters of `0041-005A 0027` (code points in hexadecimal)."""
    pairs = (part.split("-") for part in ranges.split())
    return frozenset(chr(point) for pair in pairs for point in range(int(pair[0], 16), int(pair[-1], 16) + 1))


LATIN_LETTERS = _characters(
    "0041-005A 0061-007A 00C0-00D6 00D8-00F6 00F8-017E 0187-0188 018F 0197 01A0-01A1 01AF-01B0 01B7 01CD-01DC "
    "01DE-01DF 01E2-01F0 01F4-01F5 01F8-01FF 0212-0213 0218-021B 021E-021F 0227-0233 0259 0268 0292 1E02-1E03 "
    "1E06-1E07 1E0A-1E11 1E1C-1E2B 1E2F-1E37 1E3A-1E3B 1E40-1E49 1E52-1E5B 1E5E-1E63 1E6A-1E6F 1E80-1E87 1E8C-1E97 "
    "1E9E 1EA0-1EF9 "
)
"""Latin letters (normative)."""

SEQUENCES = str.split(
    "C\u0328\u0306 K\u035fH K\u035fh L\u0325\u0304 R\u0325\u0304 S\u031b\u0304 c\u0328\u0306 k\u035fh "
    "l\u0325\u0304 r\u0325\u0304 s\u031b\u0304 A\u030b C\u0300 C\u0304 C\u0306 C\u0308 C\u0315 C\u0323 "
    "C\u0326 D\u0302 F\u0300 F\u0304 G\u0300 H\u0304 H\u0326 H\u0331 J\u0301 J\u030c K\u0300 K\u0302 "
    "K\u0304 K\u0307 K\u0315 K\u031b K\u0326 L\u0302 L\u0325 L\u0326 M\u0300 M\u0302 M\u0306 M\u0310 "
    "N\u0302 N\u0304 N\u0306 N\u0326 P\u0300 P\u0304 P\u0315 P\u0323 R\u0306 R\u0325 S\u0300 S\u0304 "
    "S\u0331 T\u0300 T\u0304 T\u0308 T\u0315 T\u031b U\u0307 Z\u0300 Z\u0304 Z\u0306 Z\u0308 Z\u0327 "
    "a\u030b c\u0300 c\u0304 c\u0306 c\u0308 c\u0315 c\u0323 c\u0326 d\u0302 f\u0300 f\u0304 g\u0300 "
    "h\u0304 h\u0326 j\u0301 k\u0300 k\u0302 k\u0304 k\u0307 k\u0315 k\u031b k\u0326 l\u0302 l\u0325 "
    "l\u0326 m\u0300 m\u0302 m\u0306 m\u0310 n\u0302 n\u0304 n\u0306 n\u0326 p\u0300 p\u0304 p\u0315 "
    "p\u0323 r\u0306 r\u0325 s\u0300 s\u0304 s\u0331 t\u0300 t\u0304 t\u0315 t\u031b u\u0307 z\u0300 "
    "z\u0304 z\u0306 z\u0308 z\u0327 \u00c7\u0306 \u00db\u0304 \u00e7\u0306 \u00fb\u0304 \u00ff\u0301 "
    "\u010c\u0315 \u010c\u0323 \u010d\u0315 \u010d\u0323 \u012a\u0301 \u012b\u0301 \u017d\u0326 "
    "\u017d\u0327 \u017e\u0326 \u017e\u0327 \u1e32\u0304 \u1e33\u0304 \u1e62\u0304 \u1e63\u0304 "
    "\u1e6c\u0304 \u1e6d\u0304 \u1ea0\u0308 \u1ea1\u0308 \u1ecc\u0308 \u1ecd\u0308 \u1ee4\u0304 "
    "\u1ee4\u0308 \u1ee5\u0304 \u1ee5\u0308 "
)
"""Latin letters that Unicode writes with combining marks (normative), the longest first."""

NAME_MARKS = _characters("0020 0027 002C-002E 0060 007E 00A8 00B4 00B7 02B9-02BA 02BE-02BF 02C8 02CC 2019 2021")
"""Non-letters N1: what names of natural persons need."""

TEXT_MARKS = _characters(
    "0021-0026 0028-002B 002F-0040 005B-005F 007B-007D 00A1-00A3 00A5 00A7 00A9-00AC 00AE-00B3 00B5-00B6 00B9-00BB "
    "00BF 00D7 00F7 20AC 00A4 00A6 00B8 00BC-00BE 0192 02B0 02B3 02C6 02DC 02E2 1D48 1D57 2018 201A 201C-201E 2020 "
    "2026 2030 2039-203A 2070 2074-2079 207F-2089 2122 221E 2264-2265 "
)
"""Non-letters N2, N3 and E1."""

GREEK = _characters("0386 0388-038A 038C 038E-03A1 03A3-03CE")

CYRILLIC = _characters("0400-045F 0490-0491")
"""The alphabets of Ukrainian, Russian, Bulgarian, Serbian and Macedonian, which contain those of the standard."""

ARABIC = _characters(
    "060C 061B 061F 0621-063A 0640-0652 0660-066C 0670 067E 0686 0698 06A9 06AF 06BE 06C1 06CC 06D2 06F0-06F9"
)
"""Arabic with the letters of Persian and Urdu; no presentation forms, no direction marks."""

PUNCTUATION = _characters("00A0 2010-2015 2022 2116 20B4 20BA")
"""What keyboards of today insert by themselves, and the currencies of our languages."""

_NAME = LATIN_LETTERS | NAME_MARKS
_LATIN = _NAME | TEXT_MARKS | PUNCTUATION
_PRINTABLE = _LATIN | GREEK | CYRILLIC | ARABIC
_SEQUENCE = re.compile("|".join(map(re.escape, SEQUENCES)))
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def tidy(text: str) -> str:
    """The text as we store it: NFC, lines end with \\n, without soft hyphens and invisible direction marks."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    if plain.isascii():
        return plain
    return _INVISIBLE.sub("", unicodedata.normalize("NFC", plain))


def is_name(text: str) -> bool:
    """Whether a natural person's name keeps to datatype A of the standard."""
    return not _outside(text, _NAME)


def printable(text: str) -> bool:
    """Whether every character can be printed in a letter; line breaks and tabs are allowed."""
    return not unprintable(text)


def unprintable(text: str) -> str:
    """The refused characters, each once, in the order of the text."""
    rest = _outside(text, _PRINTABLE)
    return "".join(dict.fromkeys(c for c in text if c in rest and c not in "\n\t")) if rest else ""


def not_latin(text: str) -> str:
    """What a German register cannot hold of a text that is no name (datatype C, with the marks of E1): each once, in order."""
    rest = _outside(text, _LATIN)
    return "".join(dict.fromkeys(c for c in text if c in rest and c not in "\n\t")) if rest else ""


def _outside(text: str, allowed: frozenset[str]) -> frozenset[str]:
    if allowed.issuperset(text):
        return frozenset()
    return frozenset(_SEQUENCE.sub("", text)) - allowed
