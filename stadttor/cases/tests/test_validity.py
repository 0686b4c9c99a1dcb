from datetime import date

import pytest

from stadttor.cases.rules import Permit, Validity
from stadttor.cases.rules.validity import last_day
from stadttor.core.refused import Refused

TODAY = date(2026, 11, 23)
PERMIT = Permit(("granted",), date(2026, 12, 1), 12)


@pytest.mark.parametrize(
    ("begins", "months", "ends"),
    [
        (date(2026, 12, 1), 12, date(2027, 11, 30)),
        (date(2026, 12, 1), 6, date(2027, 5, 31)),
        (date(2026, 12, 15), 24, date(2028, 12, 14)),
        (date(2027, 1, 1), 12, date(2027, 12, 31)),
        # Leap years: to 29 February where there is one, and from it.
        (date(2027, 3, 1), 12, date(2028, 2, 29)),
        (date(2028, 3, 1), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 28)),
        # The month of the end has no such day.
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 8, 30), 6, date(2028, 2, 29)),
        (date(2026, 12, 31), 6, date(2027, 6, 30)),
    ],
)
def test_the_last_day(begins: date, months: int, ends: date) -> None:
    assert last_day(begins, months) == ends


def test_the_application_says_from_when_and_how_long() -> None:
    assert PERMIT.validity(None, None, TODAY) == Validity(date(2026, 12, 1), date(2027, 11, 30))


def test_the_clerk_may_say_otherwise() -> None:
    assert PERMIT.validity(date(2027, 1, 1), None, TODAY) == Validity(date(2027, 1, 1), date(2027, 12, 31))
    assert PERMIT.validity(None, date(2027, 3, 31), TODAY) == Validity(date(2026, 12, 1), date(2027, 3, 31))


def test_a_replacement_begins_today_and_the_clerk_says_until_when() -> None:
    replacement = Permit(("granted",))
    assert replacement.validity(None, date(2027, 3, 31), TODAY) == Validity(TODAY, date(2027, 3, 31))
    with pytest.raises(Refused) as refused:
        replacement.validity(None, None, TODAY)
    assert (refused.value.code, refused.value.field) == ("validity_missing", "valid_until")


def test_no_permit_ends_before_it_begins() -> None:
    with pytest.raises(Refused, match="validity_order"):
        PERMIT.validity(None, date(2026, 11, 30), TODAY)


@pytest.mark.parametrize(
    ("begins", "ends", "field"),
    [
        (date(9999, 12, 1), None, "valid_from"),  # Report: the page of the decision broke
        (date(26, 1, 1), date(2027, 1, 1), "valid_from"),
        (date(2025, 11, 22), date(2027, 1, 1), "valid_from"),
        (date(2056, 11, 24), None, "valid_from"),
        (None, date(2086, 1, 1), "valid_until"),
        (date(2026, 1, 1), date(2026, 11, 22), "valid_until"),
    ],
)
def test_days_that_can_only_be_mistyped_are_refused(begins: date | None, ends: date | None, field: str) -> None:
    with pytest.raises(Refused) as refused:
        PERMIT.validity(begins, ends, TODAY)
    assert refused.value.field == field


def test_a_permit_may_begin_in_the_past_and_end_today() -> None:
    assert PERMIT.validity(date(2025, 11, 24), TODAY, TODAY).ends == TODAY


@pytest.mark.parametrize(("begins", "months"), [(date(9999, 12, 1), 12), (date(2026, 1, 1), 10**9)])
def test_no_application_makes_its_decision_impossible(begins: date, months: int) -> None:
    """The clerk sees the page with the wrong day and can say another one."""
    assert last_day(begins, months) == date.max
    asked = Permit(("granted",), begins, months)
    assert asked.validity(TODAY, date(2027, 1, 1), TODAY) == Validity(TODAY, date(2027, 1, 1))
