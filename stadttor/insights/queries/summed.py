"""What was summed over all authorities, for bodies that steer."""

from collections.abc import Collection
from datetime import datetime

from stadttor.ground.rows import read
from stadttor.ground.work import common

_SUMMED = """
SELECT service, name, sum(count)::int, min(at) FROM insights_summed WHERE land = ANY(%s) OR %s GROUP BY service, name
"""


def summed(lands: Collection[str], *, everywhere: bool = False) -> tuple[dict[str, dict[str, int]], datetime | None]:
    """(service: counts by name, since when they may be behind), over these Länder or everywhere."""
    with common():
        rows = read(_SUMMED, list(lands), everywhere)
    found: dict[str, dict[str, int]] = {}
    for service, name, count, _at in rows:
        found.setdefault(service, {})[name] = count
    return found, min((row[3] for row in rows), default=None)
