"""What a register file says, whatever its format: places, and municipalities that no longer exist."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from stadttor.core.ars import Level

DEMO = "demo"  # source of the built-in list: never counts as the newest official file
GEMEINDEFREI = frozenset({"gemeindefrei", "gemeindefrei_bewohnt"})

# Textkennzeichen of Destatis (Datensatzbeschreibung GV100AD, EF7U1 of record types 40, 50 and 60).
KINDS = {
    "41": "kreisfreie_stadt",
    "42": "stadtkreis",
    "43": "kreis",
    "44": "landkreis",
    "45": "regionalverband",
    "51": "amt",
    "52": "samtgemeinde",
    "53": "verbandsgemeinde",
    "54": "verwaltungsgemeinschaft",
    "55": "kirchspielslandgemeinde",
    "56": "verwaltungsverband",
    "57": "vg_traegermodell",
    "58": "erfuellende_gemeinde",
    "60": "markt",
    "61": "kreisfreie_stadt",
    "62": "stadtkreis",
    "63": "stadt",
    "64": "gemeinde",
    "65": "gemeindefrei_bewohnt",
    "66": "gemeindefrei",
    "67": "grosse_kreisstadt",
}


@dataclass(frozen=True, slots=True)
class Place:
    """One area. `code` identifies it for ever: the AGS of a municipality, the ARS prefix of anything larger.

    `ars` has 12 digits for a municipality, else equals the code. Empty or none means: this file does not say.
    `postal_code` is the one of the administration's seat only; the register knows no others.
    """

    code: str
    ars: str
    level: Level
    name: str
    kind: str = ""
    seat: str = ""
    population: int | None = None
    population_date: date | None = None
    area_ha: int | None = None
    postal_code: str = ""
    several_postal_codes: bool = False


@dataclass(frozen=True, slots=True)
class Dissolved:
    """A municipality that is gone: the last year in which the register held it."""

    place: Place
    last_year: int


@dataclass(frozen=True, slots=True)
class Register:
    """The content of one file: `as_of` is the day whose borders it describes (Gebietsstand)."""

    source: str
    as_of: date
    places: tuple[Place, ...]
    dissolved: tuple[Dissolved, ...] = ()

    def municipalities(self) -> int:
        """How many municipalities it holds, unincorporated areas not counted."""
        return self._count()["gemeinde"] - self.unincorporated()

    def unincorporated(self) -> int:
        """How many unincorporated areas (gemeindefreie Gebiete) it holds."""
        return sum(place.kind in GEMEINDEFREI for place in self.places)

    def verbaende(self) -> int:
        """How many Ämter, Samtgemeinden, Verwaltungsgemeinschaften and the like it holds."""
        return self._count()["verband"]

    def kreise(self) -> int:
        """How many Kreise it holds, kreisfreie Städte included."""
        return self._count()["kreis"]

    def _count(self) -> Counter[str]:
        return Counter(place.level for place in self.places)


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be read: its number in the file (from 1, 0 = the file as a whole) and why."""

    line: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.reason}" if self.line else self.reason


class BadRegister(ValueError):
    """The file is no register, or lines of it are broken; nothing of it may be imported."""

    SHOWN = 20

    def __init__(self, problems: Sequence[Problem]):
        shown = [str(problem) for problem in problems[: self.SHOWN]]
        if len(problems) > self.SHOWN:
            shown.append(f"and {len(problems) - self.SHOWN} more")
        super().__init__("\n".join(shown))
        self.problems = tuple(problems)
