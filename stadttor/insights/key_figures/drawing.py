"""A bar for each month, as the template draws it; the numbers stand in the table below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadttor.ground.web.formats import number

# In units of the picture: the highest bar, the width of one, and from one to the next.
HEIGHT = 60
BAR, STEP = 8, 10
# A bar lower than this has no room for its number.
LOWEST = 6
# From one pair of lying bars to the next.
ROW = 18


@dataclass(frozen=True)
class Column:
    """What stands over a month: a filled bar, and perhaps a frame behind it that is higher; each with its number."""

    filled: float
    said: str
    frame: float = 0
    framed: str = ""


@dataclass(frozen=True)
class Bar:
    """One month: `x` and heights in the units of the picture, counted from the line below; of two numbers the filled bar's stands
    `inside` it, the other one `above`."""

    x: int
    month: str
    filled: float
    frame: float
    inside: str
    above: str
    title: str

    @property
    def top(self) -> float:
        return max(self.filled, self.frame)


def columns(
    months: Sequence[date], found: Sequence[Column | None], titles: Sequence[str], full: float = 0
) -> dict[str, Any]:
    """A column for each month, none where it is not shown. The highest is as high as the picture, unless `full` is."""
    highest = full or max((max(one.filled, one.frame) for one in found if one), default=0) or 1
    bars = [
        _bar(place * STEP, month, one, title, HEIGHT / highest)
        for place, (month, one, title) in enumerate(zip(months, found, titles, strict=True))
    ]
    return {"bars": bars, "width": len(bars) * STEP, "height": HEIGHT, "bar": BAR, "is_empty": not any(found)}


def _bar(x: int, month: date, one: Column | None, title: str, scale: float) -> Bar:
    name = f"{month.month:02}"
    if one is None:
        return Bar(x, name, 0, 0, "", "–", title)
    filled, frame = round(one.filled * scale, 2), round(one.frame * scale, 2)
    if not one.framed:
        return Bar(x, name, filled, frame, "", one.said, title)
    return Bar(x, name, filled, frame, one.said if filled >= LOWEST else "", one.framed, title)


def lying(spans: Sequence[tuple[str, int, int]]) -> dict[str, Any]:
    """Two lying bars for each name, the earlier number above the later one; the largest is as long as the picture is wide."""
    longest = max((max(before, lately) for _name, before, lately in spans), default=0) or 1
    return {
        "rows": [
            {
                "y": place * ROW, "name": name, "before": number(before), "lately": number(lately),
                "before_width": round(before * 100 / longest, 2), "lately_width": round(lately * 100 / longest, 2),
            }
            for place, (name, before, lately) in enumerate(spans)
        ],
        "height": len(spans) * ROW,
    }  # fmt: skip


def pairs(shares: Sequence[tuple[str, float, float]]) -> dict[str, Any]:
    """Two lying bars for each share of a hundred, the earlier one above the later one; `y` counts from the top."""
    return {
        "rows": [
            {"y": place * ROW, "name": name, "before": round(before), "lately": round(lately)}
            for place, (name, before, lately) in enumerate(shares)
        ],
        "height": len(shares) * ROW,
    }
