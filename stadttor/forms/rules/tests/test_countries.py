"""Countries and nationalities as people choose them."""

import pytest

from stadttor.forms.definition import Field, FormFaults
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import countries
from stadttor.forms.rules.types import TYPES

LANGUAGES = ["de", "de-simple", "en", "uk", "tr", "ar"]


def problem(value: str, *, nationality: bool) -> object:
    one = Field(id="staat", group="person", type="country", nationality=nationality)
    return TYPES["country"].checker(one)(value, (None, None))


def test_ukrainian_countries_stand_in_the_order_of_the_alphabet() -> None:
    names = [name for _code, name in countries.choices("uk")]
    assert names.index("Греція") < names.index("Естонія") < names.index("Єгипет") < names.index("Ємен")
    assert names.index("Ізраїль") < names.index("Індія") < names.index("Йорданія") < names.index("Кабо-Верде")


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_nationality_there_is_a_choice_in_every_language(language: str) -> None:
    offered = dict(countries.nationality_choices(language))
    assert len(offered) == len(countries.choices(language)) + 2
    assert offered["XXA"] != "XXA"
    assert offered["XXX"] != offered["XXA"]


def test_a_nationality_may_be_none_and_a_country_may_not() -> None:
    assert problem("XXA", nationality=True) is None
    assert problem("UA", nationality=True) is None
    assert problem("XXA", nationality=False) is not None
    assert problem("XXB", nationality=True) is not None


def test_only_a_country_is_a_nationality() -> None:
    field = {"id": "staat", "type": "text", "nationality": True}
    with pytest.raises(FormFaults, match="nationality"):
        parse_form({"pages": [{"id": "person", "groups": [{"id": "person", "fields": [field]}]}]}, {})
