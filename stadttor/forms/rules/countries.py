"""Countries and nationalities: ISO 3166-1 alpha-2 codes with the names of CLDR.

Who has no nationality, or none that is established, is no country's: the codes of ICAO Doc 9303-3, section 5, part D
stand for that, which no country will ever have.
"""

import unicodedata
from functools import lru_cache

from stadttor.core.cldr import locale
from stadttor.core.languages import language

_UKRAINIAN = "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"
_NOT_COUNTRIES = frozenset(["EU", "EZ", "UN", "QO", "XA", "XB", "ZZ", "AC", "CP", "CQ", "DG", "EA", "IC", "TA"])

STATELESS, UNCLEAR = "XXA", "XXX"
_WITHOUT = {
    STATELESS: {
        "de": "staatenlos", "de-simple": "ohne Staats-Angehörigkeit", "en": "Stateless", "uk": "Без громадянства",
        "tr": "Vatansız", "ar": "عديم الجنسية",
    },
    UNCLEAR: {
        "de": "ungeklärt", "de-simple": "nicht geklärt", "en": "Not established", "uk": "Не з’ясовано",
        "tr": "Belirsiz", "ar": "غير محددة",
    },
}  # fmt: skip


@lru_cache(maxsize=1)
def codes() -> frozenset[str]:
    """Every country's code; Kosovo (XK), which Germany recognises, is among them."""
    territories = locale("en").territories
    return frozenset(code for code in map(str, territories) if len(code) == 2 and code.isalpha()) - _NOT_COUNTRIES


@lru_cache(maxsize=1)
def nationalities() -> frozenset[str]:
    """Every country's code, and those of people without an established nationality."""
    return codes() | _WITHOUT.keys()


def name(code: str, tag: str) -> str:
    """A country's name in a language, the code itself when it is unknown."""
    if code in _WITHOUT:
        return _WITHOUT[code].get(tag, _WITHOUT[code]["en"])
    return str(locale(language(tag).locale).territories.get(code, code))


@lru_cache(maxsize=16)
def choices(tag: str) -> tuple[tuple[str, str], ...]:
    """(code, name) of every country in the order of the names; accents do not disturb the order (DIN 5007-1)."""
    order = _ukrainian if tag == "uk" else _sort_key
    return tuple(sorted(((code, name(code, tag)) for code in codes()), key=lambda pair: order(pair[1])))


@lru_cache(maxsize=16)
def nationality_choices(tag: str) -> tuple[tuple[str, str], ...]:
    """The same for a nationality: after the countries what is none of them."""
    return (*choices(tag), *((code, name(code, tag)) for code in _WITHOUT))


def _sort_key(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()


def _ukrainian(text: str) -> tuple[int, ...]:
    """The order of the Ukrainian alphabet, which is not that of the code points."""
    return tuple(_UKRAINIAN.find(letter) for letter in text.casefold())
