"""Every field type: what people type, what is stored, what is refused, what is shown."""

from typing import Any

import pytest

from stadttor.forms.definition import Field
from stadttor.forms.rules import ERROR_TEXTS, TYPES, Unreadable, Words, show
from stadttor.forms.rules.types import Posted

ADDRESS = {"street": "Bahnhofstraße", "house_number": "12 a", "postal_code": "91781", "city": "Weißenburg i. Bay."}


def field(type_name: Any, **attributes: Any) -> Field:
    return Field(id="f", group="g", type=type_name, **attributes)


def read(type_name: str, *typed: str) -> Any:
    return TYPES[type_name].read(Posted({"g.f": typed}, "g.f"))


def refused(type_name: str, value: Any, least: Any = None, most: Any = None, **attributes: Any) -> str | None:
    error = TYPES[type_name].checker(field(type_name, **attributes))(value, (least, most))
    assert error is None or error.code in ERROR_TEXTS
    return error.code if error else None


@pytest.mark.parametrize(
    ("type_name", "typed", "stored"),
    [
        ("text", "  Hallo  ", "Hallo"),
        ("text", "a\u0308", "ä"),
        ("text", "\u200fمرحبا", "مرحبا"),
        ("textarea", "eins\r\nzwei", "eins\nzwei"),
        ("name", " Yılmaz ", "Yılmaz"),
        ("date", "22.11.2026", "2026-11-22"),
        ("date", "1.2.2026", "2026-02-01"),
        ("date", "22 / 11 / 2026", "2026-11-22"),
        ("date", "2026-11-22", "2026-11-22"),
        ("date", "٢٢.١١.٢٠٢٦", "2026-11-22"),
        ("text", "٢٠٢٥-١", "2025-1"),
        ("text", "АА 1234 ВВ", "AA 1234 BB"),
        ("text", "ВР-123-КА", "BP-123-KA"),
        ("text", "МАРКСА 5", "МАРКСА 5"),
        ("textarea", "Haus ٥", "Haus ٥"),
        ("integer", "12", 12),
        ("integer", "１２", 12),
        ("integer", "1.234", 1234),
        ("integer", "-3", -3),
        ("integer", "1.850 kg", 1850),
        ("integer", "1850kg", 1850),
        ("decimal", "12,50", "12.50"),
        ("decimal", "1.234,5", "1234.5"),
        ("decimal", "1,234.5", "1234.5"),
        ("money", "30,70 €", 3070),
        ("money", "30.7", 3070),
        ("money", "1.234", 123400),
        ("money", "0", 0),
        ("money", "٣٠,٧٠", 3070),
        ("boolean", "true", True),
        ("boolean", "nein", False),
        ("select", "neu", "neu"),
        ("country", "ua", "UA"),
        ("email", " Amira@Example.ORG ", "Amira@example.org"),
        ("email", "amira@weißenburg.de", "amira@weissenburg.de"),
        ("phone", "09141 / 907-0", "+4991419070"),
        ("phone", "+49 (0) 9141 9070", "+4991419070"),
        ("phone", "0043 1 5321", "+4315321"),
        ("phone", "٠٩١٤١ ٩٠٧-٠", "+4991419070"),
        ("email", "amira٢@example.org", "amira2@example.org"),
        ("iban", "DE٨٩ ٣٧٠٤ ٠٠٤٤ ٠٥٣٢ ٠١٣٠ ٠٠", "DE89370400440532013000"),
        ("iban", "de89 3704 0044 0532 0130 00", "DE89370400440532013000"),
        ("plate", "wug ab 123", "WUG-AB 123"),
        ("plate", "M-A1E", "M-A 1E"),
        ("plate", "ÖHR-XY 12H", "ÖHR-XY 12H"),
        ("plate", "WUG-AB 123E", "WUG-AB 123E"),
        ("plate", "WUG-АВ ١٢٣", "WUG-AB 123"),
        ("info", "anything", None),
    ],
)
def test_what_is_typed_becomes_an_answer(type_name: str, typed: str, stored: Any) -> None:
    assert read(type_name, typed) == stored


@pytest.mark.parametrize("type_name", sorted(TYPES))
def test_an_empty_field_is_no_answer(type_name: str) -> None:
    assert read(type_name, "") is None
    assert read(type_name) is None


