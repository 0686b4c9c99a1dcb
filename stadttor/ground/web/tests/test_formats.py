from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from babel.numbers import format_decimal

from stadttor.ground.web import formats
from stadttor.ground.web.language import speaking

AFTERNOON = datetime(2026, 11, 22, 13, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tag", "money", "day"),
    [
        ("de", "1.234,50 €", "22. November 2026"),
        ("en", "€1,234.50", "22 November 2026"),
        ("tr", "€1.234,50", "22 Kasım 2026"),
        ("uk", "1 234,50 €", "22 листопада 2026 р."),
    ],
)
def test_money_and_dates_follow_the_language(tag, money, day):
    with speaking(tag):
        assert formats.money(123450).replace("\xa0", " ").replace("\u202f", " ") == money
        assert formats.day("2026-11-22").replace("\u202f", " ") == day


def test_arabic_pages_show_the_digits_people_type_in_germany():
    with speaking("ar"):
        assert "1,234" in formats.number(1234)
        assert "2026" in formats.day(date(2026, 11, 22))


@pytest.mark.parametrize("value", [0, 7, 1234, 98_765_432, -1234, 1234.0, 1234.5, -0.0, Decimal("1234.50")])
def test_a_number_is_what_babel_writes_each_time_in_each_language(value):
    for tag in ("de", "ar", "tr", "uk", "de") * 2:
        with speaking(tag):
            assert formats.number(value) == format_decimal(value, locale=formats.locale(), numbering_system="latn")


def test_moments_are_in_german_time():
    with speaking("de"):
        assert formats.clock(AFTERNOON) == "14:03"
        assert formats.moment(AFTERNOON) == "22.11.2026, 14:03"


def test_sizes():
    with speaking("de"):
        assert [formats.filesize(size) for size in (0, 90, 90_000, 1_234_567)] == ["", "1 kB", "90 kB", "1,2 MB"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("2026-12-01", ("1", "12", "2026")),
        (date(2026, 3, 9), ("9", "3", "2026")),
        ({"day": "31", "month": "2", "year": ""}, ("31", "2", "")),
        (None, ("", "", "")),
        ("gestern", ("", "", "gestern")),
    ],
)
def test_a_date_field_shows_what_is_stored_or_what_was_typed(value, shown):
    assert tuple(formats.date_parts(value).values()) == shown


def test_countries_are_sorted_in_the_readers_language():
    with speaking("de"):
        names = [country["label"] for country in formats.countries()]
        assert names.index("Ägypten") < names.index("Belgien")
        assert formats.country("UA") == "Ukraine"
    with speaking("ar"):
        assert formats.country("DE") == "ألمانيا"
    assert "EU" not in {country["value"] for country in formats.countries()}
