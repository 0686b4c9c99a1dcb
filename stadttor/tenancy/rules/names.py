"""Official names: `Weißenburg i.Bay., GKSt` is the town Weißenburg i. Bay., a Große Kreisstadt."""

import re
from dataclasses import dataclass

from stadttor.core import ars
from stadttor.core.ars import Ars, Level

_SUFFIX = re.compile(r"\s*,\s*")
_BRACKETED_TYPE = re.compile(r"\s*\((VGem|VVG|VGV)\)$")
_LEADING_TYPE = re.compile(r"^(?:VVG|GVV|VG) (?:der (?:Stadt|Gemeinde) )?")
_TIGHT_DOT = re.compile(r"(?<=[^\W\d_])\.(?=[^\W\d_])")

_BAVARIAN_SUFFIXES = {"M": "Markt", "St": "Stadt", "GKSt": "Stadt", "K": "Stadt"}
_UNINCORPORATED = re.compile(r"gemfr\.|gemeindefrei", re.IGNORECASE)
_TOWN = re.compile(r"stadt\b|-stadt", re.IGNORECASE)
_TITLES = (
    "Landeshauptstadt",
    "Freie und Hansestadt",
    "Universitäts- und Hansestadt",
    "Hansestadt",
    "Wissenschaftsstadt",
    "Universitätsstadt",
    "Kreisstadt",
    "Stadt",
    "Markt",
    "Marktgemeinde",
    "Flecken",
)

# What a Verband is called where the register does not say it: nearly always one kind per Land.
_VERBAND_BY_LAND = {
    "01": "amt",
    "03": "samtgemeinde",
    "07": "verbandsgemeinde",
    "08": "verwaltungsgemeinschaft",
    "09": "verwaltungsgemeinschaft",
    "12": "amt",
    "13": "amt",
    "14": "verwaltungsgemeinschaft",
    "15": "verbandsgemeinde",
    "16": "verwaltungsgemeinschaft",
}
_LAENDER_WITH_KREISE = {"01", "05"}  # Schleswig-Holstein and Nordrhein-Westfalen say Kreis, the others Landkreis
_VERBAND_TITLES = {
    "amt": "Amt",
    "samtgemeinde": "Samtgemeinde",
    "verbandsgemeinde": "Verbandsgemeinde",
    "verwaltungsgemeinschaft": "Verwaltungsgemeinschaft",
    "verwaltungsverband": "Verwaltungsverband",
    "kirchspielslandgemeinde": "Kirchspielslandgemeinde",
}


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: `base` as people say it, `suffix` the title behind the comma, spelled out."""

    base: str
    suffix: str = ""


def split(official: str) -> Name:
    """Take the titles off an official name of any level; the base has spaces after the dots of abbreviations."""
    base, *titles = _SUFFIX.split(official.strip())
    bracketed = _BRACKETED_TYPE.search(base)
    if bracketed:
        base, titles = base[: bracketed.start()], [bracketed[1], *titles]
    spelled = [_BAVARIAN_SUFFIXES.get(title.strip(), title.strip()) for title in titles]
    return Name(_TIGHT_DOT.sub(". ", _LEADING_TYPE.sub("", base)), ", ".join(spelled))


def guess_kind(key: str, official: str, level: Level) -> str:
    """The kind of an area when the file has no Textkennzeichen: by its key and its title."""
    if level == "verband":
        return _guess_verband(key, official)
    if level == "kreis":
        return guess_kreis(key, official, kreisfrei=False)
    if level != "gemeinde":
        return level
    if ars.is_gemeindefrei(Ars(key)):
        return "gemeindefrei"
    return _guess_municipality(key, split(official).suffix, official)


def guess_kreis(key: str, official: str, *, kreisfrei: bool) -> str:
    """The kind of a Kreis; `kreisfrei` = a municipality of the same key exists, which is then its own Kreis."""
    if kreisfrei:
        return "stadtkreis" if key.startswith("08") else "kreisfreie_stadt"
    if official.startswith("Regionalverband"):
        return "regionalverband"
    return "kreis" if key[:2] in _LAENDER_WITH_KREISE else "landkreis"


def _guess_verband(key: str, official: str) -> str:
    if official.startswith("GVV"):
        return "verwaltungsverband"
    return _VERBAND_BY_LAND.get(key[:2], "verwaltungsgemeinschaft")


def _guess_municipality(key: str, suffix: str, official: str) -> str:
    if ars.is_kreisfrei(Ars(key)):
        return "stadtkreis" if key.startswith("08") else "kreisfreie_stadt"
    if official.endswith("GKSt"):
        return "grosse_kreisstadt"
    if suffix == "Markt":
        return "markt"
    return "stadt" if _TOWN.search(suffix) else "gemeinde"


def title(official: str, kind: str, level: Level) -> str:
    """The name of the administration: `Stadt Weißenburg i. Bay.`, `Verwaltungsgemeinschaft Ellingen`, `Kreis Unna`."""
    name = split(official)
    if level == "land":
        return name.base
    if level == "kreis":
        return _kreis_title(name, kind)
    if level == "verband":
        word = _VERBAND_TITLES.get(kind, "Verwaltungsgemeinschaft")
        return name.base if name.base.startswith(f"{word} ") else f"{word} {name.base}"
    return f"{_municipal_title(name.suffix, kind)} {name.base}"


def _municipal_title(suffix: str, kind: str) -> str:
    for known in _TITLES:
        if known in suffix.split(", "):
            return known
    if kind == "markt":
        return "Markt"
    if kind.startswith("gemeindefrei"):
        return "Gemeindefreies Gebiet"
    return "Gemeinde" if kind == "gemeinde" else "Stadt"


def _kreis_title(name: Name, kind: str) -> str:
    word = {"landkreis": "Landkreis", "kreis": "Kreis"}.get(kind)
    if word is None:
        return name.base if kind == "regionalverband" else f"Stadt {name.base}"
    return name.base if re.search("kreis|region", name.base, re.IGNORECASE) else f"{word} {name.base}"


def genitive(name: str) -> str:
    """A municipality with its title as it stands behind "im Namen": `der Gemeinde Ettenstatt`, `des Marktes Pleinfeld`."""
    word, _space, rest = name.partition(" ")
    bent = {"Markt": "des Marktes", "Flecken": "des Fleckens"}.get(word)
    return f"{bent} {rest}" if bent else f"der {name}"
