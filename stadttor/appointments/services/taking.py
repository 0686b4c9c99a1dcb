"""Taking a place: five minutes of it are a row, and a constraint of the database lets each be written once."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from stadttor.appointments.models import Booking, TakenStep
from stadttor.appointments.queries import PoolRow, own_steps, taken_between
from stadttor.appointments.rules import beginnings, free_places, is_bookable, steps_of, taken_meanwhile
from stadttor.ground.clock import german_day
from stadttor.ground.rows import read

ONCE = "appointment_place_once"
_TAKE_SQL = """
INSERT INTO appointments_takenstep (id, authority_id, pool_id, booking_id, place, begins)
SELECT gen_random_uuid(), %s::uuid, %s::uuid, %s::uuid, %s::int, step FROM unnest(%s::timestamptz[]) AS step
ORDER BY step RETURNING place
"""


def must_be_offered(pool: PoolRow, slug: str, begins: datetime, now: datetime) -> None:
    """Refused for a time at which this service does not begin here: browsers are not believed."""
    offered = pool.active and slug in pool.minutes and is_bookable(pool.opening, begins, now)
    if not offered or begins not in beginnings(pool.opening, german_day(begins), pool.minutes[slug]):
        raise taken_meanwhile()


def take(row: Booking, pool: PoolRow, begins: datetime) -> None:
    """Give the booking one place of its pool, inside the open work. Refused when all are taken.

    New steps are written before old ones go: two people who change their times with each other never wait in a circle.
    """
    steps, own = steps_of(begins, row.minutes), own_steps(row.authority_id, row.id)
    for place in _places(row, pool, steps, own):
        mine = {step.begins for step in own if step.place == place}
        if _is_written(row, place, [step for step in steps if step not in mine]):
            _give_back(row, [step for step in own if step.place != place or step.begins not in steps])
            return
    raise taken_meanwhile()


def release(row: Booking) -> None:
    """Give all of it back, inside the open work."""
    TakenStep.objects.filter(authority_id=row.authority_id, booking_id=row.id).delete()


def _places(row: Booking, pool: PoolRow, steps: Sequence[datetime], own: Sequence[TakenStep]) -> list[int]:
    """Where it looks free. What others are writing at this moment is not seen here: the constraint stops it."""
    day = german_day(steps[0])
    taken = taken_between(row.authority_id, pool.id, day, day + timedelta(days=1))
    mine = {(step.place, step.begins) for step in own}
    others = {place: {step for step in found if (place, step) not in mine} for place, found in taken.items()}
    return free_places(pool.opening.places, others, steps)


def _is_written(row: Booking, place: int, steps: Sequence[datetime]) -> bool:
    """Whether the steps are ours now; False when somebody else was quicker with one of them."""
    try:
        with transaction.atomic():
            read(_TAKE_SQL, row.authority_id, row.pool_id, row.id, place, list(steps))
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != ONCE:
            raise
        return False
    return True


def _give_back(row: Booking, steps: Iterable[TakenStep]) -> None:
    ids = [step.id for step in steps]
    TakenStep.objects.filter(authority_id=row.authority_id, booking_id=row.id, id__in=ids).delete()
