"""The map as the template draws it: blocks of tiles with a share in words and numbers, so that colour is never alone."""

from collections.abc import Mapping
from typing import Any

from stadttor.core.ars import LAENDER, LAND_CODES
from stadttor.ground.web.language import _
from stadttor.rollout.cockpit.lists import kreis_name
from stadttor.rollout.rules.cartogram import Tile, country, one_land
from stadttor.rollout.rules.stages import Counts

MOST_NAMED = 24
"""So many Kreise at most stand by name with their share; more of them are a picture, whose table has the names."""


def drawn(by_kreis: Mapping[str, Counts], land: str) -> dict[str, Any]:
    """The country with a link for each Land, or one Land with a link for each Kreis. Länder's own authorities have no tile.

    Few Kreise are fields with their names, a link each.
    """
    kreise = {key: counts for key, counts in by_kreis.items() if len(key) == 5}
    if len(kreise) <= MOST_NAMED:
        return {"named": [_named(key, kreise[key]) for key in sorted(kreise)]}
    if land:
        tiles, width, height = one_land(kreise)
        return {"x": 0, "width": width, "height": height, "blocks": [], "tiles": [_tile(one, kreise) for one in tiles]}
    blocks, height = country(kreise)
    west = min((tile.x for block in blocks for tile in block.tiles), default=0)
    east = max((tile.x + 2 for block in blocks for tile in block.tiles), default=0)
    return {
        "x": west,
        "width": east - west,
        "height": height,
        "tiles": [],
        "blocks": [
            {
                "land": block.land,
                "code": LAND_CODES[block.land],
                "x": block.x,
                "y": block.y,
                "label": _summary(LAENDER[block.land], _sum(kreise[one.key] for one in block.tiles)),
                "tiles": [_tile(one, kreise) for one in block.tiles],
            }
            for block in blocks
        ],
    }


def _tile(tile: Tile, kreise: Mapping[str, Counts]) -> dict[str, Any]:
    counts = kreise[tile.key]
    percent = counts.percent
    return {
        "key": tile.key,
        "x": tile.x,
        "y": tile.y,
        "step": _step(percent),
        "text": "–" if percent is None else str(percent),
        "label": _summary(kreis_name(tile.key), counts),
    }


def _named(key: str, counts: Counts) -> dict[str, Any]:
    percent = counts.percent
    return {
        "key": key,
        "name": kreis_name(key),
        "step": _step(percent),
        "share": _("does not apply") if percent is None else _("{count} percent", count=percent),
    }


def _step(percent: int | None) -> str:
    if percent is None:
        return "none"
    return str(0 if percent == 0 else 1 if percent < 50 else 2 if percent < 100 else 3)


def _summary(name: str, counts: Counts) -> str:
    return _("{place}: open at {open} of {all} authorities", place=name, open=counts.open, all=counts.whole)


def _sum(all_of_them: Any) -> Counts:
    return sum(all_of_them, Counts())
