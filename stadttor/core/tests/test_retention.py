from datetime import date

import pytest

from stadttor.core.retention import last_day, months_after


@pytest.mark.parametrize(
    ("closed", "period", "last"),
    [
        (date(2026, 1, 1), "P3Y", date(2029, 12, 31)),
        (date(2026, 12, 31), "P3Y", date(2029, 12, 31)),
        (date(2026, 11, 23), "P90D", date(2027, 2, 21)),
        (date(2026, 8, 31), "P6M", date(2027, 2, 28)),
        (date(2028, 2, 29), "P10Y", date(2038, 12, 31)),
        (date(2026, 11, 23), "P99999Y", date.max),
        (date(2026, 11, 23), "P99999M", date.max),
    ],
)
def test_years_run_from_the_end_of_the_year_months_and_days_from_the_day(closed, period, last):
    assert last_day(closed, period) == last


def test_months_end_on_the_last_day_of_a_shorter_one():
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 15), 1) == date(2027, 1, 15)
