"""Effort against benefit as the template draws it: a point for each of the first places, with its rank in it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import dist

from stadttor.inventory.rules.ranking import MIDDLE, Place

# In units of the picture: one mark, and how far points are apart at least.
UNIT, APART = 48, 13
SIZE = 4 * UNIT
DRAWN = 20


@dataclass(frozen=True)
class Point:
    """A place in the picture, from its upper left corner: effort grows to the right, benefit upwards."""

    x: float
    y: float
    rank: int
    title: str


def points(places: Sequence[Place], titles: Sequence[str]) -> list[Point]:
    """The first DRAWN places. One that would cover another stands beside it, or further from the middle line, in its quarter."""
    made: list[Point] = []
    for place, title in zip(places[:DRAWN], titles, strict=False):
        free = (spot for spot in _spots(place) if all(dist(spot, (one.x, one.y)) >= APART for one in made))
        x, y = next(free)
        made.append(Point(x, y, place.rank, title))
    return made


def _spots(place: Place) -> Iterator[tuple[float, float]]:
    """Where it belongs, and the places around; there are more of them than points."""
    x, y = (place.rated.effort - 1) * UNIT, SIZE - float(place.benefit - 1) * UNIT
    away = -APART if place.benefit >= MIDDLE else APART
    for row in range(2 * DRAWN):
        for beside in range(2):
            yield round(x + beside * APART, 1), round(y + row * away, 1)
