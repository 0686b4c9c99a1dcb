"""Book, move and cancel an appointment. Each is one transaction: the row, its place, the audit entry, the mail."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from stadttor.appointments.models import Booking, Pool
from stadttor.appointments.ports import calendar_of
from stadttor.appointments.queries import BookingRow, PoolRow, booking_row, for_colleagues, for_moving, pool_row
from stadttor.appointments.rules import (
    BOOKED,
    CANCELLED,
    KEEP,
    must_be_calm,
    must_be_coming,
    must_be_few,
    must_be_token,
    must_follow,
    number_of,
    taken_meanwhile,
)
from stadttor.appointments.secrets import sealed
from stadttor.appointments.services.taking import must_be_offered, release, take
from stadttor.appointments.telling import tell
from stadttor.citizens.queries import Citizen
from stadttor.citizens.services import keep
from stadttor.core.ids import new_id
from stadttor.core.refused import Refused, not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, first, insert_unless_taken, read
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.identity.queries import hashed

LONGEST = 200
DAY = timedelta(days=1)
_ALONE_SQL = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))::text"
_OPEN_SQL = """
SELECT count(*) FILTER (WHERE state = 'booked' AND begins > %s),
  count(*) FILTER (WHERE state = 'cancelled' AND changed > %s)
FROM appointments_booking WHERE authority_id = %s AND lower(email) = %s
"""


@dataclass(frozen=True)
class Wanted:
    """What is booked: a service at a pool, from when on. `title` is what the service is called, in her language."""

    pool_id: UUID
    service: str
    title: str
    begins: datetime


@dataclass(frozen=True)
class Person:
    """Who comes. E-mail and telephone may be empty where a colleague books."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "de"


@step
def book(
    *,
    authority_id: UUID,
    wanted: Wanted,
    person: Person,
    token: str,
    randomness: bytes,
    channel: str,
    actor: Actor,
    now: datetime,
    keeper: Citizen | None = None,
) -> BookingRow:
    """Book a time, once per `token`: the same form sent again gives the same booking, whatever else it says.

    It lies in the account of the `keeper` who books it; of whoever sends the form again it does not.

    Refused when the time is taken or not offered, and for what is missing about the person. Citizens keep the pool's
    notice, colleagues book for whoever stands there.
    """
    must_be_token(token)
    with work(authority_id):
        _alone(authority_id, person, actor)
        if known := first(Booking, authority_id=authority_id, token_hash=hashed(token)):
            return booking_row(known)
        pool = _pool(authority_id, wanted.pool_id, actor)
        _must_be_complete(authority_id, person, actor, now)
        must_be_offered(pool, wanted.service, wanted.begins, now)
        row = _new(authority_id, wanted, person, pool.minutes[wanted.service], token, randomness, channel, now)
        if not insert_unless_taken(row):
            return _made_meanwhile(authority_id, token)
        take(row, pool, wanted.begins)
        if keeper:
            keep(citizen=keeper, kind="appointment", thing_id=row.id, token=token, now=now)
        _note(row, "appointment.booked", actor, now)
        tell(row, "appointment", f"appointment:{row.id}", now)
    return booking_row(row)


@step
def move(*, authority_id: UUID, booking_id: UUID, begins: datetime, actor: Actor, now: datetime) -> BookingRow:
    """Another time at the same pool. Refused when it is taken; the old one stays then. To the same time: nothing."""
    with work(authority_id):
        row = _locked(authority_id, booking_id)
        must_be_coming(row.state, row.begins, now)
        if row.begins == begins:
            return booking_row(row)
        if actor.kind != "staff":
            must_be_calm(row.sequence)
        pool = for_moving(_pool(authority_id, row.pool_id, actor), row)
        must_be_offered(pool, row.service, begins, now)
        take(row, pool, begins)
        _change(row, {"begins": begins, "reminded": None, "keep_until": _keep_until(begins, row.minutes)}, now)
        _note(row, "appointment.moved", actor, now)
        tell(row, "appointment_moved", f"appointment-moved:{row.id}:{row.sequence}", now)
    return booking_row(row)


