"""A fee at the counter against the daily closing: its line is in the closing or on the next day, never between."""

from datetime import UTC, date, datetime, timedelta
from functools import partial
from uuid import UUID, uuid4

from stadttor.ground.actor import Actor
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.payments.models import Booking, Closing
from stadttor.payments.services import closing, counter, request_payment
from stadttor.payments.services.finance import Books, set_rules
from tests.safety.races.meeting import Point
from tests.safety.races.race import WRITTEN, Guard, Race, Round

BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)
OLSEN = Actor("staff", UUID(int=7), "Herr Olsen")
CENTS = 3070
KNOWN = Point(
    "what counts on the day is known",
    ("stadttor.payments.services.counter:_written", "stadttor.payments.services.closing:open_lines"),
)
DAYS_OFF = dict.fromkeys(
    ("stadttor.payments.services.booking:lock_days", "stadttor.payments.services.closing:lock_days"),
    lambda original: lambda authority_id: None,
)


def race_of_books(town: UUID) -> Race:
    """In this town, some days further on each round: a day is closed once."""
    books = Books("577", 8, "mod97", "Q", {"*/": "4311"})
    set_rules(authority_id=town, valid_from=date(2026, 1, 1), books=books, actor=OLSEN, now=BEGIN)
    return Race("fee against closing", partial(_round, town, _Days()), (KNOWN, WRITTEN), KNOWN, Guard(checks=DAYS_OFF))


class _Days:
    """The moments of the rounds."""

    def __init__(self) -> None:
        self.number = 0

    def next(self) -> datetime:
        """Two days later: what came late for a round stands on the day after it, by itself."""
        self.number += 2
        return BEGIN + timedelta(days=self.number)


def _round(town: UUID, days: _Days) -> Round:
    moment, subject = days.next(), uuid4()
    _close_before(town, moment)
    owed = {"reference": "WEI-2026-4F7K-92QM", "items": [], "cents": CENTS}
    request_payment(authority_id=town, subject_id=subject, now=moment, **owed)  # type: ignore[arg-type]
    who = {"authority_id": town, "actor": OLSEN, "now": moment}
    take = partial(counter.take, subject_id=subject, method="cash", key=uuid4().hex, seen=CENTS, **who)  # type: ignore[arg-type]
    close = partial(closing.close_day, day=german_day(moment), counted=0, **who)  # type: ignore[arg-type]
    return Round((take, close), lambda became: _lost(town, german_day(moment), became))


def _close_before(town: UUID, moment: datetime) -> None:
    """What earlier rounds left for the day after theirs."""
    before = moment - timedelta(days=1)
    closing.close_day(authority_id=town, day=german_day(before), counted=0, actor=OLSEN, now=before)


def _lost(town: UUID, day: date, became: tuple[str, str]) -> str:
    """A line on a closed day is in its closing, and every other one on a later day; the sums are those of the lines."""
    with work(town):
        closed = Closing.objects.get(authority_id=town, day=day)
        mine = Booking.objects.filter(authority_id=town, closing_id=closed.id)
        told, summed = closed.sums["cash"], sum(mine.values_list("cents", flat=True))
        between = Booking.objects.filter(authority_id=town, closing_id=None, day__lte=day).count()
    if became == ("done", "done") and not between and told == summed:
        return ""
    return f"{became}, {between} lines on a closed day that are in no closing, sums {told} for lines of {summed}"
