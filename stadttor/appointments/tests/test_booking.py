"""One place is given once; the same form is one appointment; a move is whole or nothing."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import psycopg
import pytest

from stadttor.appointments import queries, services
from stadttor.appointments.models import Booking, TakenStep
from stadttor.appointments.secrets import new_token
from stadttor.appointments.tests.conftest import SERVICE, TOMORROW, clock
from stadttor.core.refused import Refused
from stadttor.ground.actor import CITIZEN, Actor
from stadttor.ground.launcher.dsn import changed
from stadttor.ground.launcher.postgres import SUPERUSER
from stadttor.ground.models import AuditEntry
from stadttor.ground.work import work
from stadttor.notices.models import Mail

pytestmark = pytest.mark.db
CLERK = Actor("staff", None, "Herr Olsen")


def free(authority, pool_id, now, slug=SERVICE):
    found = queries.pool(authority.id, pool_id)
    return [one for day in queries.free_days(authority.id, found, slug, TOMORROW, now, most=1) for one in day.times]


def mails(authority):
    with work(authority.id):
        return list(
            Mail.objects.filter(authority_id=authority.id).order_by("created", "kind").values_list("kind", flat=True)
        )


def test_a_booked_time_is_free_as_long_as_there_is_another_counter(authority, pool_of, book, now):
    pool = pool_of(authority, places=2)
    for _ in range(2):
        assert clock(8) in free(authority, pool, now)
        book(authority, pool)
    assert clock(8) not in free(authority, pool, now)
    with pytest.raises(Refused, match="time_taken"):
        book(authority, pool)


def test_a_longer_service_needs_the_whole_time(authority, pool_of, book, now):
    pool = pool_of(authority, places=1, every=5)
    book(authority, pool, clock(8, 20))
    assert [f"{one.minute}" for one in free(authority, pool, now, "reisepass")[:2]] == ["0", "35"]


def test_the_same_form_sent_again_is_the_same_appointment(authority, pool_of, book, now):
    pool, token = pool_of(authority, places=2), new_token()
    one = book(authority, pool, token=token)
    assert book(authority, pool, token=token, begins=clock(9)) == one
    with work(authority.id):
        assert TakenStep.objects.filter(authority_id=authority.id).count() == 3
        assert AuditEntry.objects.filter(authority_id=authority.id, act="appointment.booked").count() == 1
    assert mails(authority) == ["appointment"]


def test_twenty_people_and_three_counters(authority, pool_of, book):
    """Everybody at the same moment, over connections of their own."""
    pool = pool_of(authority, places=3)

    def one(_: int) -> str:
        from django.db import connections

        try:
            book(authority, pool)
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "booked"

    with ThreadPoolExecutor(20) as people:
        became = sorted(people.map(one, range(20)))
    assert became.count("booked") <= 3
    assert set(became) == {"booked", "time_taken"} | ({"too_many_appointments"} & set(became))
    with work(authority.id):
        assert Booking.objects.filter(authority_id=authority.id).count() == became.count("booked") == 3


def test_without_the_constraint_a_place_is_given_twice(authority, pool_of, book, database, monkeypatch):
    """The twin of the guard: what looks free to two at once is written by both."""
    pool = pool_of(authority, places=1)
    from stadttor.appointments.services import taking

    monkeypatch.setattr(taking, "_places", lambda *_: [0])
    book(authority, pool)
    with pytest.raises(Refused, match="time_taken"):
        book(authority, pool)
    address = changed(database["STADTTOR_OWNER_URL"], user=SUPERUSER)
    with psycopg.connect(address, autocommit=True) as admin:
        columns = "authority_id, pool_id, begins, place"
        admin.execute("ALTER TABLE appointments_takenstep DROP CONSTRAINT appointment_place_once")
        try:
            book(authority, pool)
        finally:
            admin.execute("DELETE FROM appointments_takenstep")
            admin.execute(
                f"ALTER TABLE appointments_takenstep ADD CONSTRAINT appointment_place_once UNIQUE ({columns})"
            )
    with work(authority.id):
        assert Booking.objects.filter(authority_id=authority.id).count() == 2


@pytest.mark.parametrize(
    ("begins", "service"),
    [
        (clock(12), SERVICE),
        (clock(8, 7), SERVICE),
        (clock(8), "hundesteuer"),
        (clock(8, day=TOMORROW + timedelta(300)), SERVICE),
    ],
    ids=["closed", "between", "another service", "too far"],
)
def test_only_what_is_offered_can_be_booked(authority, pool_of, book, begins, service):
    with pytest.raises(Refused, match="time_taken"):
        book(authority, pool_of(authority), begins, service=service)


def test_a_pool_of_the_neighbour_is_none(authority, neighbour, pool_of, book):
    with pytest.raises(Refused, match="time_taken"):
        book(authority, pool_of(neighbour))


@pytest.mark.parametrize(
    ("about", "field"), [({"name": ""}, "name"), ({"email": ""}, "email"), ({"email": "amira"}, "email")]
)
def test_what_is_missing_is_said(authority, pool_of, book, about, field):
    with pytest.raises(Refused) as refused:
        book(authority, pool_of(authority), **about)
    assert refused.value.field == field


def test_a_secret_that_can_be_guessed_opens_nothing(authority, pool_of, book):
    with pytest.raises(Refused, match="form_broken"):
        book(authority, pool_of(authority), token="eins")


def test_nobody_holds_more_than_five_times(authority, pool_of, book):
    pool = pool_of(authority)
    for minutes in range(0, 75, 15):
        book(authority, pool, clock(8) + timedelta(minutes=minutes))
    with pytest.raises(Refused, match="too_many_appointments"):
        book(authority, pool, clock(11))


def test_a_colleague_books_without_notice_and_without_an_address(authority, pool_of, book, now):
    pool = pool_of(authority)
    begins = clock(10, 15, now.date())
    with pytest.raises(Refused, match="time_taken"):
        book(authority, pool, begins)
    assert book(authority, pool, begins, actor=CLERK, email="").email == ""
    assert mails(authority) == []


# Moving and cancelling


def test_moved_the_old_time_is_free_again(authority, pool_of, book, now):
    pool = pool_of(authority, places=1)
    one = book(authority, pool)
    moved = services.move(authority_id=authority.id, booking_id=one.id, begins=clock(9), actor=CITIZEN, now=now)
    assert (moved.begins, moved.sequence, moved.number) == (clock(9), 1, one.number)
    times = free(authority, pool, now)
    assert clock(8) in times
    assert clock(9) not in times
    assert mails(authority) == ["appointment", "appointment_moved"]


def test_moved_by_less_than_its_length_it_keeps_what_it_has(authority, pool_of, book, now):
    pool = pool_of(authority, places=1, every=5)
    one = book(authority, pool)
    services.move(authority_id=authority.id, booking_id=one.id, begins=clock(8, 5), actor=CITIZEN, now=now)
    with work(authority.id):
        steps = queries.own_steps(authority.id, one.id)
    assert [step.begins for step in steps] == [clock(8, 5), clock(8, 10), clock(8, 15)]


def test_a_time_that_is_taken_leaves_the_old_one(authority, pool_of, book, now):
    pool = pool_of(authority, places=1)
    one, _other = book(authority, pool), book(authority, pool, clock(9))
    with pytest.raises(Refused, match="time_taken"):
        services.move(authority_id=authority.id, booking_id=one.id, begins=clock(9), actor=CITIZEN, now=now)
    assert queries.booking(authority.id, one.id) == one


def test_cancelled_it_is_free_again_and_stays_cancelled(authority, pool_of, book, now):
    pool = pool_of(authority, places=1)
    one = book(authority, pool)
    for _ in range(2):
        services.cancel(authority_id=authority.id, booking_id=one.id, reason="", actor=CITIZEN, now=now)
    assert clock(8) in free(authority, pool, now)
    assert mails(authority) == ["appointment", "appointment_cancelled"]
    with pytest.raises(Refused, match="appointment_over"):
        services.move(authority_id=authority.id, booking_id=one.id, begins=clock(9), actor=CITIZEN, now=now)


def test_a_colleague_says_why(authority, pool_of, book, now):
    one = book(authority, pool_of(authority))
    cancel = {"authority_id": authority.id, "booking_id": one.id, "actor": CLERK, "now": now}
    with pytest.raises(Refused, match="reason_missing"):
        services.cancel(reason=" ", **cancel)
    assert services.cancel(reason="Frau Adler ist krank.", **cancel).reason == "Frau Adler ist krank."


def test_what_has_begun_is_neither_moved_nor_cancelled(authority, pool_of, book):
    one = book(authority, pool_of(authority))
    for verb, more in ((services.move, {"begins": clock(9)}), (services.cancel, {"reason": ""})):
        with pytest.raises(Refused, match="appointment_over"):
            verb(authority_id=authority.id, booking_id=one.id, actor=CITIZEN, now=clock(8), **more)


# On the day


def test_marks_follow_each_other(authority, pool_of, book, now):
    one = book(authority, pool_of(authority))
    for state in ("came", "done", "done", "came", "booked", "missed", "came"):
        marked = services.mark(authority_id=authority.id, booking_id=one.id, state=state, actor=CLERK, now=now)
        assert marked.state == state
    with pytest.raises(Refused, match="appointment_state"):
        services.mark(authority_id=authority.id, booking_id=one.id, state="missed", actor=CLERK, now=now)
    with pytest.raises(Refused, match="not_found"):
        services.mark(authority_id=authority.id, booking_id=one.id, state="cancelled", actor=CLERK, now=now)


def test_hours_that_changed_leave_what_was_booked_and_name_it(authority, pool_of, book, now):
    from stadttor.appointments.tests.conftest import setting

    pool = pool_of(authority)
    one = book(authority, pool)
    assert queries.outside(authority.id, queries.pool(authority.id, pool), now) == []
    services.save_pool(
        authority_id=authority.id, pool_id=pool, setting=setting(closed=((TOMORROW, TOMORROW),)), actor=CLERK, now=now
    )
    assert queries.outside(authority.id, queries.pool(authority.id, pool), now) == [one]


# Reminding and forgetting


def test_reminded_once_a_day_before(authority, pool_of, book, now):
    pool = pool_of(authority)
    book(authority, pool, clock(10, day=TOMORROW + timedelta(days=2)))
    assert services.remind_coming(authority_id=authority.id, now=now) == 0
    for _ in range(2):
        services.remind_coming(authority_id=authority.id, now=clock(10, 1, TOMORROW + timedelta(days=1)))
    assert mails(authority) == ["appointment", "appointment_soon"]


def test_who_has_just_booked_is_not_reminded(authority, pool_of, book, now):
    book(authority, pool_of(authority))
    assert services.remind_coming(authority_id=authority.id, now=now + timedelta(hours=1)) == 0


def test_booked_a_little_over_a_day_ahead_no_mail_follows_in_an_hour(authority, pool_of, book, now):
    """The reminder was due an hour after it was booked: that is remembered."""
    one = book(authority, pool_of(authority), clock(9), at=clock(9) - timedelta(hours=25))
    assert services.remind_coming(authority_id=authority.id, now=one.begins - timedelta(minutes=10)) == 0
    early = book(authority, one.pool_id, clock(9), at=clock(9) - timedelta(hours=49))
    assert services.remind_coming(authority_id=authority.id, now=early.begins - timedelta(hours=23)) == 1


def test_two_weeks_after_it_was_over_nothing_of_the_person_is_left(authority, pool_of, book, now):
    one = book(authority, pool_of(authority))
    assert services.forget_over(authority_id=authority.id, now=one.ends + timedelta(days=14)) == 0
    assert services.forget_over(authority_id=authority.id, now=one.ends + timedelta(days=14, minutes=1)) == 1
    assert queries.held_booking(authority.id, one.id) == {}
    assert mails(authority) == []
    with work(authority.id):
        entry = AuditEntry.objects.get(authority_id=authority.id, act="appointment.deleted")
    assert entry.details["appointments_booking"] == 1


def test_on_request_it_goes_as_soon_as_nobody_waits_for_it(authority, pool_of, book, now):
    one = book(authority, pool_of(authority))
    with pytest.raises(Refused, match="appointment_coming"):
        services.erase_booking(authority_id=authority.id, booking_id=one.id, actor=CLERK, now=now)
    services.cancel(authority_id=authority.id, booking_id=one.id, reason="", actor=CITIZEN, now=now)
    services.erase_booking(authority_id=authority.id, booking_id=one.id, actor=CLERK, now=now)
    assert queries.held_booking(authority.id, one.id) == {}
