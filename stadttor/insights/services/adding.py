"""Counters that are written when something happens, as nothing says afterwards how often it did."""

from datetime import date
from uuid import UUID, uuid4

from stadttor.ground.rows import read

_ADD = """
INSERT INTO insights_counter (id, authority_id, service, month, measure, value, count)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (authority_id, service, month, measure, value) DO UPDATE SET count = insights_counter.count + excluded.count
"""


def add(*, authority_id: UUID, service: str, day: date, measure: str, value: int, often: int) -> None:
    """So often more in the month of this day. Inside the open work."""
    # A random id: one that follows the time would say when the first of a month came.
    read(_ADD, uuid4(), authority_id, service, day.replace(day=1), measure, value, often)
