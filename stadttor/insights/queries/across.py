"""Figures over several authorities as they were summed, for bodies that steer: by service, with their months and trend."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stadttor.ground.clock import german_day
from stadttor.ground.rows import first
from stadttor.ground.work import common
from stadttor.insights.models import SummedFigures
from stadttor.insights.queries.figures import trend_months
from stadttor.insights.rules.across import BEHIND, read
from stadttor.insights.rules.figures import Figures
from stadttor.insights.rules.spans import last_months, told_until

NOTHING = read({})


@dataclass(frozen=True)
class Across:
    """A service over several authorities, as summed at a moment: the last year that is over, the last quarter (`lately`), and the
    one `before` it; and by figure how many authorities stand behind each of the two."""

    service: str
    authorities: int
    year: Figures
    lately: Figures
    before: Figures
    behind: tuple[Mapping[str, int], Mapping[str, int]]
    at: datetime

    @property
    def spans(self) -> tuple[tuple[date, ...], tuple[date, ...]]:
        """The months of the quarter before and of the last one."""
        return trend_months(german_day(self.at))


@dataclass(frozen=True)
class AcrossMonths(Across):
    """The same with each month (its first day), the oldest first."""

    months: tuple[tuple[date, Figures], ...]


def lands_key(lands: Collection[str]) -> str:
    """How sums over these Länder and Kreise are kept; none is the whole country."""
    return "+".join(sorted(set(lands)))


def across(lands: Collection[str]) -> list[Across]:
    """Every service summed over these Länder and Kreise, none for the whole country; without their months."""
    with common():
        rows = list(SummedFigures.objects.filter(lands=lands_key(lands)).defer("months").order_by("service"))
    return [Across(**_shared(row)) for row in rows]


def across_of(lands: Collection[str], service: str) -> AcrossMonths | None:
    """One of them with its months; none where nothing was summed."""
    with common():
        row = first(SummedFigures, lands=lands_key(lands), service=service)
    return _with_months(row) if row else None


def across_by_month(lands: Collection[str]) -> list[AcrossMonths]:
    """All of them with their months: for files."""
    with common():
        rows = list(SummedFigures.objects.filter(lands=lands_key(lands)).order_by("service"))
    return [_with_months(row) for row in rows]


def _shared(row: SummedFigures) -> dict[str, Any]:
    return {
        "service": row.service,
        "authorities": row.taking_part,
        "year": read(row.year),
        "lately": read(row.lately),
        "before": read(row.before),
        "behind": tuple(one.get(BEHIND, {}) for one in (row.before, row.lately)),
        "at": row.at,
    }


def _with_months(row: SummedFigures) -> AcrossMonths:
    last = told_until(german_day(row.at))
    months = tuple((month, read(row.months.get(f"{month:%Y-%m}", {}))) for month in last_months(last))
    return AcrossMonths(**_shared(row), months=months)
