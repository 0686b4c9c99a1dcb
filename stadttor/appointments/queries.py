"""Reads: pools, free times, bookings for whoever holds their secret or works here."""

import time as clocks
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, When

from stadttor.appointments.models import Booking, Pool, TakenStep
from stadttor.appointments.ports import Service, calendar_of, services_of
from stadttor.appointments.rules import (
    BERLIN,
    BOOKED,
    CANCELLED,
    STEP,
    Opening,
    Span,
    Taken,
    free_times,
    is_bookable,
    steps_of,
)
from stadttor.citizens.queries import held_keys
from stadttor.core.refused import not_found
from stadttor.ground.clock import german_day
from stadttor.ground.holdings import Tables, held, joined
from stadttor.ground.rows import first, read, rows
from stadttor.ground.work import reading, work
from stadttor.identity.queries import hashed
from stadttor.tenancy.queries import profile

LINK_COOKIE = "termin-"
"""So begins the name of each cookie by which a browser remembers the link of an appointment."""
KEEP_S = 5.0
PART = "appointments"
"""What this module is called among the parts that an authority may switch off."""
LISTED_DAYS = 10
WINDOW = timedelta(days=14)
MOST_ON_A_DAY = 500
DAY = timedelta(days=1)
_TAKEN_SQL = """
SELECT place, min(begins), count(*) FROM appointments_takenstep
WHERE authority_id = %s AND pool_id = %s AND begins >= %s AND begins < %s GROUP BY booking_id, place
"""
_OVERFULL_SQL = """
SELECT begins FROM appointments_takenstep
WHERE authority_id = %s AND pool_id = %s AND begins > %s GROUP BY begins HAVING count(*) > %s::int
"""
_FOUND_SQL = """
SELECT id FROM appointments_booking WHERE authority_id = %s AND lower(email) = %s ORDER BY begins LIMIT 200
"""


@dataclass(frozen=True)
class PoolRow:
    """A pool; `minutes` by the address of the service."""

    id: UUID
    name: str
    place: str
    opening: Opening
    minutes: Mapping[str, int]
    active: bool


@dataclass(frozen=True)
class BookingRow:
    """An appointment; `title` is the service's as it was called when it was booked."""

    id: UUID
    authority_id: UUID
    pool_id: UUID
    number: str
    service: str
    title: str
    begins: datetime
    minutes: int
    state: str
    channel: str
    language: str
    name: str
    email: str
    phone: str
    reason: str
    sequence: int
    created: datetime
    changed: datetime
    keep_until: datetime
    is_protected: bool = False
    looks: tuple[Mapping[str, str], ...] = ()

    @property
    def ends(self) -> datetime:
        return self.begins + timedelta(minutes=self.minutes)

    def is_coming(self, now: datetime) -> bool:
        """Whether it can still be moved and cancelled."""
        return self.state == BOOKED and self.begins > now


@dataclass(frozen=True)
class FreeDay:
    """A day with its free beginnings, in order."""

    day: date
    times: tuple[datetime, ...]


# Pools

_kept: dict[UUID, tuple[float, frozenset[str]]] = {}


def forget() -> None:
    """Drop what this process keeps (after a change)."""
    _kept.clear()


def has_appointments(authority_id: UUID, slug: str) -> bool:
    """Whether one can book an appointment for this service, as of at most `KEEP_S` seconds ago: asked by every service page."""
    if PART in profile(authority_id).parts_off:
        return False
    known = _kept.get(authority_id)
    if known is None or known[0] < clocks.monotonic():
        if len(_kept) > 20_000:
            _kept.clear()
        offered = frozenset(slug for pool in pools(authority_id) if pool.active for slug in pool.minutes)
        known = _kept[authority_id] = (clocks.monotonic() + KEEP_S, offered)
    return slug in known[1]


def has_coming(authority_id: UUID, now: datetime) -> bool:
    """Whether somebody is still to come."""
    with work(authority_id):
        return Booking.objects.filter(authority_id=authority_id, state="booked", begins__gte=now).exists()


def pools(authority_id: UUID) -> list[PoolRow]:
    """All pools by name."""
    with reading(authority_id):
        found = rows(Pool, order=("name",), authority_id=authority_id)
    calendar = calendar_of(authority_id) if found else ""
    return [pool_row(one, calendar) for one in found]


def pools_for(authority_id: UUID, slug: str) -> list[PoolRow]:
    """Those at which one can book an appointment for this service."""
    return [pool for pool in pools(authority_id) if pool.active and slug in pool.minutes]


def pool(authority_id: UUID, pool_id: UUID) -> PoolRow:
    """One pool; not found for somebody else's."""
    with reading(authority_id):
        row = first(Pool, authority_id=authority_id, id=pool_id)
    if row is None:
        raise not_found()
    return pool_row(row, calendar_of(authority_id))


