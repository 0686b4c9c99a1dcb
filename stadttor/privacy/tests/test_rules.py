"""Which case may be deleted on request, and what the refusal says."""

from dataclasses import replace
from datetime import date

import pytest

from stadttor.core.refused import Refused
from stadttor.privacy.rules import Ended, answer_day, must_be_deletable

TODAY = date(2026, 11, 23)
CLOSED = Ended(active=False, until=date(2029, 12, 31), undecided=False, held=False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, "must_be_kept"),
        ({"active": True, "until": None}, "still_in_work"),
        ({"held": True, "undecided": True}, "held"),
        ({"until": TODAY}, "must_be_kept"),
        ({"until": date(2026, 11, 22)}, "offered_first"),
        ({"until": date(2026, 11, 22), "stage": "offered", "answer_by": date(2027, 5, 23)}, "archive_asked"),
        ({"until": date(2026, 11, 22), "stage": "accepted"}, "archive_takes_it"),
        ({"stage": "free"}, "must_be_kept"),
    ],
)
def test_what_law_keeps_is_refused_with_its_reason(change, why):
    with pytest.raises(Refused) as refused:
        must_be_deletable(replace(CLOSED, **change), "withdrawn", TODAY)
    assert refused.value.code == why
    assert "Art. 17 (3)" in refused.value.text or why == "offered_first"


@pytest.mark.parametrize(
    ("change", "ground"),
    [
        ({"undecided": True}, "withdrawn"),
        ({"until": date(2026, 11, 22), "stage": "free"}, "withdrawn"),
        ({}, "unlawful"),
        ({"money": "earned"}, "unlawful"),
    ],
)
def test_what_nobody_needs_may_go(change, ground):
    must_be_deletable(replace(CLOSED, **change), ground, TODAY)


def test_what_is_held_stays_even_without_a_right_to_it():
    with pytest.raises(Refused, match="held"):
        must_be_deletable(replace(CLOSED, held=True), "unlawful", TODAY)


@pytest.mark.parametrize(
    ("money", "ground", "why"),
    [
        ("on_its_way", "unlawful", "being_paid"),
        ("on_its_way", "withdrawn", "being_paid"),
        ("owed", "unlawful", "pay_back_first"),
        ("owed", "withdrawn", "must_be_kept"),
    ],
)
def test_money_that_nobody_could_pay_back_keeps_a_case(money, ground, why):
    with pytest.raises(Refused, match=why):
        must_be_deletable(replace(CLOSED, money=money), ground, TODAY)


def test_the_archive_has_half_a_year():
    assert answer_day(date(2027, 8, 31)) == date(2028, 2, 29)
