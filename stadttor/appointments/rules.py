"""When an appointment may begin, what may follow what, and what is said when it may not. Pure.

Hours are wall times in Germany; moments are aware. A pool's day is a raster of `STEP`: an appointment takes all steps it
touches, at one of the pool's places.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from stadttor.core.holidays import holidays_of
from stadttor.core.refused import Refused

BERLIN = ZoneInfo("Europe/Berlin")
STEP = timedelta(minutes=5)
KEEP = timedelta(days=14)
"""So long is a booking kept after it was over or cancelled: who asks what became of it still finds it."""
REMIND_BEFORE = timedelta(hours=24)
MOST_OPEN = 5
"""So many coming appointments may one e-mail address hold."""
MOST_CANCELLED = 10
"""So many appointments of one e-mail address may be cancelled within a day before it must wait."""
MOST_CHANGES = 5
"""So often does a citizen move one appointment."""
BOOKED, CAME, DONE, MISSED, CANCELLED = "booked", "came", "done", "missed", "cancelled"
STATES = (BOOKED, CAME, DONE, MISSED, CANCELLED)
# A slip at the counter is taken back; a cancelled time may be somebody else's already.
_FOLLOWS = {
    BOOKED: {CAME, DONE, MISSED, CANCELLED},
    CAME: {DONE, BOOKED},
    DONE: {CAME},
    MISSED: {CAME, BOOKED},
    CANCELLED: set[str](),
}
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
_TOKEN = re.compile(r"[\w-]{43}", re.ASCII)

Taken = Mapping[int, AbstractSet[datetime]]
"""By place: the beginnings of the steps that are taken."""


@dataclass(frozen=True, order=True)
class Span:
    """Open on a weekday (0 is Monday) from one wall time until another."""

    day: int
    start: time
    end: time


@dataclass(frozen=True)
class Opening:
    """When a pool is open, at how many places at once, and from when until when it can be booked.

    `every` are the minutes between two beginnings, `notice` the hours that must lie before one, `ahead` the days in which
    one can book. `calendar` names the holidays: BY, or BY+assumption.
    """

    places: int
    hours: tuple[Span, ...]
    closed: tuple[tuple[date, date], ...] = ()
    every: int = 15
    notice: int = 2
    ahead: int = 60
    calendar: str = ""

    def is_open_on(self, day: date) -> bool:
        """Whether it has hours on this day and is not closed."""
        return not self.is_closed_on(day) and any(span.day == day.weekday() for span in self.hours)

    def is_closed_on(self, day: date) -> bool:
        """A holiday, or one of its own closed days."""
        return day in holidays_of(self.calendar, day.year) or any(first <= day <= last for first, last in self.closed)


def beginnings(opening: Opening, day: date, minutes: int) -> Iterator[datetime]:
    """Every moment of a day at which so many minutes may begin, taken or not; in UTC, in order."""
    if opening.is_closed_on(day):
        return
    for span in sorted(opening.hours):
        if span.day == day.weekday():
            yield from _within(day, span, opening.every, minutes)


def _within(day: date, span: Span, every: int, minutes: int) -> Iterator[datetime]:
    begin, end = _moment(day, span.start), _moment(day, span.end)
    while begin + timedelta(minutes=minutes) <= end:
        yield begin
        begin += timedelta(minutes=every)


def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, BERLIN).astimezone(UTC)


def is_bookable(opening: Opening, begins: datetime, now: datetime) -> bool:
    """Whether it is neither too soon nor too far away to be booked by a citizen."""
    last = now.astimezone(BERLIN).date() + timedelta(days=opening.ahead)
    return begins >= now + timedelta(hours=opening.notice) and begins.astimezone(BERLIN).date() <= last


def steps_of(begins: datetime, minutes: int) -> tuple[datetime, ...]:
    """The steps of the raster an appointment touches: two that meet at a place have one in common."""
    past = timedelta(minutes=begins.minute % 5, seconds=begins.second, microseconds=begins.microsecond)
    count = -(-(past + timedelta(minutes=minutes)) // STEP)
    return tuple(begins - past + number * STEP for number in range(count))


def free_places(places: int, taken: Taken, steps: Sequence[datetime]) -> list[int]:
    """The places at which none of these steps is taken; none where as many are taken at once, wherever they are.

    Where a pool had more places before, some of them are taken still.
    """
    if any(sum(step in found for found in taken.values()) >= places for step in steps):
        return []
    return [place for place in range(places) if taken.get(place, frozenset()).isdisjoint(steps)]


def free_times(opening: Opening, day: date, minutes: int, taken: Taken) -> list[datetime]:
    """The beginnings of a day at which a place is free all the time."""
    return [
        begins
        for begins in beginnings(opening, day, minutes)
        if free_places(opening.places, taken, steps_of(begins, minutes))
    ]


def follows(state: str) -> AbstractSet[str]:
    """The states an appointment can come into from this one."""
    return _FOLLOWS[state]


def must_follow(before: str, after: str) -> None:
    """Refused when an appointment in the one state cannot come into the other."""
    if after not in follows(before):
        raise Refused(
            "appointment_state", "This appointment was changed meanwhile. Please look at it again.", status=409
        )


def must_be_coming(state: str, begins: datetime, now: datetime) -> None:
    """Refused when it was cancelled or has begun: then there is nothing to move or to cancel."""
    if state != BOOKED or begins <= now:
        raise Refused(
            "appointment_over", "This appointment is over or was cancelled. You cannot change it any more.", status=409
        )


def taken_meanwhile() -> Refused:
    """Somebody else was quicker, or the time is not offered any more."""
    return Refused(
        "time_taken",
        "This time has just been taken by somebody else. Please choose another one.",
        status=409,
        field="zeit",
    )


def must_be_few(open_ones: int, cancelled: int) -> None:
    """Refused when one e-mail address holds too many times that others need, or gave too many back within a day."""
    if open_ones >= MOST_OPEN:
        raise Refused(
            "too_many_appointments",
            "There are already {count} coming appointments for this e-mail address. Please cancel one that you do not need.",
            field="email",
            count=MOST_OPEN,
        )
    if cancelled >= MOST_CANCELLED:
        raise Refused(
            "cancelled_too_often",
            "With this e-mail address many appointments were booked and cancelled today. Please try again tomorrow, or call us.",
            field="email",
        )


def must_be_calm(changes: int) -> None:
    """Refused when a citizen moved it so often: each time a mail goes out, and the address may be somebody else's."""
    if changes >= MOST_CHANGES:
        raise Refused(
            "moved_too_often",
            "This appointment was moved many times. Please call us if you need another time.",
            status=409,
            field="zeit",
        )


def must_be_token(token: str) -> None:
    """Refused when the secret of a form is none of ours: what is guessed easily must not open an appointment."""
    if not _TOKEN.fullmatch(token):
        raise Refused("form_broken", "Something was missing in the form. Please open the page again.")


def number_of(randomness: bytes) -> str:
    """For example `T-4F7K-92QM`, to be said on the telephone: eight random characters (39 bits)."""
    value = int.from_bytes(randomness, "big")
    body = "".join(ALPHABET[value // len(ALPHABET) ** place % len(ALPHABET)] for place in range(8))
    return f"T-{body[:4]}-{body[4:]}"