@pytest.mark.parametrize(
    ("type_name", "typed", "code"),
    [
        ("date", "31.02.2026", "no_such_day"),
        ("date", "0.2.2026", "no_such_day"),
        ("date", "2026-02-31", "no_such_day"),
        ("date", "1.13.2026", "no_such_month"),
        ("date", "22.11.26", "short_year"),
        ("date", "1.1.1026", "type"),
        ("date", "morgen", "type"),
        ("integer", "drei", "type"),
        ("integer", "1,5", "type"),
        ("integer", "2 t", "type"),
        ("integer", "kg", "type"),
        ("integer", "9" * 39, "type"),
        ("decimal", "1,2,3", "type"),
        ("money", "1,234", "type"),
        ("boolean", "vielleicht", "type"),
        ("email", "amira", "email"),
        ("email", "a..b@example.org", "email"),
        ("phone", "112x", "phone"),
        ("phone", "12345", "phone"),
        ("iban", "DE89370400440532013001", "iban"),
        ("iban", "XX", "iban"),
        ("iban", "TR33 0006 1005 1978 6457 8413 26", "iban_country"),
        ("plate", "WUG-ЖЯ 12", "plate"),
        ("plate", "WUGAB123", "plate"),
        ("plate", "WUG-AB 0123", "plate"),
        ("plate", "WUG-AB 1234", "plate"),
        ("plate", "WUG-ÄB 12", "plate"),
    ],
)
def test_what_cannot_be_read_is_named(type_name: str, typed: str, code: str) -> None:
    with pytest.raises(Unreadable) as unreadable:
        read(type_name, typed)
    assert unreadable.value.error.code == code


@pytest.mark.parametrize(
    ("type_name", "value", "code", "attributes"),
    [
        ("text", "x" * 201, "too_long", {}),
        ("text", "ab", "too_short", {"min_length": 3}),
        ("text", "abc", "pattern", {"pattern": "[0-9]{3}"}),
        ("text", "123", None, {"pattern": "[0-9]{3}"}),
        ("text", "gern 😀", "characters", {}),
        ("text", "zwei\nZeilen", "characters", {}),
        ("text", "Привіт", "latin", {}),
        ("text", "حلب، سوريا", "latin", {}),
        ("text", "Αθήνα", "latin", {}),
        ("text", "Łódź, Nº 5 – „Ḩalab“ §3", None, {}),
        ("textarea", "Привіт, مرحبا", None, {}),
        ("text", "\ud800", "characters", {}),
        ("text", 5, "type", {}),
        ("textarea", "zwei\nZeilen", None, {}),
        ("textarea", "\x00", "characters", {}),
        ("name", "Łukasz O’Neill-Ḩāšimī", None, {}),
        ("name", "Аміра", "latin", {}),
        ("name", "Amira 2", "characters", {}),
        ("date", "2026-02-30", "no_such_day", {}),
        ("date", "22.11.26", "short_year", {}),
        ("date", "2.3.2026", "type", {}),
        ("integer", True, "type", {}),
        ("integer", "5", "type", {}),
        ("money", 1.5, "type", {}),
        ("decimal", "1,5", "type", {}),
        ("boolean", "true", "type", {}),
        ("select", ["a"], "type", {}),
        ("multiselect", ["a", "a"], "type", {}),
        ("multiselect", ["a", "b"], None, {}),
        ("country", "UA", None, {}),
        ("country", "XK", None, {}),
        ("country", "ZZ", "option", {}),
        ("country", "EU", "option", {}),
        ("email", "Amira@Example.org", None, {}),
        ("email", "amira@", "email", {}),
        ("phone", "09141", "phone", {}),
        ("iban", "DE89370400440532013000", None, {}),
        ("iban", "DE89 3704 0044 0532 0130 00", "iban", {}),
        ("iban", "TR330006100519786457841326", "iban_country", {}),
        ("plate", "WUG-AB 123", None, {}),
        ("plate", "WUG-АВ 123", "plate", {}),
        ("plate", "wug-ab 123", "plate", {}),
        ("address", ADDRESS, None, {}),
        ("address", {**ADDRESS, "city": ""}, "required", {}),
        ("address", {**ADDRESS, "postal_code": "9178"}, "postal_code", {}),
        ("address", {**ADDRESS, "postal_code": "00000"}, "postal_code", {}),
        ("address", {**ADDRESS, "house_number": "٥"}, "latin", {}),
        ("address", {**ADDRESS, "city": "حلب"}, "latin", {}),
        ("address", {**ADDRESS, "street": "☃"}, "characters", {}),
        ("address", {**ADDRESS, "street": "x" * 101}, "too_long", {}),
        ("address", {**ADDRESS, "planet": "Erde"}, "type", {}),
        ("address", "Bahnhofstraße 12", "type", {}),
        ("file", ["1", "2"], None, {}),
        ("file", ["1", "2"], "too_many", {"max_files": 1}),
        ("file", "1", "type", {}),
        ("info", "x", "type", {}),
    ],
)
def test_stored_answers_are_checked(type_name: str, value: Any, code: str | None, attributes: dict[str, Any]) -> None:
    assert refused(type_name, value, **attributes) == code


@pytest.mark.parametrize(
    ("type_name", "value", "least", "most", "code"),
    [
        ("integer", 0, 1, 3, "too_small"),
        ("integer", 4, 1, 3, "too_big"),
        ("integer", 3, 1, 3, None),
        ("money", 501, None, 500, "too_big"),
        ("decimal", "1.4", "1.5", None, "too_small"),
        ("decimal", "2.6", None, "2.5", "too_big"),
        ("date", "2026-11-21", "2026-11-22", None, "too_early"),
        ("date", "2026-11-23", None, "2026-11-22", "too_late"),
        ("date", "2026-11-22", "", "", None),
    ],
)
def test_bounds_belong_to_the_allowed(type_name: str, value: Any, least: Any, most: Any, code: str | None) -> None:
    assert refused(type_name, value, least, most) == code


