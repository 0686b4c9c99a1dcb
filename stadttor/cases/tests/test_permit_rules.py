"""When a permit is valid, how plates are told apart, what cannot end."""

from datetime import date, timedelta

import pytest

from stadttor.cases.rules.permits import is_valid, must_be_endable, plate_key, plates_in
from stadttor.core.refused import Refused

FIRST, LAST, DAY = date(2026, 1, 1), date(2026, 12, 31), timedelta(days=1)


@pytest.mark.parametrize(("day", "valid"), [(FIRST - DAY, False), (FIRST, True), (LAST, True), (LAST + DAY, False)])
def test_first_and_last_day_are_both_included(day, valid):
    assert is_valid("valid", FIRST, LAST, None, day) is valid


@pytest.mark.parametrize("state", ["returned", "revoked", "replaced"])
def test_what_was_ended_counts_until_the_day_from_which_it_does_not(state):
    ended = date(2026, 6, 1)
    assert is_valid(state, FIRST, LAST, ended, ended - DAY)
    assert not is_valid(state, FIRST, LAST, ended, ended)


@pytest.mark.parametrize("typed", ["WUG-AY 88E", "wug ay 88 e", "WUGAY88E", "wug_ay·88e"])
def test_the_same_car_however_it_is_typed(typed):
    assert plate_key(typed) == "WUGAY88E"


def test_letters_of_german_places_stay():
    assert plate_key("TÜ-ÄB 1") == "TÜÄB1"


def test_several_plates_may_stand_in_one_answer():
    assert plates_in(("WUG-AY 88", "", "WUG-AB 1, WUG-CD 2 und WUG-AY 88")) == ("WUG-AY 88", "WUG-AB 1", "WUG-CD 2")


@pytest.mark.parametrize(
    ("state", "day", "code"),
    [
        ("revoked", FIRST, "permit_ended"),
        ("valid", FIRST - DAY, "ended_early"),
        ("valid", FIRST + timedelta(days=800), "ended_far"),
    ],
)
def test_what_cannot_end_so_is_refused(state, day, code):
    with pytest.raises(Refused) as refusal:
        must_be_endable(state, day, FIRST, FIRST)
    assert refusal.value.code == code


def test_what_a_bescheid_ends_ends_when_that_is_known_and_not_before():
    known = FIRST + 4 * DAY
    must_be_endable("valid", known, FIRST, FIRST, known)
    with pytest.raises(Refused) as refusal:
        must_be_endable("valid", known - DAY, FIRST, FIRST, known)
    assert (refusal.value.code, refusal.value.values) == ("ended_before_known", {"day": known})