def pool_row(row: Pool, calendar: str) -> PoolRow:
    """The row as everybody else sees it."""
    opening = Opening(
        places=row.places,
        hours=tuple(_span(one) for one in row.hours),
        closed=tuple((date.fromisoformat(begin), date.fromisoformat(end)) for begin, end in row.closed),
        every=row.every,
        notice=row.notice,
        ahead=row.ahead,
        calendar=calendar,
    )
    minutes = {one["slug"]: int(one["minutes"]) for one in row.services}
    return PoolRow(row.id, row.name, row.place, opening, minutes, row.active)


def _span(one: Mapping[str, Any]) -> Span:
    return Span(one["day"], time.fromisoformat(one["from"]), time.fromisoformat(one["until"]))


def for_colleagues(found: PoolRow) -> PoolRow:
    """As colleagues book: for whoever stands at the counter now, and where citizens cannot book at the moment."""
    return replace(found, opening=replace(found.opening, notice=0), active=True)


def for_moving(found: PoolRow, row: "BookingRow | Booking") -> PoolRow:
    """As this appointment is moved: it takes as long as it was booked, whatever its service takes by now."""
    if row.service not in found.minutes:
        return found
    return replace(found, minutes={**found.minutes, row.service: row.minutes})


# Free times


def free_days(
    authority_id: UUID, found: PoolRow, slug: str, begin: date, now: datetime, most: int = LISTED_DAYS
) -> list[FreeDay]:
    """The next days from `begin` on at which something is free for this service, `most` of them at most."""
    days: list[FreeDay] = []
    last = german_day(now) + timedelta(days=found.opening.ahead)
    first_day = max(begin, german_day(now))
    while first_day <= last and len(days) < most:
        end = min(first_day + WINDOW, last + timedelta(days=1))
        days += _free_between(authority_id, found, slug, first_day, end, now)
        first_day = end
    return days[:most]


def next_times(
    authority_id: UUID, found: PoolRow, slug: str, near: datetime, now: datetime, most: int
) -> list[datetime]:
    """The free beginnings that come nearest to one that is taken, in order."""
    days = free_days(authority_id, found, slug, german_day(near), now, most=2)
    times = [begins for one in days for begins in one.times]
    return sorted(sorted(times, key=lambda begins: abs(begins - near))[:most])


def _free_between(
    authority_id: UUID, found: PoolRow, slug: str, begin: date, end: date, now: datetime
) -> Iterator[FreeDay]:
    taken, minutes = taken_between(authority_id, found.id, begin, end), found.minutes[slug]
    for number in range((end - begin).days):
        day = begin + timedelta(days=number)
        times = free_times(found.opening, day, minutes, taken)
        if bookable := tuple(begins for begins in times if is_bookable(found.opening, begins, now)):
            yield FreeDay(day, bookable)


def taken_between(authority_id: UUID, pool_id: UUID, begin: date, end: date) -> Taken:
    """What is taken at a pool from the beginning of one day to that of another."""
    with reading(authority_id):
        found = read(_TAKEN_SQL, authority_id, pool_id, midnight(begin), midnight(end))
    taken: dict[int, set[datetime]] = defaultdict(set)
    for place, begins, steps in found:
        taken[place].update(begins + number * STEP for number in range(steps))
    return taken


def midnight(day: date) -> datetime:
    """The beginning of a German day, in UTC."""
    return datetime.combine(day, time(), BERLIN).astimezone(UTC)


# Bookings


def booking_for(authority_id: UUID, booking_id: UUID, token: str) -> BookingRow:
    """An appointment for whoever holds its secret; not found for everybody else."""
    return _one(authority_id, id=booking_id, token_hash=hashed(token))


def booking_by_token(authority_id: UUID, token: str) -> BookingRow | None:
    """What a secret link opens, none when it opens nothing any more."""
    with reading(authority_id):
        row = first(Booking, authority_id=authority_id, token_hash=hashed(token))
    return booking_row(row) if row else None


def bookings_for(authority_id: UUID, tokens: Mapping[UUID, str]) -> list[BookingRow]:
    """Those of these appointments that their secrets open, by their beginning."""
    with work(authority_id):
        found = Booking.objects.filter(authority_id=authority_id, id__in=list(tokens)).order_by("begins", "id")
        return [booking_row(row) for row in found if bytes(row.token_hash) == hashed(tokens[row.id])]


def titles_of(authority_id: UUID, found: Sequence[BookingRow], language: str) -> dict[UUID, Service]:
    """By appointment: its service as it is called in this language, or was when it was booked where there is none any more."""
    known = {one.slug: one for one in services_of(authority_id, language)} if found else {}
    return {row.id: known.get(row.service, Service(row.service, row.title, row.language)) for row in found}


