"""What is booked already when an organiser changes a place: shorter, fewer counters, closed, switched off."""

from datetime import time, timedelta

import pytest

from stadttor.appointments import queries, services
from stadttor.appointments.rules import Span
from stadttor.appointments.tests.conftest import SERVICE, TOMORROW, clock, copies, setting
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN, Actor

pytestmark = pytest.mark.db
CLERK = Actor("staff", None, "Herr Olsen")
NEXT_WEEK = TOMORROW + timedelta(days=7)


@pytest.fixture
def change(now):
    """`change(authority, pool_id, places=1)` saves the place with other settings."""

    def save(authority, pool_id, **changed):
        services.save_pool(authority_id=authority.id, pool_id=pool_id, setting=setting(**changed), actor=CLERK, now=now)
        return queries.pool(authority.id, pool_id)

    return save


def test_a_closed_day_behind_hundreds_of_appointments_is_named(authority, pool_of, book, change, now):
    pool = pool_of(authority)
    copies(authority, book(authority, pool), 500)
    late = book(authority, pool, clock(8, day=NEXT_WEEK), email="jonas.weber@example.org")
    assert queries.outside(authority.id, change(authority, pool, closed=((NEXT_WEEK, NEXT_WEEK),)), now) == [late]


def test_fewer_counters_offer_no_time_at_which_all_of_them_are_taken(authority, pool_of, book, change, now):
    """Three came to be booked at eight; one of them cancels: two are left, and two counters."""
    pool = pool_of(authority, places=3)
    one, two, three = (book(authority, pool) for _ in range(3))
    found = change(authority, pool, places=2)
    assert {row.id for row in queries.outside(authority.id, found, now)} == {one.id, two.id, three.id}
    services.cancel(authority_id=authority.id, booking_id=one.id, reason="", actor=CITIZEN, now=now)
    assert queries.outside(authority.id, found, now) == []
    assert clock(8) not in queries.free_days(authority.id, found, SERVICE, TOMORROW, now, most=1)[0].times
    with pytest.raises(Refused, match="time_taken"):
        book(authority, pool)


@pytest.mark.parametrize("actor", [CITIZEN, CLERK])
def test_moved_it_takes_as_long_as_it_was_booked(authority, pool_of, book, change, now, actor):
    """Booked for 45 minutes, it does not end after the counter closes."""
    pool = pool_of(authority, services={SERVICE: 45})
    one = book(authority, pool)
    found = change(authority, pool, services={SERVICE: 10})
    offered = queries.free_days(authority.id, queries.for_moving(found, one), SERVICE, TOMORROW, now, most=1)[0].times
    assert offered[-1] == clock(11, 15)
    with pytest.raises(Refused, match="time_taken"):
        services.move(authority_id=authority.id, booking_id=one.id, begins=clock(11, 45), actor=actor, now=now)
    services.move(authority_id=authority.id, booking_id=one.id, begins=clock(11, 15), actor=actor, now=now)


def test_hours_that_begin_between_the_five_minutes_are_refused(authority, pool_of, change):
    """A place is kept by five minutes: what began between them could be given twice."""
    hours = (Span(1, time(8, 3), time(12)),)
    with pytest.raises(Refused) as refused:
        change(authority, pool_of(authority), hours=hours)
    assert (refused.value.code, refused.value.field) == ("hours_raster", "hours")


def test_only_the_offered_distances_between_two_times_are_taken(authority, pool_of):
    with pytest.raises(Refused) as refused:
        pool_of(authority, every=7)
    assert refused.value.field == "every"


def test_where_citizens_cannot_book_any_more_a_colleague_still_moves(authority, pool_of, book, change, now):
    pool = pool_of(authority)
    one = book(authority, pool)
    change(authority, pool, active=False)
    move = {"authority_id": authority.id, "booking_id": one.id, "begins": clock(9), "now": now}
    with pytest.raises(Refused, match="time_taken"):
        services.move(actor=CITIZEN, **move)
    assert services.move(actor=CLERK, **move).begins == clock(9)


def test_two_places_never_get_one_name(authority, pool_of, change):
    pool_of(authority, name="Standesamt")
    with pytest.raises(Refused, match="pool_name"):
        change(authority, pool_of(authority), name="Standesamt")
