import pytest

from stadttor.site.buckets import Buckets, Rate, TooMany


def test_a_bucket_empties_and_fills_again() -> None:
    calls = Buckets(Rate(burst=2, per_minute=6))
    calls.spend("olsen", 0.0)
    calls.spend("olsen", 0.0)
    with pytest.raises(TooMany) as refused:
        calls.spend("olsen", 1.0)
    assert refused.value.wait == 9
    calls.spend("olsen", 10.0)


def test_callers_do_not_spend_each_others_calls() -> None:
    calls = Buckets(Rate(burst=1, per_minute=1))
    calls.spend("olsen", 0.0)
    calls.spend("adler", 0.0)


def test_only_so_many_buckets_are_kept() -> None:
    calls = Buckets(Rate(burst=1, per_minute=1), most=2)
    for name in ("a", "b", "c"):
        calls.spend(name, 0.0)
    calls.spend("a", 0.0)
    with pytest.raises(TooMany):
        calls.spend("c", 0.0)
