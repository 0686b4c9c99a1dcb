import pytest

from stadttor.core import ars
from stadttor.core.ars import Ars, BadRegionalKey

WEISSENBURG = Ars("095770177177")
ELLINGEN = Ars("095775534125")


def test_the_ags_is_the_ars_without_the_verband() -> None:
    assert ars.ags_of(WEISSENBURG) == "09577177"


def test_a_key_may_be_written_with_spaces_as_in_print() -> None:
    assert ars.parse_ars("09 5 77 0177 177") == WEISSENBURG


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0957701771", "10 digits"),
        ("170000000000", "no Land"),
        ("09577017717x", "other than digits"),
        ("", "other than digits"),
    ],
)
def test_what_is_no_key_says_why(text: str, why: str) -> None:
    with pytest.raises(BadRegionalKey, match=why):
        ars.parse_ars(text)


def test_arabic_digits_are_no_key() -> None:
    with pytest.raises(BadRegionalKey):
        ars.parse_ars("٠٩٥٧٧٠١٧٧١٧٧")


def test_a_town_without_kreis_is_recognised_by_its_zeros() -> None:
    assert ars.is_kreisfrei(Ars("091620000000"))
    assert not ars.is_kreisfrei(WEISSENBURG)


def test_unincorporated_areas_have_a_verband_with_nine() -> None:
    assert ars.is_gemeindefrei(Ars("091759452452"))


def test_prefixes_go_from_the_village_to_the_land() -> None:
    assert ars.prefixes(ELLINGEN) == ("095775534125", "095775534", "09577", "095", "09")


def test_every_land_has_a_name_and_a_code() -> None:
    assert len(ars.LAENDER) == 16
    assert ars.LAENDER.keys() == ars.LAND_CODES.keys()
    assert (ars.land_name(WEISSENBURG), ars.land_code(WEISSENBURG)) == ("Bayern", "BY")
