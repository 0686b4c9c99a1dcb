"""Our holidays against a list that others keep."""

from datetime import date

import pytest
from holidays.countries.germany import Germany

from stadttor.core.holidays import holidays_of

LAENDER = ("BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH")


@pytest.mark.parametrize("land", ["", *LAENDER])
@pytest.mark.parametrize("year", range(2024, 2045))
def test_the_holidays_of_each_land_are_those_others_know(land, year):
    theirs = frozenset(Germany(subdiv=land or None, years=year))
    assert holidays_of(land, year) == theirs


def test_assumption_is_a_holiday_where_the_municipality_says_so():
    day = date(2027, 8, 15)
    assert day in holidays_of("BY+assumption", 2027)
    assert day not in holidays_of("BY", 2027)
    assert holidays_of("BY+assumption", 2027) - {day} == holidays_of("BY", 2027)


def test_augsburg_and_the_catholic_parts_of_saxony_have_theirs():
    assert date(2027, 8, 8) in holidays_of("BY+assumption+augsburg_peace", 2027)
    assert date(2027, 5, 27) in holidays_of("SN+corpus_christi", 2027)
    assert date(2027, 5, 27) not in holidays_of("SN", 2027)


def test_in_bavaria_epiphany_is_a_holiday_and_reformation_day_is_not():
    found = holidays_of("BY", 2027)
    assert date(2027, 1, 6) in found
    assert date(2027, 10, 31) not in found
