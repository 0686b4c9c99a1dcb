"""Counters at which the programme books: made new for each round, or open all day for the people of the kills."""

from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

MINUTES = 10


def pool(town: UUID, slug: str, *, places: int, until: time, start: time = time(8)) -> UUID:
    """Open every day, the weekend too; gives its id."""
    from stadttor.appointments.rules import Span
    from stadttor.appointments.services import PoolSetting, save_pool
    from stadttor.ground.actor import SYSTEM
    from stadttor.ground.clock import now

    setting = PoolSetting(
        name=f"Schalter {uuid4().hex}", place="Zimmer 2", places=places, closed=(), services={slug: MINUTES}, every=10,
        hours=tuple(Span(day, start, until) for day in range(7)), notice=0, ahead=180,
    )  # fmt: skip
    return save_pool(authority_id=town, pool_id=None, setting=setting, actor=SYSTEM, now=now())


def open_all_day(town: UUID, slug: str) -> UUID:
    """Many counters, day and night."""
    return pool(town, slug, places=20, start=time(0), until=time(23, 50))


def pool_with_one_time(town: UUID, slug: str) -> tuple[UUID, str]:
    """A counter that is open for ten minutes a day; gives its id and the next time as forms say it."""
    from stadttor.appointments.pages.typed import as_text

    made = pool(town, slug, places=1, until=time(8, MINUTES))
    return made, as_text(next_time(town, made, slug))


def next_time(town: UUID, pool_id: UUID, slug: str) -> datetime:
    """The first free one from tomorrow on."""
    from stadttor.appointments.queries import free_days
    from stadttor.appointments.queries import pool as found
    from stadttor.ground.clock import german_day, now

    tomorrow: date = german_day(now()) + timedelta(days=1)
    return free_days(town, found(town, pool_id), slug, tomorrow, now(), most=1)[0].times[0]
