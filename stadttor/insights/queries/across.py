"""Figures over several authorities as they were summed, for bodies that steer: by service, with their months and trend."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from stadttor.core.periods import months_later
from stadttor.ground.clock import german_day
from stadttor.ground.rows import first
from stadttor.ground.work import common
from stadttor.insights.models import SummedFigures
from stadttor.insights.queries.figures import months_over, trend_months
from stadttor.insights.rules.across import BEHIND, read
from stadttor.insights.rules.figures import Figures

NOTHING = read({})


@dataclass(frozen=True)
class Across:
    """A service over several authorities, as summed at a moment: the twelve months, and the two spans of the trend."""

    service: str
    authorities: int
    year: Figures
    lately: Figures
    before: Figures
    at: datetime


@dataclass(frozen=True)
class AcrossMonths(Across):
    """The same with each month (its first day), the oldest first."""

    months: tuple[tuple[date, Figures], ...]
    behind: Mapping[str, list[int]]
    """By figure how many authorities: see `rules.across.Over.behind`."""

    @property
    def spans(self) -> tuple[list[date], list[date]]:
        """The months before and lately."""
        return trend_months(german_day(self.at))


def lands_key(lands: Collection[str]) -> str:
    """How sums over these Länder are kept; none is the whole country."""
    return "+".join(sorted(set(lands)))


def across(lands: Collection[str]) -> list[Across]:
    """Every service summed over these Länder, none for the whole country; without their months."""
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
        "at": row.at,
    }


def _with_months(row: SummedFigures) -> AcrossMonths:
    begin, end = months_over(german_day(row.at))
    months = []
    while begin <= end:
        months.append((begin, read(row.months.get(f"{begin:%Y-%m}", {}))))
        begin = months_later(begin, 1)
    return AcrossMonths(**_shared(row), months=tuple(months), behind=row.year.get(BEHIND, {}))
