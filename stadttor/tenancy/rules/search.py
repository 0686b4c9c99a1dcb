"""Finding a place by what people type: name, postal code or regional key, forgiving umlauts and slips of the finger."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from stadttor.core.ars import Level
from stadttor.core.german_sort import loosened, plain_key, search_key, short_key, shortened
from stadttor.core.likeness import alike, alike_in_any_order
from stadttor.tenancy.rules.names import split, title

How = Literal["key", "name", "similar", "postal_code", "postal_region"]

LONGEST_QUERY = 100
MOST_CANDIDATES = 10
# Below 80 of 100 two place names are rarely the same one mistyped (Weisenburk/Weißenburg: 89; Hof/Hofheim: 60).
SIMILAR_ENOUGH = 80
_POSTAL_CODE = re.compile(r"(?:D[- ]?)?\b(\d{5})\b")
_KEY = re.compile(r"[\d ]{8,20}")
# Titles people put before a name; the search does without them.
_TITLE = re.compile(
    r"^(?:(?:grosse )?kreisstadt|landeshauptstadt|hansestadt|stadt|gemeinde|markt|flecken"
    r"|amt|samtgemeinde|verbandsgemeinde) "
)
_TOWN_AND_KREIS = {"kreisfreie_stadt", "stadtkreis"}
_SHORT_FOR_VERBAND = re.compile(r"^vg(?:em)? ")
# Districts where the register writes the Sorbian name behind the German one (Lausitz): both are names people use.
_SORBIAN = {"12052", "12061", "12066", "12071", "14625", "14626"}


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area as searches and pages see it. `name` is official, `base` without titles: `Weißenburg i. Bay.`."""

    code: str
    ars: str
    level: Level
    kind: str
    name: str
    base: str
    sort_key: str
    population: int | None
    postal_code: str
    several_postal_codes: bool
    dissolved: bool
    successor: str
    last_year: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """The areas a text may mean, likeliest first, and how they were found. Several of equal right mean: ask."""

    areas: tuple[AreaRow, ...]
    how: How


NOTHING = Found((), "name")


