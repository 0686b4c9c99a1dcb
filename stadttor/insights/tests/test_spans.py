"""Nobody reckons few people back from all that is ever published: by linear reckoning over every span, at every time."""

import random
from datetime import date
from fractions import Fraction
from itertools import combinations

import pytest

from stadttor.core.periods import months_later
from stadttor.insights.rules import spans
from stadttor.insights.rules.spans import added, last_months, months_read, name_of, quarters, told, told_until, year

JANUARY = date(2025, 1, 1)
MONTHS = [months_later(JANUARY, place) for place in range(24)]
SPANS = {
    name_of(MONTHS[begin : begin + size]): MONTHS[begin : begin + size]
    for size in (1, 3, 12)
    for begin in range(0, 24, size)
}


def by_chance(dice, size):
    """A month of few, of many, of nobody; `size` 3 is a share: how many, how many are part of it, how many are not."""
    part, rest = (dice.choice((0, 0, 1, 2, 3, 4, 5, 6, 9, 30)) for _number in range(2))
    return (part + rest, part, rest) if size == 3 else (part,)


def published(numbers, rule=told):
    """Every span that was told at any of the times, each month asked anew."""
    return set().union(*(rule(numbers, MONTHS[:count]) for count in range(1, 25)))


def reduced(rows):
    """The rows of the published sums in echelon form: what follows from them is what adds up to nothing against them."""
    made = {}
    for row in rows:
        row = against(made, row)
        lead = next((place for place, one in enumerate(row) if one), None)
        if lead is not None:
            made[lead] = [one / row[lead] for one in row]
    return made


def against(made, row):
    row = [Fraction(one) for one in row]
    for lead in sorted(made):
        if row[lead]:
            factor = row[lead]
            row = [one - factor * other for one, other in zip(row, made[lead], strict=True)]
    return row


def small_ones_solved(numbers, shown):
    """Sets of months of one year, left out, whose sum follows from what was published, and is small."""
    rows = reduced([[month in SPANS[name] for month in MONTHS] for name in sorted(shown)])
    for this in (2025, 2026):
        left_out = [month for month in MONTHS if month.year == this and name_of([month]) not in shown]
        for size in range(1, min(len(left_out), 7) + 1):
            for some in combinations(left_out, size):
                of_some = (0,) * len(numbers[JANUARY])
                for month in some:
                    of_some = added(of_some, numbers[month])
                if spans.is_small(of_some) and not any(against(rows, [month in some for month in MONTHS])):
                    yield some


def cases():
    dice = random.Random(61)
    made = []
    for round_ in range(40):
        size = (1, 3)[round_ % 2]
        made.append({month: by_chance(dice, size) for month in MONTHS})
    return made


@pytest.mark.parametrize("numbers", cases())
def test_no_month_of_few_follows_from_all_that_is_ever_published(numbers):
    assert not list(small_ones_solved(numbers, published(numbers)))


def by_its_own_number_alone(numbers, months):
    """The rule without what is left out beside few: each span by its own number."""
    sums = {}
    for name, of_span in SPANS.items():
        if set(of_span) <= set(months):
            whole = (0,) * len(numbers[JANUARY])
            for month in of_span:
                whole = added(whole, numbers[month])
            sums[name] = whole
    return {name for name, whole in sums.items() if any(whole) and not spans.is_small(whole)}


def test_without_the_rule_months_of_few_follow():
    """The test above is one that can fail."""
    solved = [bool(list(small_ones_solved(one, published(one, by_its_own_number_alone)))) for one in cases()]
    assert sum(solved) > len(solved) / 2


@pytest.mark.parametrize("numbers", cases())
def test_a_span_that_is_over_is_told_the_same_at_every_time(numbers):
    """Report: a file of a month later, less the one before, told what had been left out."""
    at_last = told(numbers, MONTHS)
    for count in range(1, 25):
        over = {name for name, of_span in SPANS.items() if of_span[-1] <= MONTHS[count - 1]}
        assert told(numbers, MONTHS[:count]) == at_last & over


def shown_of(*months):
    """The spans of a year that begins with these."""
    return set(told({month: (n,) for month, n in zip(MONTHS, months, strict=False)}, MONTHS[:12]))


def test_what_is_left_out_beside_few_is_as_little_as_it_can_be():
    nine = (9,) * 9
    assert shown_of(9, 9, 9, *nine) == {name for name in SPANS if name.startswith("2025")}
    # The month after goes with it, and its quarter is told.
    assert {"2025-01", "2025-02", "2025-03", "2025-Q1", "2025"} & shown_of(3, 9, 9, *nine) == {
        "2025-03", "2025-Q1", "2025",
    }  # fmt: skip
    # The last month of a quarter goes with the first of the next one, and both quarters: the year is told.
    shown = shown_of(9, 9, 3, *nine)
    assert {"2025-03", "2025-04", "2025-Q1", "2025-Q2"} & shown == set()
    assert {"2025-01", "2025-02", "2025-05", "2025-Q3", "2025"} <= shown
    # Nothing follows with which December could go.
    assert shown_of(*nine, 9, 9, 3) == {f"2025-{month:02}" for month in range(1, 12)} | {
        "2025-Q1", "2025-Q2", "2025-Q3",
    }  # fmt: skip
    # Two a month: a quarter of six, and a year.
    assert shown_of(*(2,) * 12) == {"2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025"}
    assert shown_of(1, 0, 0, 1, 0, 0, 1, 0, 0, 2) == {"2025"}
    assert shown_of() == set()


def test_spans_are_those_of_the_calendar_that_are_over():
    last = told_until(date(2026, 11, 21))
    assert (last, told_until(date(2026, 11, 22))) == (date(2026, 9, 1), date(2026, 10, 1))
    assert [name_of(one) for one in (*quarters(last), year(last))] == ["2026-Q2", "2026-Q3", "2025"]
    assert [name_of(one) for one in (*quarters(date(2026, 12, 1)), year(date(2026, 12, 1)))] == [
        "2026-Q3", "2026-Q4", "2026",
    ]  # fmt: skip
    assert [name_of(one) for one in quarters(date(2026, 2, 1))] == ["2025-Q3", "2025-Q4"]
    assert (last_months(last)[0], last_months(last)[-1]) == (date(2025, 10, 1), last)
    assert (months_read(last)[0], months_read(last)[-1]) == (JANUARY, last)
