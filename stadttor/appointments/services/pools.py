"""Setting up a pool: counters, hours, closed days, services."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from uuid import UUID

from django.db import IntegrityError, transaction

from stadttor.appointments import queries
from stadttor.appointments.models import Pool
from stadttor.appointments.rules import Span
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, first, insert_unless_taken
from stadttor.ground.work import work

MOST_PLACES, MOST_AHEAD, MOST_NOTICE, LONGEST_MINUTES = 50, 180, 24 * 14, 240
ONE_NAME = "appointment_pool_name"
EVERY = (5, 10, 15, 20, 30, 60)


@dataclass(frozen=True)
class PoolSetting:
    """What an organiser says about a pool; see `models.Pool` for the units. `services` gives minutes by address."""

    name: str
    place: str
    places: int
    hours: tuple[Span, ...]
    closed: tuple[tuple[date, date], ...]
    services: Mapping[str, int]
    every: int = 15
    notice: int = 2
    ahead: int = 60
    active: bool = True


def save_pool(*, authority_id: UUID, pool_id: UUID | None, setting: PoolSetting, actor: Actor, now: datetime) -> UUID:
    """Make a pool, or change one; gives its id. Appointments that were booked before stay as they are.

    Refused for what cannot be, and when another pool has the name.
    """
    _must_be_sound(setting)
    values = _values(setting, now)
    with work(authority_id):
        if pool_id is None:
            row = Pool(id=new_id(), authority_id=authority_id, **values)
            if not insert_unless_taken(row):
                raise _name_taken()
            made, act = row.id, "appointment_pool.made"
        else:
            made, act = _changed(authority_id, pool_id, values), "appointment_pool.changed"
        audit.record(authority_id, act=act, actor=actor, subject=("appointment_pool", made), at=now)
    queries.forget()
    return made


def _changed(authority_id: UUID, pool_id: UUID, values: dict[str, object]) -> UUID:
    if first(Pool, lock=True, authority_id=authority_id, id=pool_id) is None:
        raise not_found()
    try:
        with transaction.atomic():
            change(Pool, values, authority_id=authority_id, id=pool_id)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis is None or diagnosis.constraint_name != ONE_NAME:
            raise
        raise _name_taken() from error
    return pool_id


def _name_taken() -> Refused:
    return Refused("pool_name", "There is already a place for appointments with this name.", field="name")


def _values(setting: PoolSetting, now: datetime) -> dict[str, object]:
    return {
        "name": setting.name,
        "place": setting.place,
        "places": setting.places,
        "hours": [
            {"day": span.day, "from": f"{span.start:%H:%M}", "until": f"{span.end:%H:%M}"}
            for span in sorted(setting.hours)
        ],
        "closed": [[begin.isoformat(), end.isoformat()] for begin, end in sorted(setting.closed)],
        "services": [{"slug": slug, "minutes": minutes} for slug, minutes in setting.services.items()],
        "every": setting.every,
        "notice": setting.notice,
        "ahead": setting.ahead,
        "active": setting.active,
        "changed": now,
    }


def _must_be_sound(setting: PoolSetting) -> None:
    if not setting.name:
        raise Refused("pool_name_missing", "Please enter a name.", field="name")
    _must_lie("places", setting.places, 1, MOST_PLACES)
    _must_lie("notice", setting.notice, 0, MOST_NOTICE)
    _must_lie("ahead", setting.ahead, 1, MOST_AHEAD)
    if setting.every not in EVERY:
        raise Refused("every", "Please choose one of the listed values.", field="every")
    for minutes in setting.services.values():
        _must_lie("minutes", minutes, 5, LONGEST_MINUTES)
    _must_not_overlap(setting.hours)
    if any(clock.minute % 5 for span in setting.hours for clock in (span.start, span.end)):
        raise Refused("hours_raster", "Please enter hours at full five minutes, for example 08:05.", field="hours")


def _must_lie(field: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise Refused(
            "out_of_range", "Please enter a number from {least} to {most}.", field=field, least=least, most=most
        )


def _must_not_overlap(hours: tuple[Span, ...]) -> None:
    spans = sorted(hours)
    overlap = any(one.day == other.day and other.start < one.end for one, other in pairwise(spans))
    backwards = next((span for span in spans if span.start >= span.end), None)
    if overlap or backwards:
        raise Refused(
            "hours", "Please enter hours that follow each other, for example 08:00-12:00, 14:00-17:30.", field="hours"
        )
