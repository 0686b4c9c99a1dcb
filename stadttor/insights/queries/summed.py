"""What was summed over all authorities, for bodies that steer."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from stadttor.ground.rows import read
from stadttor.ground.work import common
from stadttor.insights.queries.figures import measured
from stadttor.insights.rules.marks import SHOWN_FROM
from stadttor.insights.rules.summing import counts_of

_SUMMED = """
SELECT service, name, sum(count)::int, min(at) FROM insights_summed WHERE land = ANY(%s) OR %s GROUP BY service, name
"""


def received_at(authority_id: UUID, service: str, last: date) -> int:
    """How many applications for a service came in at an authority in the twelve months up to `last`: the part of a key by which
    costs are shared. Fewer than SHOWN_FROM are none, so that nobody learns how few."""
    received = counts_of(measured(authority_id, last).get(service, {}))["received"]
    return received if received >= SHOWN_FROM else 0


def summed(lands: Collection[str], *, everywhere: bool = False) -> tuple[dict[str, dict[str, int]], datetime | None]:
    """(service: counts by name, since when they may be behind), over these Länder or everywhere."""
    with common():
        rows = read(_SUMMED, list(lands), everywhere)
    found: dict[str, dict[str, int]] = {}
    for service, name, count, _at in rows:
        found.setdefault(service, {})[name] = count
    return found, min((row[3] for row in rows), default=None)
