"""A bar for each month, as the template draws it; the numbers stand in the table below."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stadttor.ground.web.formats import number
from stadttor.insights.rules.figures import Figures, Spread

# In units of the picture: the highest bar, the width of one, and from one to the next.
HEIGHT = 60
BAR, STEP = 8, 10
# A bar lower than this has no room for its number.
LOWEST = 6
# From one pair of lying bars to the next.
ROW = 18


@dataclass(frozen=True)
class Bar:
    """One month: `x` and heights in the units of the picture, counted from the line below; the median's number stands
    `inside` its bar, the other one `above` the frame."""

    x: int
    month: str
    median: float
    p90: float
    inside: str
    above: str
    title: str


def chart(months: Sequence[tuple[date, Figures]], name: str, labels: Sequence[str]) -> dict[str, Any]:
    """Bars of a processing time: the median filled, the ninetieth percentile as a frame behind it."""
    spreads: list[Spread | None] = [getattr(figures, name) for _month, figures in months]
    highest = max((one.p90 for one in spreads if one), default=0) or 1
    bars = [
        Bar(
            x=place * STEP,
            month=f"{month.month:02}",
            median=round(one.median * HEIGHT / highest, 2) if one else 0,
            p90=round(one.p90 * HEIGHT / highest, 2) if one else 0,
            inside=number(one.median) if one and one.median * HEIGHT / highest >= LOWEST else "",
            above=number(one.p90) if one else "–",
            title=labels[place],
        )
        for place, ((month, _figures), one) in enumerate(zip(months, spreads, strict=True))
    ]
    return {"bars": bars, "width": len(bars) * STEP, "height": HEIGHT, "bar": BAR, "is_empty": not any(spreads)}


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
