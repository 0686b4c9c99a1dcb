import pytest

from stadttor.core.ars import LAENDER
from stadttor.rollout.cockpit import drawing
from stadttor.rollout.rules.cartogram import WIDTH, country, one_land
from stadttor.rollout.rules.stages import STAGES, Counts, counts_of

KREISE = {"09": 96, "05": 53, "08": 44, "03": 45, "07": 36, "06": 26, "14": 13, "12": 18, "16": 22, "15": 14, "01": 15,
          "13": 8, "10": 6, "11": 1, "02": 1, "04": 2}  # fmt: skip
KEYS = [f"{land}{number:03}" for land, count in KREISE.items() for number in range(1, count + 1)]


def test_each_kreis_has_a_tile_and_none_lies_on_another() -> None:
    blocks, height = country(KEYS)
    tiles = [tile for block in blocks for tile in block.tiles]
    assert sorted(tile.key for tile in tiles) == sorted(KEYS)
    assert {block.land for block in blocks} == set(LAENDER)
    covered = {(tile.x + right, tile.y + down) for tile in tiles for right in (0, 1) for down in (0, 1)}
    assert len(covered) == 4 * len(tiles)
    assert all(0 <= x < WIDTH and 0 <= y < height for x, y in covered)


def test_the_map_follows_from_the_keys_alone() -> None:
    assert country(reversed(KEYS)) == country(KEYS)
    north, south = ({block.land: block.y for block in country(KEYS)[0]}[land] for land in ("01", "09"))
    assert north < south


def test_a_land_alone_and_a_country_of_nothing() -> None:
    tiles, width, height = one_land(key for key in KEYS if key.startswith("10"))
    assert len({(tile.x, tile.y) for tile in tiles}) == 6
    assert all(tile.x < width and tile.y < height for tile in tiles)
    assert country([]) == ([], 0)


def test_only_all_is_a_hundred_and_only_none_is_nothing() -> None:
    def percent(used: int, test: int) -> int | None:
        return counts_of([("used", False)] * used + [("test", True)] * test + [("not_applicable", False)]).percent

    assert [percent(199, 1), percent(200, 0), percent(1, 300), percent(0, 9), percent(0, 0)] == [99, 100, 1, 0, None]
    both = counts_of([("live", False)]) + counts_of([("test", True)])
    assert (both.whole, both.open, both.of("blocked"), len(both.numbers)) == (2, 1, 1, len(STAGES) + 1)
    assert Counts().whole == 0


def test_few_kreise_stand_by_name_and_many_are_a_picture_with_the_laender(monkeypatch: pytest.MonkeyPatch) -> None:
    """Report: in a country where three Kreise take part the map was three bare numbers."""
    monkeypatch.setattr(drawing, "kreis_name", lambda key: f"Kreis {key}")
    half = counts_of([("used", False), ("test", False)])
    few = drawing.drawn({"09577": half, "09162": Counts(), "09": half}, "")
    assert [(one["name"], one["step"]) for one in few["named"]] == [("Kreis 09162", "none"), ("Kreis 09577", "2")]
    assert "50" in few["named"][1]["share"]
    many = drawing.drawn(dict.fromkeys(KEYS, half), "")
    assert {block["code"] for block in many["blocks"]} >= {"BY", "HH"}
    assert "named" not in many
