"""The daily closing: what came in and went out, closed once; whatever follows belongs to the next day."""

from datetime import date, datetime
from uuid import UUID

from stadttor.core.ids import new_id
from stadttor.core.refused import Refused
from stadttor.ground import audit
from stadttor.ground.actor import SYSTEM, Actor
from stadttor.ground.clock import german_day
from stadttor.ground.erasing import Erased, erase
from stadttor.ground.events import publish
from stadttor.ground.steps import step
from stadttor.ground.work import work
from stadttor.payments.events import DayClosed
from stadttor.payments.models import Booking, Closing
from stadttor.payments.queries.closing import closed_until, open_lines, sums_of
from stadttor.payments.rules import oldest_year_kept
from stadttor.payments.rules.finance import CASH
from stadttor.payments.services.booking import lock_days

AT_ONCE = 500


@step
def close_day(
    *, authority_id: UUID, day: date, counted: int, actor: Actor, now: datetime, difference: int | None = None
) -> UUID:
    """Close a day with everything booked until its end and not closed yet; `counted` are the cents in the till.

    `difference` is by how much somebody saw that the till differs from the books: refused when it is another one, since a
    slip of the pen would stand for good. None where nobody saw the books. Refused for a day to come, and for one that is
    closed already.
    """
    with work(authority_id):
        lock_days(authority_id)
        _must_be_closable(authority_id, day, now)
        lines = open_lines(authority_id, day)
        sums = sums_of(lines)
        if difference is not None and counted - sums[CASH] != difference:
            raise Refused(
                "till_differs",
                "The till and the books differ. Please count again, or confirm the difference.",
                field="counted",
            )
        closing = Closing.objects.create(
            id=new_id(),
            authority_id=authority_id,
            day=day,
            at=now,
            by_id=actor.id,
            by_name=actor.name,
            sums=sums,
            counted=counted,
        )
        Booking.objects.filter(authority_id=authority_id, id__in=[one.id for one in lines]).update(
            closing_id=closing.id
        )
        about, details = ("closing", closing.id), {"day": day.isoformat(), "lines": len(lines)}
        audit.record(authority_id, act="finance.day_closed", actor=actor, subject=about, at=now, details=details)
        publish(DayClosed(authority_id, closing.id))
    return closing.id


def _must_be_closable(authority_id: UUID, day: date, now: datetime) -> None:
    if day > german_day(now):
        raise Refused("day_to_come", "This day is not over. It can be closed on the day itself.", status=409)
    last = closed_until(authority_id)
    if last is not None and day <= last:
        raise Refused(
            "day_closed", "This day is closed already. What came later is booked on the next day.", status=409
        )


def old_closings(*, authority_id: UUID, now: datetime) -> list[UUID]:
    """Days that budget law does not ask for any more and whose lines are gone with their payments."""
    begin = date(oldest_year_kept(german_day(now)), 1, 1)
    with work(authority_id):
        old = Closing.objects.filter(authority_id=authority_id, day__lt=begin).order_by("day")
        left = set(
            Booking.objects.filter(authority_id=authority_id, day__lt=begin).values_list("closing_id", flat=True)
        )
        return [one for one in old.values_list("id", flat=True)[:AT_ONCE] if one not in left]


def forget_closing(*, authority_id: UUID, closing_id: UUID, now: datetime) -> Erased:
    """Delete the closing of such a day; inside the open work."""
    with work(authority_id):
        about = ("closing", closing_id)
        audit.record(authority_id, act="finance.day_deleted", actor=SYSTEM, subject=about, at=now, details={})
        return erase(Closing, authority_id, id=closing_id)
