"""A map of Germany from the register's keys alone: a tile for each Kreis, the Länder where one looks for them.

The keys say which Kreis lies in which Land, not where. Each Land is a block of tiles in the order of its keys, let fall
from the north onto those above it; so nothing overlaps, however many Kreise there are, and the same keys give the same map.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, sqrt

# From north to south: Land, place of its western edge, width, and how far north it may go at most; all in halves of a tile.
_LAENDER = (
    ("01", 11, 10, 0), ("13", 23, 8, 3), ("02", 15, 2, 0), ("04", 9, 4, 6), ("11", 31, 2, 7), ("03", 5, 16, 0),
    ("15", 22, 6, 10), ("12", 29, 6, 0), ("05", 0, 12, 0), ("06", 13, 8, 0), ("16", 22, 8, 0), ("14", 31, 6, 0),
    ("07", 0, 10, 0), ("10", 0, 6, 0), ("08", 13, 10, 0), ("09", 24, 14, 0),
)  # fmt: skip
_GAP = 1
WIDTH = 38


@dataclass(frozen=True)
class Tile:
    """A Kreis at a place, its north-western corner in halves of a tile."""

    key: str
    x: int
    y: int


@dataclass(frozen=True)
class Block:
    """The tiles of one Land; `y` and `x` are its corner."""

    land: str
    x: int
    y: int
    tiles: tuple[Tile, ...]


def country(keys: Iterable[str]) -> tuple[list[Block], int]:
    """The blocks of the Länder that have such keys (five digits), and the height of the map."""
    by_land: dict[str, list[str]] = {}
    for key in sorted(set(keys)):
        by_land.setdefault(key[:2], []).append(key)
    ground = [0] * WIDTH
    blocks = []
    for land, x, width, north in _LAENDER:
        if land in by_land:
            y = max(north, *ground[x : x + width])
            tiles = _tiles(by_land[land], x, y, width // 2)
            blocks.append(Block(land, x, y, tiles))
            ground[x : x + width] = [tiles[-1].y + 2 + _GAP] * width
    return blocks, max(0, max(ground) - _GAP)


def one_land(keys: Iterable[str]) -> tuple[tuple[Tile, ...], int, int]:
    """The Kreise of one Land as a block of its own, with its width and height."""
    ordered = sorted(set(keys))
    columns = max(1, ceil(sqrt(1.4 * len(ordered))))
    tiles = _tiles(ordered, 0, 0, columns)
    return tiles, 2 * columns, 2 * ceil(len(ordered) / columns)


def _tiles(keys: list[str], x: int, y: int, columns: int) -> tuple[Tile, ...]:
    return tuple(Tile(key, x + 2 * (place % columns), y + 2 * (place // columns)) for place, key in enumerate(keys))
