"""Regional keys: the official names of places in numbers (Destatis, Gemeindeverzeichnis GV-ISys).

ARS (Regionalschlüssel, 12 digits) = Land 2 + Regierungsbezirk 1 + Kreis 2 + Verband 4 + Gemeinde 3.
AGS (Gemeindeschlüssel, 8 digits) = the ARS without the four digits of the Verband; it survives a change of the Verband.
A prefix of the ARS names a larger area: 2 Land, 3 Regierungsbezirk, 5 Kreis, 9 Verband, 12 Gemeinde.
"""

from typing import Literal, NewType

Ars = NewType("Ars", str)
Ags = NewType("Ags", str)
ArsPrefix = NewType("ArsPrefix", str)

Level = Literal["land", "bezirk", "kreis", "verband", "gemeinde"]

LEVEL_BY_LENGTH: dict[int, Level] = {2: "land", 3: "bezirk", 5: "kreis", 9: "verband", 12: "gemeinde"}

LAENDER: dict[str, str] = {
    "01": "Schleswig-Holstein",
    "02": "Hamburg",
    "03": "Niedersachsen",
    "04": "Bremen",
    "05": "Nordrhein-Westfalen",
    "06": "Hessen",
    "07": "Rheinland-Pfalz",
    "08": "Baden-Württemberg",
    "09": "Bayern",
    "10": "Saarland",
    "11": "Berlin",
    "12": "Brandenburg",
    "13": "Mecklenburg-Vorpommern",
    "14": "Sachsen",
    "15": "Sachsen-Anhalt",
    "16": "Thüringen",
}

# ISO 3166-2:DE without the country, as public-holiday calendars and addresses use it.
LAND_CODES: dict[str, str] = {
    "01": "SH",
    "02": "HH",
    "03": "NI",
    "04": "HB",
    "05": "NW",
    "06": "HE",
    "07": "RP",
    "08": "BW",
    "09": "BY",
    "10": "SL",
    "11": "BE",
    "12": "BB",
    "13": "MV",
    "14": "SN",
    "15": "ST",
    "16": "TH",
}


class BadRegionalKey(ValueError):
    """The text is not a regional key: wrong length, something other than digits, or no such Land."""


def parse_ars(text: str) -> Ars:
    """Twelve digits with a known Land; spaces as in official print (`09 5 77 0177 177`) are ignored."""
    return Ars(_digits(text, {12}))


def parse_prefix(text: str) -> ArsPrefix:
    """A Land, Bezirk, Kreis, Verband or Gemeinde: 2, 3, 5, 9 or 12 digits."""
    return ArsPrefix(_digits(text, set(LEVEL_BY_LENGTH)))


def _digits(text: str, lengths: set[int]) -> str:
    digits = "".join(text.split())
    if not (digits.isascii() and digits.isdigit()):
        raise BadRegionalKey(f"{text!r} holds something other than digits")
    if len(digits) not in lengths:
        raise BadRegionalKey(f"{text!r} has {len(digits)} digits, expected {_or(lengths)}")
    if digits[:2] not in LAENDER:
        raise BadRegionalKey(f"{text!r} begins with {digits[:2]}, which is no Land")
    return digits


def _or(lengths: set[int]) -> str:
    return " or ".join(str(length) for length in sorted(lengths))


def ags_of(ars: Ars) -> Ags:
    """The AGS inside an ARS."""
    return Ags(ars[:5] + ars[9:])


def is_kreisfrei(ars: Ars) -> bool:
    """A town that is its own Kreis (kreisfreie Stadt, Stadtkreis): nothing follows the Kreis but zeros."""
    return ars[5:] == "0000000"


def is_gemeindefrei(ars: Ars) -> bool:
    """An unincorporated area (gemeindefreies Gebiet): the Verband begins with 9."""
    return ars[5] == "9"


def prefixes(ars: str) -> tuple[ArsPrefix, ...]:
    """The key itself and every larger area that contains it, smallest first."""
    return tuple(ArsPrefix(ars[:length]) for length in sorted(LEVEL_BY_LENGTH, reverse=True) if length <= len(ars))


def land_name(key: str) -> str:
    """The Land of any regional key, `Bayern`. Raises BadRegionalKey."""
    return LAENDER[_land(key)]


def land_code(key: str) -> str:
    """The Land of any regional key as letters, `BY`. Raises BadRegionalKey."""
    return LAND_CODES[_land(key)]


def _land(key: str) -> str:
    if key[:2] not in LAENDER:
        raise BadRegionalKey(f"{key!r} begins with no Land")
    return key[:2]
