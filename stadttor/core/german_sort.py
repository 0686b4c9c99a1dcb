"""German order and German search, without a database that knows German.

Order: DIN 5007-1 (dictionaries): ä sorts as a, ß as ss, case and accents do not count; of equal words the plain one.
Search: what people type for a place ("muenchen", "Weissenburg", "St. Wendel") and what the register writes must meet.
"""

import re
import unicodedata

_NO_DECOMPOSITION = str.maketrans(
    {"ß": "ss", "ẞ": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th"}
)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_WORDS = re.compile(r"[^\W_]+")
_ABBREVIATION = re.compile(r"(?<=[a-zäöüß])\.")

# The register's own abbreviations; "a." is read as "am" unless an article follows (a.d. = an der).
_EXPANSIONS = {
    "hann": "hannoversch",
    "st": "sankt",
    "a": "am",
    "b": "bei",
    "d": "der",
    "i": "in",
    "v": "vor",
    "bay": "bayern",
    "obb": "oberbayern",
    "ndb": "niederbayern",
    "opf": "oberpfalz",
    "ofr": "oberfranken",
    "mfr": "mittelfranken",
    "ufr": "unterfranken",
    "oldb": "oldenburg",
    "westf": "westfalen",
    "württ": "württemberg",
    "vogtl": "vogtland",
    "erzgeb": "erzgebirge",
}
_BEFORE_ARTICLE = {"am der": "an der"}
_LOOSE = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("ss", "s"), ("ph", "f"), ("th", "t"), ("ck", "k"), ("ie", "i"))
_DOUBLED = re.compile(r"([a-z])\1")
_QUALIFIER = re.compile(r"^(.+?) (?:am|an|auf|bei|im|in|ob|unter|vor|zur)\b.*$")


def sort_key(text: str) -> str:
    """The key by which texts stand in German order when compared byte by byte (column with collation "C")."""
    lower = text.strip().lower()
    plain = " ".join(_WORDS.findall(_without_marks(lower)))
    return f"{plain}\x01{lower}"


def _without_marks(lower: str) -> str:
    decomposed = unicodedata.normalize("NFD", lower.translate(_NO_DECOMPOSITION))
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def search_key(text: str) -> str:
    """What is stored and compared in a search: `Weißenburg i.Bay.` and `weissenburg in bayern` give the same key."""
    return " ".join(_without_marks(_expanded(text).translate(_UMLAUTS)).split())


def plain_key(text: str) -> str:
    """The search key as typed on a keyboard without umlauts: `Münster` gives `munster`, not `muenster`."""
    return " ".join(_without_marks(_expanded(text)).split())


def _expanded(text: str) -> str:
    lower = unicodedata.normalize("NFC", text).lower()
    words = _WORDS.findall(_ABBREVIATION.sub(". ", lower))
    expanded = " ".join(_EXPANSIONS.get(word, word) for word in words)
    for wrong, right in _BEFORE_ARTICLE.items():
        expanded = expanded.replace(wrong, right)
    return expanded


def loosened(key: str) -> str:
    """A search key made coarser: forgives `Munchen`, `Weisenburg`, doubled letters; equal ones are probable matches."""
    for spelling, sound in _LOOSE:
        key = key.replace(spelling, sound)
    return _DOUBLED.sub(r"\1", key)


def short_key(text: str) -> str:
    """The search key without what only tells places apart: `Frankfurt (Oder)`, `Frankfurt am Main` give `frankfurt`."""
    return shortened(search_key(text.split(" (")[0].split("/")[0]))


def shortened(key: str) -> str:
    """A search key up to its `am`, `in`, `ob der` …"""
    return _QUALIFIER.sub(r"\1", key)
