"""An appointment goes, with its mails and keys: by the clock some days after it was over, or because somebody asks for it."""

from datetime import datetime
from uuid import UUID

from stadttor.appointments.models import Booking, TakenStep
from stadttor.appointments.rules import BOOKED
from stadttor.citizens.services import forget_thing
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.rows import first
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.notices.services import erase_about

AT_ONCE = 2_000


def forget_over(*, authority_id: UUID, now: datetime) -> int:
    """Delete what was over or cancelled long enough ago; gives how many."""
    with work(authority_id):
        over = Booking.objects.filter(authority_id=authority_id, keep_until__lt=now)
        ids = list(over.order_by("keep_until").values_list("id", flat=True)[:AT_ONCE])
    for booking_id in ids:
        _erase_over(authority_id, booking_id, now)
    return len(ids)


@step
def _erase_over(authority_id: UUID, booking_id: UUID, now: datetime) -> None:
    with work(authority_id):
        row = first(Booking, lock=True, authority_id=authority_id, id=booking_id)
        if row is not None and row.keep_until < now:
            _erase(row, SYSTEM, now)


@step
def erase_booking(*, authority_id: UUID, booking_id: UUID, actor: Actor, now: datetime) -> Erased:
    """Delete one because the person asks for it (Art. 17 GDPR). Gone already: nothing.

    Refused while it is still to come: cancelled, nobody waits for her.
    """
    with work(authority_id):
        row = first(Booking, lock=True, authority_id=authority_id, id=booking_id)
        if row is None:
            return Erased()
        if row.state == BOOKED and row.begins > now:
            raise Refused(
                "appointment_coming",
                "This appointment is still to come. Please cancel it first, then it can be deleted.",
                status=409,
            )
        return _erase(row, actor, now)


def _erase(row: Booking, actor: Actor, now: datetime) -> Erased:
    """The audit entry says how much went, and nothing of what it said."""
    gone = erase_about(authority_id=row.authority_id, subject_id=row.id)
    gone += forget_thing(authority_id=row.authority_id, thing_id=row.id)
    gone += erase(TakenStep, row.authority_id, booking_id=row.id)
    gone += erase(Booking, row.authority_id, id=row.id)
    audit.record(
        row.authority_id, act="appointment.deleted", actor=actor, subject=("appointment", row.id), at=now,
        details={**gone.counts, "digest": gone.digest(row.authority_id)},
    )  # fmt: skip
    return gone
