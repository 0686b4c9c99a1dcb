"""A yearly tax: how much a year owes, which year is assessed, on which days it is due."""

from datetime import date

import pytest

from stadttor.payments.rules.instalments import (
    Instalment,
    Span,
    assessed_year,
    earlier_years,
    instalments,
    lowered,
    of_year,
)

QUARTERS = ["15.11.", "15.02.", "15.05.", "15.08."]


@pytest.mark.parametrize(
    ("begins", "pro_rata", "cents"),
    [
        (date(2026, 1, 1), True, 5000),
        (date(2025, 7, 1), True, 5000),
        (date(2026, 12, 1), True, 416),
        (date(2026, 6, 1), True, 2916),
        (date(2026, 12, 1), False, 5000),
        (date(2027, 1, 1), True, 0),
        (date(2027, 1, 1), False, 0),
    ],
)
def test_a_year_owes_its_months(begins: date, pro_rata: bool, cents: int) -> None:
    assert of_year([Span(5000, begins)], 2026, pro_rata=pro_rata) == cents


def test_this_year_is_assessed_or_the_first_that_owes_anything() -> None:
    today = date(2026, 11, 23)
    assert assessed_year([date(2024, 3, 1), date(2027, 1, 1)], today) == 2026
    assert assessed_year([date(2027, 1, 1), date(2028, 1, 1)], today) == 2027
    assert assessed_year([], today) == 2026


def test_earlier_years_go_back_to_the_first_that_owes_and_no_further_than_the_period() -> None:
    assert list(earlier_years([date(2024, 3, 1), date(2025, 1, 1)], 2026, 4)) == [2024, 2025]
    assert list(earlier_years([date(2019, 3, 1)], 2026, 4)) == [2022, 2023, 2024, 2025]
    assert list(earlier_years([date(2019, 3, 1)], 2026, 0)) == []
    assert list(earlier_years([date(2027, 1, 1)], 2027, 4)) == []


def due(cents: int, begins: date, earliest: date, days: list[str] = QUARTERS, year: int = 2027) -> list[Instalment]:
    return list(instalments(cents, year=year, begins=begins, days=days, earliest=earliest))


def test_a_whole_year_falls_due_in_equal_parts_with_the_odd_cents_first() -> None:
    found = due(5001, date(2027, 1, 1), date(2026, 12, 28))
    assert [(one.due.isoformat(), one.cents) for one in found] == [
        ("2027-02-15", 1251), ("2027-05-15", 1250), ("2027-08-15", 1250), ("2027-11-15", 1250),
    ]  # fmt: skip


def test_a_year_that_begins_later_has_the_days_that_are_left() -> None:
    assert due(2916, date(2027, 6, 1), date(2027, 6, 20)) == [
        Instalment(date(2027, 8, 15), 1458),
        Instalment(date(2027, 11, 15), 1458),
    ]


def test_what_would_be_due_before_the_letter_can_be_paid_is_due_in_one_sum() -> None:
    assert due(5000, date(2025, 1, 1), date(2027, 8, 28)) == [
        Instalment(date(2027, 8, 28), 3750),
        Instalment(date(2027, 11, 15), 1250),
    ]


def test_with_no_day_left_all_is_due_at_once() -> None:
    assert due(416, date(2027, 12, 1), date(2027, 12, 28)) == [Instalment(date(2027, 12, 28), 416)]


def test_one_day_a_year_asks_for_the_years_amount() -> None:
    assert due(5000, date(2026, 3, 1), date(2026, 12, 28), ["01.07."]) == [Instalment(date(2027, 7, 1), 5000)]


def test_less_than_a_cent_for_each_day_asks_for_nothing_on_the_others() -> None:
    assert due(2, date(2027, 1, 1), date(2026, 12, 28)) == [
        Instalment(date(2027, 2, 15), 1),
        Instalment(date(2027, 5, 15), 1),
    ]


def test_nothing_is_due_for_nothing() -> None:
    assert due(0, date(2027, 1, 1), date(2026, 12, 28)) == []


def test_the_29th_of_february_is_there_every_year() -> None:
    assert due(100, date(2027, 1, 1), date(2026, 12, 28), ["29.02."]) == [Instalment(date(2027, 2, 28), 100)]


def test_a_rate_that_changes_counts_for_its_months_and_what_has_ended_for_none() -> None:
    up = [Span(7500, date(2026, 1, 1), date(2026, 3, 31)), Span(5000, date(2026, 4, 1))]
    assert of_year(up, 2026, pro_rata=True) == (7500 * 3 + 5000 * 9) // 12
    assert of_year(up, 2026, pro_rata=False) == 7500
    assert of_year(up, 2027, pro_rata=False) == 5000
    gone = [Span(5000, date(2025, 6, 1), date(2026, 4, 30))]
    assert [of_year(gone, year, pro_rata=True) for year in (2025, 2026, 2027)] == [2916, 1666, 0]
    assert of_year([Span(5000, date(2026, 5, 1), date(2026, 4, 30))], 2026, pro_rata=True) == 0


YEAR = tuple(Instalment(date(2027, month, 15), 1250) for month in (2, 5, 8, 11))


@pytest.mark.parametrize(
    ("cents", "today", "left"),
    [
        (2500, date(2027, 6, 30), [1250, 1250, 0, 0]),
        (3333, date(2027, 6, 30), [1250, 1250, 417, 416]),
        (416, date(2027, 6, 30), [416, 0, 0, 0]),
        (0, date(2027, 1, 2), [0, 0, 0, 0]),
        (416, date(2027, 1, 2), [104, 104, 104, 104]),
        (4583, date(2027, 11, 15), [1250, 1250, 1250, 833]),
        (5000, date(2027, 6, 30), [1250, 1250, 1250, 1250]),
        (6000, date(2027, 6, 30), [1250, 1250, 1250, 1250]),
    ],
)
def test_what_is_due_later_gives_way_first_and_then_the_latest_that_was_due(
    cents: int, today: date, left: list[int]
) -> None:
    assert [one.cents for one in lowered(YEAR, cents, today)] == left


def test_no_instalment_rises_where_they_differ() -> None:
    uneven = (
        Instalment(date(2027, 8, 15), 3),
        Instalment(date(2027, 8, 28), 3750),
        Instalment(date(2027, 11, 15), 1250),
    )
    found = lowered(uneven, 5002, date(2027, 7, 1))
    assert sum(one.cents for one in found) == 5002
    assert all(now.cents <= before.cents for now, before in zip(found, uneven, strict=True))
