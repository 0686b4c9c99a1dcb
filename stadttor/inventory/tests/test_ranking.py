"""What comes first, and which weight changes that."""

from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadttor.core.refused import Refused
from stadttor.inventory.rules import ranking
from stadttor.inventory.rules.ranking import (
    ALIKE,
    CRITERIA,
    FIRST,
    MARKS,
    MOST_WEIGHT,
    Rated,
    field_of,
    must_be_marks,
    must_be_weights,
    ranked,
    swaps,
    volume_mark,
)

# Crossings are fractions with denominators up to 4: nothing lies between one and a hundredth beyond it.
LITTLE = Fraction(1, 100)


def rated(number, *marks, effort=2):
    return Rated(UUID(int=number), f"Ablauf {number}", dict(zip(CRITERIA, marks, strict=True)), effort)


PARKING, DOGS = rated(1, 5, 5, 1, 3, 3, 3), rated(2, 1, 1, 5, 3, 3, 3)


@pytest.mark.parametrize(
    ("volume", "mark"), [(0, 1), (49, 1), (50, 2), (250, 3), (1_000, 4), (5_000, 5), (9_999_999, 5)]
)
def test_the_mark_of_the_cases_goes_by_steps(volume, mark):
    assert volume_mark(volume) == mark


@pytest.mark.parametrize(
    ("benefit", "effort", "field"),
    [(3, 2, "quick_win"), (3, 3, "project"), (Fraction(29, 10), 2, "later"), (Fraction(29, 10), 3, "never")],
)
def test_the_quarters_of_the_picture(benefit, effort, field):
    assert field_of(Fraction(benefit), effort) == field


def test_weights_make_the_order():
    assert [one.rated for one in ranked([DOGS, PARKING], ALIKE)] == [PARKING, DOGS]
    for_citizens = dict.fromkeys(CRITERIA, 1) | {"complexity": 10}
    assert [one.rated for one in ranked([DOGS, PARKING], for_citizens)] == [DOGS, PARKING]


def test_it_says_which_weight_swaps_the_first():
    (dearer,) = [one for one in swaps([DOGS, PARKING], ALIKE | {"priority": 4}) if one.criterion == "complexity"]
    # 4·4 + 5·4 speak for the permit, 4 times the complexity against it: level at nine.
    assert (dearer.is_up, dearer.at, dearer.rises, dearer.falls) == (True, 9, DOGS, PARKING)


def test_equal_ones_stand_by_effort_and_any_weight_that_tells_them_apart_swaps_them():
    cheap, dear = rated(1, 3, 3, 3, 3, 2, 4, effort=1), rated(2, 3, 3, 3, 3, 4, 2, effort=5)
    assert [one.rated for one in ranked([dear, cheap], ALIKE)] == [cheap, dear]
    assert {(one.criterion, one.is_up, one.at) for one in swaps([dear, cheap], ALIKE)} == {
        ("users_cost", True, 5),
        ("relevance", False, 5),
    }


def test_where_several_draw_level_at_once_the_one_that_comes_first_is_named():
    """A property test found that any of them was named, also one that stays behind the others."""
    falls, slow, quick = rated(0, 3, 1, 3, 3, 3, 3), rated(1, 2, 2, 3, 3, 3, 3), rated(2, 1, 3, 3, 3, 3, 3)
    (over,) = [one for one in swaps([falls, slow, quick], ALIKE | {"volume": 3}) if one.criterion == "volume"]
    assert (over.is_up, over.at, over.rises, over.falls) == (True, 5, quick, falls)


def test_what_cannot_be_is_refused():
    with pytest.raises(Refused, match="no_weight"):
        must_be_weights(dict.fromkeys(CRITERIA, 0))
    with pytest.raises(Refused) as refused:
        must_be_weights(ALIKE | {"potential": 11})
    assert refused.value.field == "potential"
    with pytest.raises(Refused) as refused:
        must_be_marks(dict.fromkeys(ranking.GIVEN, 3), 0)
    assert refused.value.field == "effort"


marks = st.sampled_from(MARKS)
some = st.lists(st.tuples(*[marks] * 6, marks), min_size=2, max_size=7).map(
    lambda rows: [rated(number, *row[:6], effort=row[6]) for number, row in enumerate(rows)]
)
weighted = st.fixed_dictionaries({name: st.integers(0, MOST_WEIGHT) for name in CRITERIA}).filter(
    lambda found: any(found.values())
)


def first(found, weights, criterion, weight):
    """The first ones with this one weight; scaled to whole numbers, which changes no order."""
    exact = {**weights, criterion: weight}
    whole = {name: int(one * Fraction(weight).denominator) for name, one in exact.items()}
    return [one.rated for one in ranked(found, whole)[:FIRST]]


@settings(deadline=None)
@given(found=some, weights=weighted, criterion=st.sampled_from(CRITERIA), is_up=st.booleans(), share=st.integers(1, 99))
def test_nothing_changes_before_the_weight_that_is_named_and_something_right_beyond_it(
    found, weights, criterion, is_up, share
):
    here, end = weights[criterion], MOST_WEIGHT if is_up else 0
    now = first(found, weights, criterion, here)
    swap = next((one for one in swaps(found, weights) if (one.criterion, one.is_up) == (criterion, is_up)), None)
    until = swap.at if swap else Fraction(end)
    between = here + (until - here) * Fraction(share, 100)
    if between != until:
        assert first(found, weights, criterion, between) == now
    if swap:
        beyond = first(found, weights, criterion, swap.at + (LITTLE if is_up else -LITTLE))
        assert beyond != now
        assert swap.rises in beyond
        assert swap.falls not in beyond or beyond.index(swap.rises) < beyond.index(swap.falls)


@given(found=some, weights=weighted)
def test_benefits_fall_from_the_first_to_the_last_and_stay_between_the_marks(found, weights):
    benefits = [one.benefit for one in ranked(found, weights)]
    assert benefits == sorted(benefits, reverse=True)
    assert all(1 <= one <= 5 for one in benefits)
