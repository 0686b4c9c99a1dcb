"""What stands still on its way out is found after the second night, and not before."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from stadttor.ground.clock import german_day
from stadttor.privacy import queries, services

pytestmark = pytest.mark.db

CLOSED = datetime(2026, 11, 23, 9, tzinfo=UTC)
OVER = date(2030, 1, 1)
"""The first day after three years, counted from the end of 2026."""
MOST = 10


def at(day, hour=2):
    return datetime.combine(day, time(hour, tzinfo=UTC))


def night(authority, day):
    return services.keep_time(authority_id=authority.id, now=at(day))


def late(authority, day):
    return queries.late_nights(authority.id, at(day, hour=12), MOST)


def offered(authority, closed, organiser, now):
    """A case that waits for the archive: its id, that of its offer, the archive's last day."""
    case_id = closed(CLOSED)
    for day in (german_day(CLOSED), OVER):
        night(authority, day)
    [offer] = queries.offers(organiser, now)
    return case_id, offer.id, offer.answer_by


def test_a_closed_case_that_no_night_counted_is_late(authority, closed):
    case_id = closed(CLOSED)
    assert late(authority, german_day(CLOSED) + timedelta(days=1)) == []
    assert late(authority, german_day(CLOSED) + timedelta(days=3)) == [case_id]


def test_a_case_that_was_not_offered_is_late_from_the_second_night_on(authority, closed):
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    assert late(authority, OVER) == []
    assert late(authority, OVER + timedelta(days=2)) == [case_id]
    night(authority, OVER + timedelta(days=2))
    assert late(authority, OVER + timedelta(days=2)) == []


def test_a_case_the_archive_did_not_want_must_be_gone_after_two_nights(authority, closed, organiser, now):
    case_id, offer_id, answer_by = offered(authority, closed, organiser, now)
    assert late(authority, answer_by) == []
    services.answer_offer(staff=organiser, retention_id=offer_id, answer="refused", now=at(OVER, hour=9))
    assert late(authority, OVER + timedelta(days=1)) == []
    assert late(authority, OVER + timedelta(days=3)) == [case_id]


def test_what_the_archive_did_not_answer_in_time_is_late(authority, closed, organiser, now):
    case_id, _offer_id, answer_by = offered(authority, closed, organiser, now)
    assert late(authority, answer_by + timedelta(days=1)) == []
    assert late(authority, answer_by + timedelta(days=3)) == [case_id]


def test_a_held_case_is_not_late_and_gets_its_nights_when_the_hold_ends(authority, closed, lead):
    case_id = closed(CLOSED)
    night(authority, german_day(CLOSED))
    services.hold(staff=lead, case_id=case_id, reason="Klage", until=None, now=CLOSED)
    ended = OVER + timedelta(days=400)
    assert late(authority, ended) == []
    services.lift(staff=lead, case_id=case_id, now=at(ended))
    assert late(authority, ended) == []
    assert late(authority, ended + timedelta(days=3)) == [case_id]


def test_what_the_archive_wants_and_has_not_got_is_told_after_three_months(authority, closed, organiser, now):
    case_id, offer_id, _answer_by = offered(authority, closed, organiser, now)
    services.answer_offer(staff=organiser, retention_id=offer_id, answer="accepted", now=at(OVER))
    waits = [queries.late_hand_overs(authority.id, at(OVER + timedelta(days=days)), MOST) for days in (90, 91)]
    assert waits == [[], [case_id]]
    assert late(authority, OVER + timedelta(days=400)) == []
