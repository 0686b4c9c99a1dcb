"""What was counted for the cockpit: by package, by Kreis, by authority. Read from counters; no wall is passed for it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stadttor.core.refused import not_found
from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.rollout.rules.stages import COUNTED, Counts, within

LAND_DIGITS = 2

_SUMS = ", ".join(f"sum(s.counts[{place}])::int" for place in range(1, len(COUNTED) + 1))
_BY_PACKAGE = f"""
SELECT p.name, c.title, c.at, {_SUMS} FROM rollout_counted c JOIN catalog_package p ON p.id = c.package_id
LEFT JOIN rollout_standing s ON s.package_id = c.package_id AND (s.kreis LIKE ANY(%s)) GROUP BY p.name, c.title, c.at
"""  # noqa: S608  # numbers of ours
_BY_LAND = """
SELECT p.name, c.title, c.at, c.by_land FROM rollout_counted c JOIN catalog_package p ON p.id = c.package_id
"""
_COUNTS = """
SELECT s.kreis, s.counts FROM rollout_standing s JOIN catalog_package p ON p.id = s.package_id
WHERE p.name = %s AND s.kreis LIKE ANY(%s) ORDER BY s.kreis
"""
_BY_KREIS = """
SELECT s.kreis, s.authorities FROM rollout_standing s JOIN catalog_package p ON p.id = s.package_id
WHERE p.name = %s AND s.kreis LIKE ANY(%s) ORDER BY s.kreis
"""
_AT_KREIS = """
SELECT p.name, c.title, c.at, s.kreis, s.counts, s.authorities FROM rollout_standing s
JOIN rollout_counted c ON c.package_id = s.package_id JOIN catalog_package p ON p.id = s.package_id WHERE s.kreis = %s
"""
_COUNTED = """
SELECT p.name, c.title, c.at FROM rollout_counted c JOIN catalog_package p ON p.id = c.package_id WHERE p.name = %s
"""


NOTHING = Counts()


@dataclass(frozen=True)
class CountedRow:
    """A package as it was counted at a moment."""

    package: str
    title: str
    at: datetime
    counts: Counts = NOTHING


@dataclass(frozen=True)
class StandingRow:
    """A package at an authority: `slug` is the authority's address, `kreis` the beginning of its key; `said` is what it said
    to what blocks, or why the service does not apply there."""

    package: str
    title: str
    kreis: str
    slug: str
    name: str
    stage: str
    version: str
    blocked: tuple[str, ...]
    said: str = ""


def by_package(keys: Sequence[str]) -> list[CountedRow]:
    """All packages that were counted, each with what it has within these beginnings of keys.

    Whole Länder have sums of their own; only who asks for single Kreise has them summed.
    """
    if all(len(key) == LAND_DIGITS for key in keys):
        return _by_land(keys)
    with common():
        rows = read(_BY_PACKAGE, _like(keys))
    return [CountedRow(name, title, at, _counts(numbers)) for name, title, at, *numbers in rows]


def _by_land(lands: Sequence[str]) -> list[CountedRow]:
    with common():
        rows = [(*row[:3], json.loads(row[3])) for row in read(_BY_LAND)]
    return [
        CountedRow(name, title, at, sum((_counts(n) for land, n in found.items() if within(land, lands)), NOTHING))
        for name, title, at, found in rows
    ]


def counted_as(package: str) -> CountedRow:
    """Without its counts. Raises Refused (404) for a package that was never counted."""
    with common():
        rows = read(_COUNTED, package)
    if not rows:
        raise not_found()
    return CountedRow(*rows[0])


def by_kreis(package: str, keys: Sequence[str]) -> dict[str, Counts]:
    """One package: its counts by Kreis."""
    with common():
        return {kreis: _counts(numbers) for kreis, numbers in read(_COUNTS, package, _like(keys))}


def by_authority(counted: CountedRow, keys: Sequence[str]) -> list[StandingRow]:
    """One package at each authority, in the order of their keys."""
    with common():
        rows = read(_BY_KREIS, counted.package, _like(keys))
    return [one for kreis, listed in rows for one in _authorities(counted.package, counted.title, kreis, listed)]


def at_kreis(kreis: str) -> tuple[list[CountedRow], list[StandingRow]]:
    """One Kreis: all packages with their counts, and each at each of its authorities."""
    with common():
        rows = read(_AT_KREIS, kreis)
    counted = [CountedRow(name, title, at, _counts(numbers)) for name, title, at, _kreis, numbers, _listed in rows]
    found = [one for name, title, _at, key, _numbers, listed in rows for one in _authorities(name, title, key, listed)]
    return sorted(counted, key=lambda row: row.title), found


def _authorities(package: str, title: str, kreis: str, listed: str) -> list[StandingRow]:
    return [
        StandingRow(package, title, kreis, slug, name, stage, version, tuple(blocked), *said)
        for slug, name, stage, version, blocked, *said in json.loads(listed)
    ]


def _counts(numbers: Sequence[int | None]) -> Counts:
    return Counts(tuple(number or 0 for number in numbers))


def _like(keys: Sequence[str]) -> list[str]:
    return [f"{key}%" for key in keys] or ["%"]