def booking(authority_id: UUID, booking_id: UUID) -> BookingRow:
    """An appointment, for colleagues of its authority: masked where the person is protected."""
    return masked(_one(authority_id, id=booking_id))


def _one(authority_id: UUID, **equal: Any) -> BookingRow:
    with reading(authority_id):
        row = first(Booking, authority_id=authority_id, **equal)
    if row is None:
        raise not_found()
    return booking_row(row)


def bookings_on(authority_id: UUID, day: date) -> list[BookingRow]:
    """The appointments of a day in order, then the cancelled ones; one more than `MOST_ON_A_DAY` where it has more."""
    begin, end = midnight(day), midnight(day + timedelta(days=1))
    with work(authority_id):
        found = Booking.objects.filter(authority_id=authority_id, begins__gte=begin, begins__lt=end)
        in_order = found.order_by(Case(When(state=CANCELLED, then=1), default=0), "begins", "id")
        return [masked(booking_row(row)) for row in in_order[: MOST_ON_A_DAY + 1]]


def outside(authority_id: UUID, found: PoolRow, now: datetime) -> list[BookingRow]:
    """Coming appointments for which their pool is not open any more, or has too few counters: they stand, and somebody
    must tell.
    """
    with work(authority_id):
        coming = Booking.objects.filter(authority_id=authority_id, pool_id=found.id, state=BOOKED, begins__gt=now)
        overfull = {step for (step,) in read(_OVERFULL_SQL, authority_id, found.id, now - DAY, found.opening.places)}
        listed = (masked(booking_row(row)) for row in coming.order_by("begins", "id"))
        return [
            one
            for one in listed
            if not _fits(found.opening, one) or not overfull.isdisjoint(steps_of(one.begins, one.minutes))
        ]


def _fits(opening: Opening, one: BookingRow) -> bool:
    begin, end = one.begins.astimezone(BERLIN), one.ends.astimezone(BERLIN)
    day = begin.date()
    spans = [span for span in opening.hours if span.day == day.weekday()]
    return not opening.is_closed_on(day) and any(
        span.start <= begin.time() and end.time() <= span.end for span in spans
    )


def bookings_of(authority_id: UUID, email: str) -> list[BookingRow]:
    """Every appointment that was booked with this e-mail address, for information on a person."""
    with work(authority_id):
        found = [id_ for (id_,) in read(_FOUND_SQL, authority_id, email.strip().lower())]
        return [booking_row(row) for id_ in found if (row := first(Booking, authority_id=authority_id, id=id_))]


def bookings_without_address(authority_id: UUID) -> list[BookingRow]:
    """Every appointment a colleague booked for somebody without an e-mail address, for information on a person."""
    with work(authority_id):
        return [booking_row(row) for row in rows(Booking, order=("begins",), authority_id=authority_id, email="")]


def held_booking(authority_id: UUID, booking_id: UUID) -> Tables:
    """Everything that is kept about an appointment."""
    with work(authority_id):
        steps, keys = held(TakenStep, authority_id, booking_id=booking_id), held_keys(authority_id, booking_id)
        return joined(held(Booking, authority_id, id=booking_id), steps, keys)


def booking_row(row: Booking) -> BookingRow:
    """The row as everybody else sees it."""
    return BookingRow(
        row.id, row.authority_id, row.pool_id, row.number, row.service, row.title, row.begins, row.minutes, row.state,
        row.channel, row.language, row.name, row.email, row.phone, row.reason, row.sequence, row.created, row.changed,
        row.keep_until, row.is_protected, tuple(row.looks),
    )  # fmt: skip


def masked(row: BookingRow) -> BookingRow:
    """As the desk sees it: of a protected person the number and the time alone."""
    return replace(row, name="", email="", phone="", reason="") if row.is_protected else row


def own_steps(authority_id: UUID, booking_id: UUID) -> Sequence[TakenStep]:
    """The steps of a booking, inside the open work."""
    return rows(TakenStep, order=("begins",), authority_id=authority_id, booking_id=booking_id)


__all__ = [
    "LINK_COOKIE",
    "BookingRow",
    "FreeDay",
    "PoolRow",
    "booking",
    "booking_by_token",
    "booking_for",
    "bookings_for",
    "bookings_of",
    "bookings_on",
    "bookings_without_address",
    "for_colleagues",
    "for_moving",
    "forget",
    "free_days",
    "has_appointments",
    "held_booking",
    "next_times",
    "outside",
    "pool",
    "pools",
    "pools_for",
    "taken_between",
    "titles_of",
]
