"""What a half-written expression names, and what its author may have meant."""

import pytest

from stadttor.core.cel import BOOLEAN, TEXT, Declared, ProfileError, like, list_of, mentioned, record

NAMES = Declared(
    record({"hund": record({"rasse": TEXT}), "hunde": list_of(record({"alt": BOOLEAN}))}),
    record({"zonen": list_of(TEXT)}),
)


def test_names_are_named_once_and_variables_are_none() -> None:
    assert mentioned("a.x.y == 'z' && (a.x.y != p.q ? !today : a.b.exists(h, h.c && item.d) || size(a.e) in [a.f.g, -1])") == (
        "a.x.y", "p.q", "today", "a.b", "item.d", "a.e", "a.f.g",
    )  # fmt: skip
    with pytest.raises(ProfileError):
        mentioned("a.x ==")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("a.hund.rase", "a.hund.rasse"),
        ("a.tier.rasse", "a.hund.rasse"),
        ("p.zone", "p.zonen"),
        ("todya", "today"),
        ("zzz", ""),
    ],
)
def test_the_name_that_may_be_meant(name: str, meant: str) -> None:
    assert like(name, NAMES) == meant
