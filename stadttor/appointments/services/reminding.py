"""A mail a day before: who forgot cancels, and somebody else comes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from stadttor.appointments.models import Booking
from stadttor.appointments.rules import BOOKED, REMIND_BEFORE
from stadttor.appointments.telling import tell
from stadttor.ground.rows import change, first
from stadttor.ground.steps import step
from stadttor.ground.work import work

AT_ONCE = 500
NO_NEED = timedelta(hours=24)
"""Who booked or moved it less than this long before the reminder was due remembers it."""


def remind_coming(*, authority_id: UUID, now: datetime) -> int:
    """Remind everybody whose appointment begins within a day, once each; gives how many."""
    with work(authority_id):
        coming = Booking.objects.filter(
            authority_id=authority_id, state=BOOKED, begins__gt=now, begins__lte=now + REMIND_BEFORE
        )
        unsaid = coming.filter(reminded=None, changed__lt=F("begins") - (REMIND_BEFORE + NO_NEED)).exclude(email="")
        ids = list(unsaid.order_by("begins").values_list("id", flat=True)[:AT_ONCE])
    return sum(remind(authority_id=authority_id, booking_id=one, now=now) for one in ids)


@step
def remind(*, authority_id: UUID, booking_id: UUID, now: datetime) -> bool:
    """Promise the mail, unless it was moved, cancelled or said meanwhile."""
    with work(authority_id):
        row = first(Booking, lock=True, authority_id=authority_id, id=booking_id, state=BOOKED, reminded=None)
        if row is None or row.begins <= now:
            return False
        change(Booking, {"reminded": now}, authority_id=authority_id, id=booking_id)
        tell(row, "appointment_soon", f"appointment-soon:{row.id}:{row.sequence}", now)
    return True