@step
def cancel(*, authority_id: UUID, booking_id: UUID, reason: str, actor: Actor, now: datetime) -> BookingRow:
    """Give the time back. A colleague says why, and the mail carries it. Cancelled already: nothing more happens."""
    reason = reason.strip()[: 2 * LONGEST]
    with work(authority_id):
        row = _locked(authority_id, booking_id)
        if row.state == CANCELLED:
            return booking_row(row)
        must_be_coming(row.state, row.begins, now)
        must_follow(row.state, CANCELLED)
        if actor.kind == "staff" and not reason:
            raise Refused("reason_missing", "Please say why the appointment is cancelled.", field="reason")
        release(row)
        _change(row, {"state": CANCELLED, "reason": reason, "keep_until": now + KEEP}, now)
        _note(row, "appointment.cancelled", actor, now)
        tell(row, "appointment_cancelled", f"appointment-cancelled:{row.id}", now, {"reason": reason})
    return booking_row(row)


def _pool(authority_id: UUID, pool_id: UUID, actor: Actor) -> PoolRow:
    row = first(Pool, authority_id=authority_id, id=pool_id)
    if row is None:
        raise taken_meanwhile()
    found = pool_row(row, calendar_of(authority_id))
    return for_colleagues(found) if actor.kind == "staff" else found


def _alone(authority_id: UUID, person: Person, actor: Actor) -> None:
    """Until the open work ends nobody else books with this address: its appointments are counted."""
    if person.email and actor.kind != "staff":
        read(_ALONE_SQL, f"appointments:{authority_id}:{person.email.lower()}")


def _must_be_complete(authority_id: UUID, person: Person, actor: Actor, now: datetime) -> None:
    if not person.name:
        raise Refused("name_missing", "Please enter your first and last name.", field="name")
    if actor.kind != "staff" and not person.email:
        raise Refused("email_missing", "Please enter your e-mail address.", field="email")
    if person.email and actor.kind != "staff":
        [(open_ones, cancelled)] = read(_OPEN_SQL, now, now - DAY, authority_id, person.email.lower())
        must_be_few(open_ones, cancelled)


def _new(
    authority_id: UUID,
    wanted: Wanted,
    person: Person,
    minutes: int,
    token: str,
    randomness: bytes,
    channel: str,
    now: datetime,
) -> Booking:
    booking_id = new_id()
    return Booking(
        id=booking_id,
        authority_id=authority_id,
        pool_id=wanted.pool_id,
        number=number_of(randomness),
        service=wanted.service,
        title=wanted.title[:LONGEST],
        begins=wanted.begins,
        minutes=minutes,
        state=BOOKED,
        channel=channel,
        language=person.language,
        name=person.name[:LONGEST],
        email=person.email,
        phone=person.phone[:LONGEST],
        token_hash=hashed(token),
        token_sealed=sealed(authority_id, booking_id, token),
        created=now,
        changed=now,
        keep_until=_keep_until(wanted.begins, minutes),
    )


def _made_meanwhile(authority_id: UUID, token: str) -> BookingRow:
    """The same form, sent at the same moment, was first."""
    known = first(Booking, authority_id=authority_id, token_hash=hashed(token))
    assert known, "the number of another appointment was drawn: one in 10¹¹"
    return booking_row(known)


def _keep_until(begins: datetime, minutes: int) -> datetime:
    return begins + timedelta(minutes=minutes) + KEEP


def _locked(authority_id: UUID, booking_id: UUID) -> Booking:
    row = first(Booking, lock=True, authority_id=authority_id, id=booking_id)
    if row is None:
        raise not_found()
    return row


def _change(row: Booking, values: dict[str, object], now: datetime) -> None:
    values = {**values, "changed": now, "sequence": row.sequence + 1}
    change(Booking, values, authority_id=row.authority_id, id=row.id)
    for name, value in values.items():
        setattr(row, name, value)


def _note(row: Booking, act: str, actor: Actor, now: datetime) -> None:
    audit.record(
        row.authority_id,
        act=act,
        actor=actor,
        subject=("appointment", row.id),
        at=now,
        details={"service": row.service},
    )