@pytest.mark.parametrize(
    ("type_name", "value", "language", "shown"),
    [
        ("date", "2026-11-22", "de", "22.11.2026"),
        ("date", "2026-11-22", "en", "22 Nov 2026"),
        ("money", 123456, "de", "1.234,56\xa0€"),
        ("money", 3070, "de-simple", "30,70\xa0€"),
        ("integer", 2024, "de", "2024"),
        ("integer", 12345, "de", "12.345"),
        ("decimal", "1234.50", "de", "1.234,50"),
        ("country", "UA", "de", "Ukraine"),
        ("country", "UA", "uk", "Україна"),
        ("boolean", True, "de", "Yes"),
        ("select", "neu", "de", "NEU"),
        ("multiselect", ["a", "b"], "de", "A und B"),
        ("iban", "DE89370400440532013000", "de", "DE89 3704 0044 0532 0130 00"),
        ("plate", "WUG-AB 123", "de", "WUG-AB 123"),
        ("address", ADDRESS, "de", "Bahnhofstraße 12 a, 91781 Weißenburg i. Bay."),
        ("file", ["7"], "de", "zb1.pdf"),
        ("text", "Hallo", "ar", "Hallo"),
        ("date", "Unsinn", "de", ""),
        ("text", None, "de", ""),
    ],
)
def test_answers_are_shown_in_the_readers_language(type_name: str, value: Any, language: str, shown: str) -> None:
    words = Words(language, option=lambda path, option: option.upper(), attachment=lambda _: "zb1.pdf")
    assert show(field(type_name), value, words) == shown


def test_a_date_can_be_sent_in_three_parts() -> None:
    posted = Posted({"g.f.day": ["5"], "g.f.month": ["3"], "g.f.year": ["1990"]}, "g.f")
    assert TYPES["date"].read(posted) == "1990-03-05"


SALZBURG = {"street": "Getreidegasse", "house_number": "9", "postal_code": "5020", "city": "Salzburg", "country": "AT"}


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, None), ({"house_number": "", "postal_code": ""}, None), ({"postal_code": "SW1A 1AA", "country": "GB"}, None),
        ({"city": ""}, "required"), ({"street": ""}, "required"), ({"city": "حلب"}, "latin"),
        ({"country": "ZZ"}, "option"), ({"country": "DE"}, "option"), ({"country": ["AT"]}, "option"),
        ({"country": ""}, "postal_code"), ({"postal_code": "x" * 13}, "too_long"), ({"postal_code": 5020}, "type"),
    ],
)  # fmt: skip
def test_an_address_may_lie_abroad_where_the_form_takes_one(changed: dict[str, Any], code: str | None) -> None:
    """Report: an applicant who lives in Salzburg could not enter her address."""
    anywhere = Field(id="f", group="g", type="address", abroad=True)
    error = TYPES["address"].checker(anywhere)({**SALZBURG, **changed}, (None, None))
    assert (error.code if error else None) == code
    here = TYPES["address"].checker(field("address"))(SALZBURG, (None, None))
    assert here
    assert here.code == "type"


def test_the_country_is_read_and_shown_in_the_readers_language_and_germany_is_not_named() -> None:
    anywhere = Field(id="f", group="g", type="address", abroad=True)
    posted = {f"g.f.{part}": [value] for part, value in SALZBURG.items()}
    assert TYPES["address"].read(Posted(posted, "g.f")) == SALZBURG
    at_home = TYPES["address"].read(Posted(posted | {"g.f.country": ["DE"]}, "g.f"))
    assert at_home == {part: value for part, value in SALZBURG.items() if part != "country"}
    assert show(anywhere, SALZBURG, Words("en")) == "Getreidegasse 9, 5020 Salzburg, Austria"
    assert show(anywhere, {**SALZBURG, "house_number": ""}, Words("de")) == "Getreidegasse, 5020 Salzburg, Österreich"


def test_an_address_is_sent_in_parts() -> None:
    posted = Posted({f"g.f.{part}": [value] for part, value in ADDRESS.items()}, "g.f")
    assert TYPES["address"].read(posted) == ADDRESS


def test_an_address_may_be_typed_with_digits_of_another_script() -> None:
    """Report: the postal code ١٠١١٥ was refused, the house number ٥ went into the letter."""
    typed = {
        "g.f.street": ["Bahnhofstraße"],
        "g.f.house_number": ["٥"],
        "g.f.postal_code": ["١٠١١٥"],
        "g.f.city": ["X"],
    }
    read_address = TYPES["address"].read(Posted(typed, "g.f"))
    assert (read_address["house_number"], read_address["postal_code"]) == ("5", "10115")


def test_several_choices_are_read_once_each() -> None:
    assert read("multiselect", "a", "b", "a") == ["a", "b"]
