"""Package data becomes a form, or every fault is named at its place."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from stadttor.core.cel import Expression
from stadttor.forms.definition import FormDefinition, FormFaults
from stadttor.forms.parsing import parse_fees, parse_form
from stadttor.forms.rules.filled import Filled

PARAMETERS = {
    "type": "object",
    "properties": {
        "zonen": {"type": "array", "items": {"type": "string"}},
        "gebuehr_jahr_cents": {"type": "integer"},
        "strassen": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "strasse": {"type": "string"},
                    "von": {"type": "integer"},
                    "bis": {"type": "integer"},
                    "zone": {"type": "string"},
                },
            },
        },
    },
}

PARKING: dict[str, Any] = {
    "pages": [
        {
            "id": "person",
            "groups": [
                {
                    "id": "person",
                    "fields": [
                        {"id": "name", "type": "name", "required": True, "prefill": "claim:family_name"},
                        {"id": "anschrift", "type": "address", "required": True},
                        {
                            "id": "zone",
                            "type": "select",
                            "options_from": "p.zonen",
                            "lookup": {
                                "table": "p.strassen",
                                "match": {"strasse": "person.anschrift.street"},
                                "range": {"number": "person.anschrift.house_number", "from": "von", "to": "bis"},
                                "give": "zone",
                            },
                        },
                    ],
                }
            ],
        },
        {
            "id": "fahrzeug",
            "show_if": "a.person.zone != ''",
            "groups": [
                {
                    "id": "fahrzeug",
                    "repeat": {"min": 1, "max": 3},
                    "fields": [
                        {"id": "kennzeichen", "type": "plate", "required": True},
                        {"id": "eigenes", "type": "boolean", "required": True},
                        {"id": "halter", "type": "name", "show_if": "!item.eigenes", "required": True},
                        {"id": "ab", "type": "date", "min": "today"},
                    ],
                }
            ],
            "checks": [{"if": "item.ab < today", "refuse": "fahrzeug.ab", "text": "nicht_rueckwirkend"}],
        },
    ]
}


def parking() -> FormDefinition:
    return parse_form(PARKING, PARAMETERS)


def changed(page: int, field: int, **attributes: Any) -> dict[str, Any]:
    raw = deepcopy(PARKING)
    raw["pages"][page]["groups"][0]["fields"][field].update(attributes)
    return raw


def faults(raw: Any) -> list[str]:
    with pytest.raises(FormFaults) as refused:
        parse_form(raw, PARAMETERS)
    return [str(fault) for fault in refused.value.faults]


def test_a_form_keeps_the_order_of_its_fields() -> None:
    assert list(parking().fields) == [
        "person.name",
        "person.anschrift",
        "person.zone",
        "fahrzeug.kennzeichen",
        "fahrzeug.eigenes",
        "fahrzeug.halter",
        "fahrzeug.ab",
    ]


def test_a_field_knows_its_page() -> None:
    assert parking().page_of("fahrzeug.0.halter").id == "fahrzeug"


def test_conditions_are_parsed_once() -> None:
    condition = parking().fields["fahrzeug.halter"].show_if
    assert isinstance(condition, Expression)
    assert condition.references == {"item.eigenes"}


def test_the_same_data_is_the_same_form() -> None:
    assert parking() == parking()
    assert parking() != parse_form(changed(0, 0, required=False), PARAMETERS)


def test_all_faults_are_named_not_only_the_first() -> None:
    raw = changed(0, 0, type="nome")
    raw["pages"][1]["show_if"] = "a.person.zoni != ''"
    found = faults(raw)
    assert any("field type 'nome' is not known" in fault for fault in found)
    assert any("a.person.zoni is not declared" in fault for fault in found)


def test_a_fault_says_where_and_how_to_mend() -> None:
    with pytest.raises(FormFaults) as refused:
        parse_form(changed(1, 3, min="morgen"), PARAMETERS)
    fault = refused.value.faults[0]
    assert fault.path == ("pages", 1, "groups", 0, "fields", 3, "min")
    assert fault.mend


@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        ({"required": "a.person.name"}, "not boolean"),
        ({"show_if": 5}, "not an expression"),
        ({"id": "Name"}, "not usable"),
        ({"id": "for"}, "reserved"),
        ({"id": "anschrift"}, "more than once"),
        ({"colour": "red"}, "colour is not known"),
        ({"max_length": -1}, "max_length"),
        ({"pattern": "(?=x)"}, "pattern is not usable"),
        ({"pattern": "("}, "pattern is not usable"),
        ({"options": ["a"]}, "do not fit"),
        ({"class": "K9"}, "class is 'K9'"),
        ({"width": "huge"}, "width is 'huge'"),
        ({"prefill": "name"}, "is no source"),
        ({"min": 3}, "has no meaning for name"),
    ],
)
def test_faulty_attributes_of_a_text_are_named(attributes: dict[str, Any], says: str) -> None:
    assert any(says in fault for fault in faults(changed(0, 0, **attributes)))


@pytest.mark.parametrize(
    ("attributes", "says"),
    [
        ({"options_from": "p.nichts"}, "not a parameter with a list"),
        ({"options": ["a"]}, "Options are missing"),
        ({"options_from": None, "options": [1]}, "not a list of short texts"),
        ({"lookup": {"table": "p.zonen"}}, "names no table"),
        ({"lookup": {"table": "p.strassen", "match": {"x": "person.name"}, "give": "zone"}}, "x is not a column"),
        ({"lookup": {"table": "p.strassen", "match": {}, "give": "zone"}}, "match is missing"),
    ],
)
def test_faulty_options_and_lookups_are_named(attributes: dict[str, Any], says: str) -> None:
    assert any(says in fault for fault in faults(changed(0, 2, **attributes)))


def protecting(kind: str) -> FormDefinition:
    field = {"id": "sperre", "type": kind, "protects": True}
    raw = {"pages": [{"id": "p", "groups": [{"id": "g", "repeat": {"min": 0, "max": 3}, "fields": [field]}]}]}
    return parse_form(raw, PARAMETERS)


@pytest.mark.parametrize(
    ("said", "protects"), [([], False), ([{"sperre": False}], False), ([{}, {"sperre": True}], True)]
)
def test_whoever_says_yes_where_a_package_asks_for_it_is_protected(said: list[dict[str, bool]], protects: bool) -> None:
    filled = Filled(protecting("boolean"), {"g": said}, {}, date(2026, 11, 23))
    assert filled.protects() is protects


def test_only_a_yes_or_no_can_protect() -> None:
    with pytest.raises(FormFaults, match="Only a boolean field can protect"):
        protecting("text")


def test_a_circle_of_conditions_is_refused() -> None:
    raw = changed(0, 0, show_if="a.person.zone == 'A'")
    raw["pages"][0]["groups"][0]["fields"][2]["show_if"] = "a.person.name != ''"
    assert "circle" in faults(raw)[0]


def test_a_condition_on_its_own_repeated_group_is_a_circle() -> None:
    assert "circle" in faults(changed(1, 2, show_if="a.fahrzeug.exists(f, f.eigenes)"))[0]


def test_a_long_row_of_conditions_is_refused() -> None:
    fields = [{"id": f"f{n}", "type": "text"} for n in range(40)]
    for number in range(1, 40):
        fields[number]["show_if"] = f"a.g.f{number - 1} != ''"
    assert "in a row" in faults({"pages": [{"id": "p", "groups": [{"id": "g", "fields": fields}]}]})[0]


def test_a_form_has_at_most_a_thousand_fields() -> None:
    fields = [{"id": f"f{number}", "type": "text"} for number in range(1_001)]
    assert "1001 fields" in faults({"pages": [{"id": "p", "groups": [{"id": "g", "fields": fields}]}]})[0]


@pytest.mark.parametrize("raw", [{}, {"pages": 5}, {"pages": [5]}, {"pages": [{"id": "p"}]}, [], None, "x"])
def test_other_data_is_refused_and_never_breaks(raw: Any) -> None:
    assert faults(raw)


def test_a_check_refuses_a_declared_field_only() -> None:
    raw = deepcopy(PARKING)
    raw["pages"][1]["checks"][0]["refuse"] = "fahrzeug.bis"
    assert "not a field" in faults(raw)[0]


def test_fees_are_whole_amounts_of_declared_names() -> None:
    fees = parse_fees(
        [{"id": "ausweis", "cents": "p.gebuehr_jahr_cents * 2", "text": "gebuehr", "if": "a.person.zone == 'A'"}],
        parking(),
    )
    assert (fees[0].id, fees[0].text) == ("ausweis", "gebuehr")


@pytest.mark.parametrize(
    "raw", [[{"id": "x", "cents": "'5'"}], [{"id": "x"}], [{"id": "x", "cents": 1}, {"id": "x", "cents": 2}], 5, [5]]
)
def test_faulty_fees_are_named(raw: Any) -> None:
    with pytest.raises(FormFaults):
        parse_fees(raw, parking())
