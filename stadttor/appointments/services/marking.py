"""What became of an appointment on its day."""

from datetime import datetime
from uuid import UUID

from stadttor.appointments.models import Booking
from stadttor.appointments.queries import BookingRow, booking_row
from stadttor.appointments.rules import CANCELLED, must_follow
from stadttor.core.refused import not_found
from stadttor.ground import audit
from stadttor.ground.actor import Actor
from stadttor.ground.rows import change, first
from stadttor.ground.steps import step
from stadttor.ground.work import work


@step
def mark(*, authority_id: UUID, booking_id: UUID, state: str, actor: Actor, now: datetime) -> BookingRow:
    """Note that somebody came, did not come, was served, or that the mark was a slip. Marked so already: nothing happens.

    Refused for what cannot follow; cancelling is a verb of its own.
    """
    if state == CANCELLED:
        raise not_found()
    with work(authority_id):
        row = first(Booking, lock=True, authority_id=authority_id, id=booking_id)
        if row is None:
            raise not_found()
        if row.state == state:
            return booking_row(row)
        must_follow(row.state, state)
        change(Booking, {"state": state, "changed": now}, authority_id=authority_id, id=booking_id)
        row.state, row.changed = state, now
        about = ("appointment", booking_id)
        audit.record(authority_id, act=f"appointment.{state}", actor=actor, subject=about, at=now)
    return booking_row(row)
