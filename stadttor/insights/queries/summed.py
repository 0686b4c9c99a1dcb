"""What was summed over all authorities, for bodies that steer."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from stadttor.core.periods import months_later
from stadttor.ground.rows import read
from stadttor.ground.work import work
from stadttor.insights.queries.across import across
from stadttor.insights.rules.marks import SHOWN_FROM
from stadttor.insights.rules.summing import counts_of

_RECEIVED = """
SELECT coalesce(sum(count), 0)::int FROM insights_counter
WHERE authority_id = %s AND service = %s AND measure = 'online' AND month BETWEEN %s AND %s
"""


def received_at(authority_id: UUID, service: str, last: date) -> int:
    """How many applications for a service came in at an authority in the twelve months up to `last`: the part of a key by which
    costs are shared. Fewer than SHOWN_FROM are none, so that nobody learns how few."""
    with work(authority_id):
        ((received,),) = read(_RECEIVED, authority_id, service, months_later(last.replace(day=1), -11), last)
    return int(received) if received >= SHOWN_FROM else 0


def summed(lands: Collection[str]) -> tuple[dict[str, dict[str, int]], datetime | None]:
    """(service: counts of the last quarter that is over, by name; since when they may be behind), over these Länder and Kreise, none
    for the whole country."""
    found = across(lands)
    counts = {one.service: told for one in found if (told := counts_of(one.lately))}
    return counts, min((one.at for one in found), default=None)
