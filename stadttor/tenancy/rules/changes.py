"""What a register file changes: added, changed and dissolved areas, and where a dissolved municipality went.

A file is either news (its day is not before the newest one known) or older: then it only fills gaps, as the yearly
register fills population and postal codes into the current list of keys, and never brings a dissolved place back.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date

from stadttor.core.ars import Ars, is_kreisfrei
from stadttor.core.german_sort import search_key
from stadttor.tenancy.rules.names import split
from stadttor.tenancy.rules.register import Dissolved, Place, Register


@dataclass(frozen=True, slots=True)
class Entry:
    """An area as it is kept: `valid_until` is the last day of a dissolved one, `successor` the code it went into."""

    place: Place
    valid_from: date | None = None
    valid_until: date | None = None
    successor: str = ""


@dataclass(frozen=True, slots=True)
class Changes:
    """The entries to write. `dissolved` were valid until now or are new to us but gone already."""

    added: tuple[Entry, ...]
    changed: tuple[Entry, ...]
    dissolved: tuple[Entry, ...]

    def all(self) -> tuple[Entry, ...]:
        """Every entry to write."""
        return self.added + self.changed + self.dissolved


def compare(stored: Mapping[str, Entry], register: Register, *, newest: date | None) -> Changes:
    """What importing `register` changes. `newest` is the latest day of all files imported before, none at first."""
    news = newest is None or register.as_of >= newest
    after = dict(stored)
    if news:
        _take_news(after, stored, register, first=newest is None)
    else:
        _fill_gaps(after, stored, register)
    for gone in register.dissolved:
        _take_dissolved(after, gone)
    _find_successors(after)
    return _difference(stored, after)


def _take_news(after: dict[str, Entry], stored: Mapping[str, Entry], register: Register, *, first: bool) -> None:
    for place in register.places:
        known = stored.get(place.code)
        if known is None:
            after[place.code] = Entry(place, valid_from=None if first else register.as_of)
        else:
            after[place.code] = replace(known, place=_merge(known.place, place), valid_until=None, successor="")
    for code in _missing(stored, register):
        after[code] = replace(stored[code], valid_until=register.as_of)


def _missing(stored: Mapping[str, Entry], register: Register) -> Iterator[str]:
    """Valid areas that the file should hold and does not: a file without Verbände dissolves none."""
    held = {(place.level, place.code[:2]) for place in register.places}
    present = {place.code for place in register.places}
    for code, entry in stored.items():
        if entry.valid_until is None and code not in present and (entry.place.level, code[:2]) in held:
            yield code


def _fill_gaps(after: dict[str, Entry], stored: Mapping[str, Entry], register: Register) -> None:
    levels = {entry.place.level for entry in stored.values() if entry.valid_until is None}
    for place in register.places:
        known = stored.get(place.code)
        if known is not None:
            after[place.code] = replace(known, place=_merge(place, known.place))
        elif place.level in levels:
            after[place.code] = Entry(place, valid_until=register.as_of)
        else:
            after[place.code] = Entry(place)


def _merge(older: Place, newer: Place) -> Place:
    """The newer place, completed from the older one; the population is the one of the later day."""
    merged = replace(newer, **{name: getattr(older, name) for name in _empty(newer)})
    if newer.postal_code == "":
        merged = replace(merged, postal_code=older.postal_code, several_postal_codes=older.several_postal_codes)
    if newer.population_date and older.population_date and older.population_date > newer.population_date:
        merged = replace(merged, population=older.population, population_date=older.population_date)
    return replace(merged, kind=_better_kind(older, newer))


def _empty(place: Place) -> list[str]:
    return [field.name for field in fields(place) if getattr(place, field.name) in (None, "")]


def _better_kind(older: Place, newer: Place) -> str:
    """A list of keys guesses the kind; only the register (the one with figures) knows it."""
    if (
        newer.level in ("gemeinde", "verband", "kreis")
        and not _knows_kind(newer)
        and older.kind
        and older.ars == newer.ars
    ):
        return older.kind
    return newer.kind


def _knows_kind(place: Place) -> bool:
    return bool(place.seat) if place.level in ("verband", "kreis") else place.population is not None


def _take_dissolved(after: dict[str, Entry], gone: Dissolved) -> None:
    code, last_day = gone.place.code, date(gone.last_year, 12, 31)
    known = after.get(code)
    if known is None:
        after[code] = Entry(gone.place, valid_until=last_day)
    elif known.valid_until is not None:
        after[code] = replace(known, valid_until=last_day)


def _find_successors(after: dict[str, Entry]) -> None:
    """Fill in the successor where the same name lives on under another key; the register itself names none."""
    living: dict[tuple[str, str], list[Place]] = defaultdict(list)
    for entry in after.values():
        if entry.valid_until is None and entry.place.level == "gemeinde":
            living[entry.place.code[:2], _plain(entry.place)].append(entry.place)
    for code, entry in after.items():
        if entry.valid_until is not None and not entry.successor and entry.place.level == "gemeinde":
            after[code] = replace(entry, successor=_successor(entry.place, living))


def _successor(gone: Place, living: Mapping[tuple[str, str], list[Place]]) -> str:
    """The one municipality of the same name in the same Kreis, or one that became (or stopped being) its own Kreis."""
    same_name = living.get((gone.code[:2], _plain(gone)), [])
    near = [place for place in same_name if place.code[:5] == gone.code[:5]]
    moved = [place for place in same_name if _is_kreisfrei(place) != _is_kreisfrei(gone)]
    for found in (near, moved):
        if len(found) == 1:
            return found[0].code
    return ""


def _is_kreisfrei(place: Place) -> bool:
    return len(place.ars) == 12 and is_kreisfrei(Ars(place.ars))


def _plain(place: Place) -> str:
    return search_key(split(place.name).base)


def _difference(stored: Mapping[str, Entry], after: Mapping[str, Entry]) -> Changes:
    added, changed, dissolved = [], [], []
    for code, entry in after.items():
        before = stored.get(code)
        if entry == before:
            continue
        if entry.valid_until is not None and (before is None or before.valid_until is None):
            dissolved.append(entry)
        elif before is None:
            added.append(entry)
        else:
            changed.append(entry)
    return Changes(tuple(added), tuple(changed), tuple(dissolved))
