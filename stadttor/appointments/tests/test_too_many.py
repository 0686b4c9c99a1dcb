"""One person does not book everything, and nobody fills somebody else's letterbox."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from stadttor.appointments import services
from stadttor.appointments.models import Booking
from stadttor.appointments.tests.conftest import TOMORROW, clock
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.work import work

pytestmark = pytest.mark.db
CLERK = Actor("staff", None, "Herr Olsen")


def test_capital_letters_make_no_other_address(authority, pool_of, book):
    pool = pool_of(authority)
    for hour, email in enumerate(("a@example.org", "A@example.org", "a@Example.org", "A@EXAMPLE.org"), 8):
        book(authority, pool, clock(hour), email=email)
    book(authority, pool, clock(8, 15), email="A@EXAMPLE.ORG")
    with pytest.raises(Refused, match="too_many_appointments"):
        book(authority, pool, clock(8, 30), email="a@example.Org")


def test_ten_forms_at_one_moment_are_five_appointments(authority, pool_of, book):
    pool = pool_of(authority, places=10)

    def one(_: int) -> str:
        from django.db import connections

        try:
            book(authority, pool)
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "booked"

    with ThreadPoolExecutor(10) as forms:
        became = sorted(forms.map(one, range(10)))
    assert became == ["booked"] * 5 + ["too_many_appointments"] * 5
    with work(authority.id):
        assert Booking.objects.filter(authority_id=authority.id).count() == 5


def test_to_and_fro_ends_after_five_times_and_a_colleague_helps(authority, pool_of, book, now):
    one = book(authority, pool_of(authority))
    move = {"authority_id": authority.id, "booking_id": one.id, "now": now}
    for number in range(5):
        services.move(begins=clock(9, 15 * (number % 2)), actor=CITIZEN, **move)
    with pytest.raises(Refused) as refused:
        services.move(begins=clock(10), actor=CITIZEN, **move)
    assert (refused.value.code, refused.value.field) == ("moved_too_often", "zeit")
    assert services.move(begins=clock(10), actor=CLERK, **move).begins == clock(10)


def test_booked_and_cancelled_over_and_over_it_ends_until_tomorrow(authority, pool_of, book, now):
    pool = pool_of(authority)
    for _ in range(10):
        row = book(authority, pool)
        services.cancel(authority_id=authority.id, booking_id=row.id, reason="", actor=CITIZEN, now=now)
    with pytest.raises(Refused, match="cancelled_too_often"):
        book(authority, pool)
    assert (
        book(authority, pool, clock(8, day=TOMORROW + timedelta(days=2)), at=now + timedelta(days=1)).state == "booked"
    )


def test_who_holds_five_and_cancels_one_books_another(authority, pool_of, book, now):
    pool = pool_of(authority)
    held = [book(authority, pool, clock(8) + timedelta(minutes=15 * number)) for number in range(5)]
    services.cancel(authority_id=authority.id, booking_id=held[0].id, reason="", actor=CITIZEN, now=now)
    assert book(authority, pool, clock(11)).state == "booked"
