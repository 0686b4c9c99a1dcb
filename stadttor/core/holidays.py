"""Statutory holidays by Land, from 2024 on. A test compares them with the package `holidays`, which knows new laws.

Its tables of the whole world would take 11 MB of every process.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import TypeVar

D = TypeVar("D")

_EVERYWHERE = ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26))
# Days after Easter Sunday: Good Friday, Easter Monday, Ascension, Whit Monday.
_BY_EASTER = (-2, 1, 39, 50)
_BY_EASTER_AND_LAND = {
    0: ("BB",),
    49: ("BB",),
    60: ("BW", "BY", "HE", "NW", "RP", "SL"),
}
# Month and day: Epiphany, women's day, Assumption, children's day, Reformation, All Saints.
_BY_LAND = {
    (1, 6): ("BW", "BY", "ST"),
    (3, 8): ("BE", "MV"),
    (8, 15): ("SL",),
    (9, 20): ("TH",),
    (10, 31): ("BB", "HB", "HH", "MV", "NI", "SH", "SN", "ST", "TH"),
    (11, 1): ("BW", "BY", "NW", "RP", "SL"),
}
# Of single municipalities, a setting of their authority: Assumption where more Catholics than Protestants live
# (Art. 1 Abs. 1 Nr. 2 BayFTG), Augsburg's Peace (Nr. 3), Corpus Christi in parts of Saxony and Thuringia.
_LOCAL = {"assumption": (8, 15), "augsburg_peace": (8, 8)}
_LOCAL_BY_EASTER = {"corpus_christi": 60}
# § 1 Abs. 1 FeiertG BE: once only.
_ONCE = {"BE": (date(2025, 5, 8), date(2028, 6, 17))}


def holidays_of(calendar: str, year: int) -> frozenset[date]:
    """Of a Land by its two letters, with a municipality's own as in `BY+assumption`; the nationwide ones for else."""
    land, *local = calendar.split("+")
    days = {date(year, month, day) for month, day in (*_EVERYWHERE, *_of(land, _BY_LAND))}
    days |= {easter(year) + timedelta(days=after) for after in (*_BY_EASTER, *_of(land, _BY_EASTER_AND_LAND))}
    days |= {day for day in _ONCE.get(land, ()) if day.year == year}
    days |= {date(year, *_LOCAL[name]) for name in local if name in _LOCAL}
    days |= {easter(year) + timedelta(days=_LOCAL_BY_EASTER[name]) for name in local if name in _LOCAL_BY_EASTER}
    if land == "SN":
        days.add(_repentance_day(year))
    return frozenset(days)


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian rule of Gauß, as corrected by Lichtenberg."""
    century = year // 100
    moon = 15 + (3 * century + 3) // 4 - (8 * century + 13) // 25
    sun = 2 - (3 * century + 3) // 4
    lunar = (19 * (year % 19) + moon) % 30
    late = (lunar + year % 19 // 11) // 29
    full_moon = 21 + lunar - late
    first_sunday = 7 - (year + year // 4 + sun) % 7
    return date(year, 3, 1) + timedelta(days=full_moon + 7 - (full_moon - first_sunday) % 7 - 1)


def _of(land: str, days: Mapping[D, Collection[str]]) -> list[D]:
    return [day for day, where in days.items() if land in where]


def _repentance_day(year: int) -> date:
    """The Wednesday before 23 November."""
    last = date(year, 11, 22)
    return last - timedelta(days=(last.weekday() - 2) % 7)
