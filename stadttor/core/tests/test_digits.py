import sys
import unicodedata

import pytest

from stadttor.core.digits import western


@pytest.mark.parametrize("typed", ["٩١٧٨١", "۹۱۷۸۱", "९१७८१", "９１７８１", "91781"])
def test_digits_of_every_script_are_understood(typed: str) -> None:
    assert western(typed) == "91781"


def test_nothing_else_changes() -> None:
    assert western("m² ½ Ⅷ مرحبا 12 a") == "m² ½ Ⅷ مرحبا 12 a"


def test_digits_come_in_rows_of_ten() -> None:
    """The browser has no table of digits: it counts back to the beginning of the row."""
    digits = [point for point in range(sys.maxunicode) if unicodedata.category(chr(point)) == "Nd"]
    for place, point in enumerate(digits):
        before = place
        while before and digits[before - 1] == digits[before] - 1:
            before -= 1
        assert (place - before) % 10 == unicodedata.decimal(chr(point))
