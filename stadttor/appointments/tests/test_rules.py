"""Free times: hours, holidays, lengths, the change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from stadttor.appointments.rules import (
    STEP,
    Opening,
    Span,
    beginnings,
    free_places,
    free_times,
    is_bookable,
    number_of,
    steps_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)
EVERY_DAY = tuple(Span(day, time(8), time(12)) for day in range(7))


def opening(**changed):
    return Opening(**{"places": 1, "hours": EVERY_DAY, "calendar": "BY"} | changed)


def clocks(times):
    return [f"{one.astimezone(BERLIN):%H:%M}" for one in times]


def test_an_appointment_ends_before_the_counter_closes():
    hours = (Span(0, time(8), time(9)), Span(0, time(14), time(14, 40)))
    assert clocks(beginnings(opening(hours=hours, every=20), MONDAY, 30)) == ["08:00", "08:20", "14:00"]


@pytest.mark.parametrize("day", [date(2026, 12, 25), date(2027, 1, 6), date(2026, 12, 28)])
def test_nothing_begins_on_holidays_of_the_land_and_on_closed_days(day):
    closed = ((date(2026, 12, 28), date(2026, 12, 31)),)
    assert list(beginnings(opening(closed=closed), day, 15)) == []


def test_wall_times_stay_the_same_when_the_clocks_change():
    """29 March 2026 is an hour shorter at night, and the counter opens at eight all the same."""
    before, after = date(2026, 3, 28), date(2026, 3, 29)
    assert clocks(beginnings(opening(), before, 15)) == clocks(beginnings(opening(), after, 15))


def test_what_is_taken_is_free_at_another_place_only():
    taken = {0: {datetime(2026, 11, 23, 7, 10, tzinfo=UTC)}}
    alone = clocks(free_times(opening(every=15), MONDAY, 15, taken))
    assert alone[:2] == ["08:15", "08:30"]
    assert clocks(free_times(opening(every=15, places=2), MONDAY, 15, taken))[0] == "08:00"


def test_neither_too_soon_nor_too_far():
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    found = opening(notice=2, ahead=30)
    assert not is_bookable(found, now + timedelta(hours=1, minutes=59), now)
    assert is_bookable(found, now + timedelta(hours=2), now)
    assert is_bookable(found, datetime(2026, 12, 23, 8, tzinfo=UTC), now)
    assert not is_bookable(found, datetime(2026, 12, 24, 8, tzinfo=UTC), now)


@given(minutes=some.integers(5, 240), begin=some.integers(0, 287))
def test_the_steps_cover_the_appointment_and_no_more_than_five_minutes_beyond(minutes, begin):
    begins = datetime(2026, 11, 23, tzinfo=UTC) + begin * STEP
    steps = steps_of(begins, minutes)
    assert steps[0] == begins
    end, last = begins + timedelta(minutes=minutes), steps[-1]
    assert last < end <= last + STEP


def test_what_begins_between_two_steps_takes_both():
    """08:00 and 08:03 for the same place meet in the same step."""
    eight = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert steps_of(eight + timedelta(minutes=3), 5) == (eight, eight + STEP)


def test_as_many_as_there_are_counters_and_no_more():
    """What is taken at a counter that was closed since counts."""
    step = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert free_places(2, {2: {step}}, (step,)) == [0, 1]
    assert free_places(2, {1: {step}, 2: {step}}, (step,)) == []


def test_a_number_can_be_said_on_the_telephone():
    assert number_of(bytes(16)) == "T-2222-2222"
    assert len(number_of(b"\xff" * 16)) == 11
