import pytest

from stadttor.core.trust import LEVELS, as_trust, lower, reaches


def test_each_level_reaches_itself_and_what_lies_below():
    assert [[reaches(level, needed) for needed in LEVELS] for level in ("none", "substantiell")] == [
        [True, False, False, False],
        [True, True, True, False],
    ]


def test_a_value_is_no_surer_than_the_person_who_brought_it():
    assert lower("hoch", "normal") == lower("normal", "hoch") == "normal"


@pytest.mark.parametrize("text", ["", "high", "HOCH"])
def test_another_word_is_no_level(text):
    with pytest.raises(ValueError, match="no level"):
        as_trust(text)
