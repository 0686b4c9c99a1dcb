"""Ids of a package from names of a schema, and back."""

import re
import unicodedata
from hashlib import sha256

from stadttor.core.cel import RESERVED

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST = 40
PRIVATE = "99"
"""The main number range for what no FIM editorial office has numbered."""


def identifier(name: str, taken: set[str], otherwise: str) -> str:
    """A free id of a package for a name: `Straße und Nr.` → `strasse_und_nr`. It is taken afterwards."""
    plain = unicodedata.normalize("NFKD", name.lower().translate(_GERMAN)).encode("ascii", "ignore").decode()
    word = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].strip("_")
    if not word or not word[0].isalpha() or word in RESERVED:
        word = f"{otherwise}_{word}".strip("_")
    free, number = word, 2
    while free in taken:
        free, number = f"{word}_{number}", number + 1
    taken.add(free)
    return free


def private_id(letter: str, package: str, path: str, taken: set[str]) -> str:
    """A FIM id of the private number range, the same for the same question in every version. It is taken afterwards."""
    number = int.from_bytes(sha256(f"{package}/{path}".encode()).digest()[:8]) % 10**9
    while (found := f"{letter}{PRIVATE}{number:09d}") in taken:
        number = (number + 1) % 10**9
    taken.add(found)
    return found


# The characters of StringLatin 1.1 that German texts do not use are no loss; these are.
_PLAIN = str.maketrans({
    "„": '"', "“": '"', "”": '"', "‟": '"', "«": '"', "»": '"', "‚": "'", "‘": "'", "’": "'", "–": "-", "—": "-",
    "‑": "-", "−": "-", "…": "...", "•": "-", "→": "->", "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u00ad": "",
    "≥": ">=", "≤": "<=", "≠": "<>", "×": "x", "₂": "2", "₃": "3",
})  # fmt: skip
_MISSING = frozenset("ĈĉĜĝĤĥĲĳŜŝŬŭſ")


def string_latin(text: str) -> str:
    """The text in the characters of StringLatin, which texts of a schema are written in."""
    return "".join(map(_latin, unicodedata.normalize("NFC", text.translate(_PLAIN))))


def _latin(character: str) -> str:
    point = ord(character)
    if character in "\t\n€ẞ" or 0x20 <= point <= 0x7E or (0xA1 <= point <= 0x17E and point != 0xAD):
        return character if character not in _MISSING else unicodedata.normalize("NFKD", character)[0]
    return unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
