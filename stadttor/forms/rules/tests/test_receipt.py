"""The check character notices every slip of one character and every swap of neighbours."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from stadttor.forms.rules.receipt import ALPHABET, RANDOM, is_well_formed, receipt_number

numbers = st.binary(min_size=16, max_size=16).map(lambda randomness: receipt_number("WEI", 2026, randomness))
# The places of the eight characters in `WEI-2026-4F7K-92QM`.
PLACES = (9, 10, 11, 12, 14, 15, 16, 17)


@given(numbers)
def test_every_number_is_well_formed(number):
    assert is_well_formed(number)
    assert len(number) == len("WEI-2026-") + RANDOM + 2


@given(numbers)
def test_every_single_wrong_character_is_noticed(number):
    for place in PLACES:
        for wrong in set(ALPHABET) - {number[place]}:
            assert not is_well_formed(number[:place] + wrong + number[place + 1 :])


@given(numbers)
def test_every_swap_of_neighbours_is_noticed(number):
    for here, there in itertools.pairwise(PLACES):
        swapped = list(number)
        swapped[here], swapped[there] = swapped[there], swapped[here]
        assert number[here] == number[there] or not is_well_formed("".join(swapped))


@given(st.text(max_size=30))
def test_anything_else_is_no_number_and_no_error(text):
    is_well_formed(text)


def test_the_check_character_is_weighted():
    """The twin: a plain sum lets every swap pass."""
    body = "4F7K92Q"
    assert sum(map(ALPHABET.index, body)) == sum(map(ALPHABET.index, "F47K92Q"))