class Index:
    """All areas of one version of the register, ready for searching (all of Germany: built in half a second)."""

    def __init__(self, areas: Iterable[AreaRow]):
        self.by_code: dict[str, AreaRow] = {}
        self._names: dict[str, list[AreaRow]] = defaultdict(list)
        self._loose: dict[str, list[AreaRow]] = defaultdict(list)
        self._larger: dict[str, list[AreaRow]] = defaultdict(list)
        self._postal: dict[str, list[AreaRow]] = defaultdict(list)
        for area in areas:
            self._add(area)
        self._loose_keys = sorted(self._loose)

    def _add(self, area: AreaRow) -> None:
        self.by_code[area.code] = area
        if area.level == "gemeinde":
            self._add_municipality(area)
        elif area.level in ("verband", "kreis") and area.kind not in _TOWN_AND_KREIS and not area.dissolved:
            for name in {area.base, title(area.name, area.kind, area.level)}:
                self._larger[search_key(name)].append(area)

    def _add_municipality(self, area: AreaRow) -> None:
        keys = {key for name in _names(area) for key in (search_key(name), plain_key(name), short_key(name))}
        for key in keys | {shortened(key) for key in keys}:
            self._names[key].append(area)
        for loose in {loosened(key) for key in keys}:
            self._loose[loose].append(area)
        if area.postal_code and not area.dissolved:
            self._postal[area.postal_code].append(area)

    def find(self, text: str) -> Found:
        """What the text means: a key, a place with or without its postal code, or a postal code alone."""
        text = text.strip()[:LONGEST_QUERY]
        if _KEY.fullmatch(text):
            return self._by_key("".join(text.split()))
        postal = _POSTAL_CODE.search(text)
        name = _POSTAL_CODE.sub(" ", text).strip(" ,")
        if search_key(name):
            return self._narrowed(self._by_name(name), postal[1] if postal else "")
        return self._by_postal_code(postal[1]) if postal else NOTHING

    def _by_key(self, digits: str) -> Found:
        """AGS, ARS (also one of an earlier Verband: the AGS inside it stayed) or the nine digits of a Verband."""
        code = digits[:5] + digits[9:] if len(digits) == 12 else digits
        area = self.by_code.get(code)
        return Found((area,), "key") if area else NOTHING

    def _by_name(self, name: str) -> Found:
        key = search_key(name)
        for wanted in (key, _TITLE.sub("", key)):
            if wanted in self._names:
                return Found(_in_order(self._names[wanted]), "name")
            larger = self._larger.get(key) or self._larger.get(_SHORT_FOR_VERBAND.sub("verwaltungsgemeinschaft ", key))
            if larger:
                return Found(_in_order(larger), "name")
        return self._by_similar_name(_TITLE.sub("", key))

    def _by_similar_name(self, key: str) -> Found:
        """Spelled a little differently; only begun; with a quarter behind it (`Köln-Ehrenfeld`); or mistyped."""
        loose = loosened(key)
        alike = self._loose.get(loose) or self._begins(key) or self._leading_words(key) or self._alike(loose)
        return Found(_in_order(alike)[:MOST_CANDIDATES], "similar")

    def _begins(self, key: str) -> list[AreaRow]:
        if len(key) < 3:
            return []
        return [area for known, areas in self._names.items() if known.startswith(key) for area in areas]

    def _leading_words(self, key: str) -> list[AreaRow]:
        words = key.split()
        for count in range(len(words) - 1, 0, -1):
            areas = self._names.get(" ".join(words[:count]))
            if areas:
                return _closest(key, areas)
        return []

    def _alike(self, loose: str) -> list[AreaRow]:
        if len(loose) < 4:
            return []
        matches = alike(loose, self._loose_keys, least=SIMILAR_ENOUGH, most=MOST_CANDIDATES)
        best = matches[0][1] if matches else 0
        return [area for known, score in matches if score >= best - 5 for area in self._loose[known]]

    def _narrowed(self, found: Found, postal_code: str) -> Found:
        """Of several places of one name those whose seat has (or begins like) the postal code typed beside it."""
        for length in (5, 3, 2) if postal_code else ():
            near = [area for area in found.areas if area.postal_code[:length] == postal_code[:length]]
            if near:
                return Found(tuple(near), found.how)
        return found

    def _by_postal_code(self, postal_code: str) -> Found:
        """Places whose seat has this code; else larger ones of the region: their other codes are unknown."""
        seats = self._postal.get(postal_code)
        if seats:
            return Found(_in_order(seats), "postal_code")
        region = [
            area
            for known, areas in self._postal.items()
            if known[:3] == postal_code[:3]
            for area in areas
            if area.several_postal_codes
        ]
        return Found(_in_order(region)[:MOST_CANDIDATES], "postal_region")


def _names(area: AreaRow) -> set[str]:
    """The names a place is known by: the one without titles, and the Sorbian one beside it."""
    base = split(area.name).base
    if area.code[:5] not in _SORBIAN or "/" not in base:
        return {base}
    german, _, sorbian = base.rpartition(" / ") if " / " in base else base.partition("/")
    return {base, german, sorbian}


def _closest(key: str, areas: list[AreaRow]) -> list[AreaRow]:
    """Of namesakes the one whose whole name is clearly nearest: `Halle an der Saale` is Halle (Saale)."""
    ranked = sorted(((alike_in_any_order(key, search_key(area.base)), area.code, area) for area in areas), reverse=True)
    if len(ranked) > 1 and ranked[0][0] >= 75 and ranked[0][0] >= ranked[1][0] + 10:
        return [ranked[0][2]]
    return areas


def _in_order(areas: Sequence[AreaRow]) -> tuple[AreaRow, ...]:
    """Each once; living places first, larger ones before smaller ones: more people mean them."""
    unique = {area.code: area for area in areas}.values()
    return tuple(sorted(unique, key=lambda area: (area.dissolved, -(area.population or 0), area.sort_key)))
