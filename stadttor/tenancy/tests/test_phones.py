"""Telephone numbers as DIN 5008 writes them."""

import pytest

from stadttor.tenancy.rules.phones import written


@pytest.mark.parametrize(
    ("typed", "norm"),
    [
        ("09141 907-0", "09141 907-0"),
        ("(09141) 907-0", "09141 907-0"),
        ("(09141)907 - 0", "09141 907-0"),
        ("09141 / 907–0", "09141 907-0"),
        ("+49 (0)9141 907-0", "+49 9141 907-0"),
        (" 115 ", "115"),
        ("", ""),
    ],
)
def test_a_number_is_written_as_the_norm_says(typed: str, norm: str) -> None:
    assert written(typed) == norm
