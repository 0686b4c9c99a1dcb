"""Count visits of service pages: without a cookie, an address or a name, only how often on which day."""

import logging
from collections import Counter as Tally
from datetime import date
from threading import Lock
from time import monotonic
from uuid import UUID

from stadttor.ground.work import work
from stadttor.insights.services.adding import add

log = logging.getLogger("stadttor.insights")
EVERY_S = 30.0
_lock = Lock()
_waiting: Tally[tuple[UUID, str, date]] = Tally()
_written = monotonic()


def visited(*, authority_id: UUID, service: str, today: date) -> None:
    """One more visit. What came in half a minute is written together, with the next visit after it.

    Visits that a process holds when it ends are lost: a count of visits is what there was at least.
    """
    global _written
    with _lock:
        _waiting[authority_id, service, today] += 1
        if monotonic() - _written < EVERY_S:
            return
        _written = monotonic()
    write_visits()


def write_visits() -> None:
    """Write down what this process has counted since the last time."""
    with _lock:
        found = dict(_waiting)
        _waiting.clear()
    for (authority_id, service, day), often in found.items():
        try:
            with work(authority_id):
                add(
                    authority_id=authority_id, service=service, day=day, measure="visits", value=day.day, often=often
                )  # fmt: skip
        except Exception:  # of any kind: a page is worth more than its visit
            log.warning("%d visits were not counted", often, exc_info=True)
