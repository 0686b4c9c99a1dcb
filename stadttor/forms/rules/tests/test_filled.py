"""Answers in a form: who sees what, what is missing, what remains, what it costs."""

import gc
import weakref
from datetime import date
from typing import Any

from stadttor.forms.parsing import parse_fees, parse_form
from stadttor.forms.rules import Applicant, Filled, read_page
from stadttor.forms.tests.test_parsing import PARAMETERS, parking

TODAY = date(2026, 11, 22)
PARAMETER_VALUES = {
    "zonen": ["A", "B"],
    "gebuehr_jahr_cents": 3070,
    "strassen": [
        {"strasse": "Bahnhofstr.", "von": 1, "bis": 19, "zone": "A"},
        {"strasse": "Bahnhofstr.", "von": 20, "bis": 99, "zone": "B"},
    ],
}
ANYBODY = Applicant()
PERSON = {
    "name": "Yılmaz",
    "anschrift": {"street": "Bahnhofstraße", "house_number": "12 a", "postal_code": "91781", "city": "Weißenburg"},
    "zone": "A",
}
OWN_CAR = {"kennzeichen": "WUG-AB 123", "eigenes": True}


def filled(answers: dict[str, Any]) -> Filled:
    return Filled(parking(), answers, PARAMETER_VALUES, TODAY)


def codes(form: Filled) -> dict[str, str]:
    return {problem.path: problem.code for problem in form.validate_all()}


def small_form(*fields: dict[str, Any], answers: dict[str, Any], applicant: Applicant = ANYBODY) -> Filled:
    definition = parse_form({"pages": [{"id": "p", "groups": [{"id": "g", "fields": list(fields)}]}]}, PARAMETERS)
    return Filled(definition, {"g": answers}, PARAMETER_VALUES, TODAY, applicant)


def test_complete_answers_have_no_problems() -> None:
    assert codes(filled({"person": PERSON, "fahrzeug": [OWN_CAR]})) == {}


def test_a_page_appears_when_its_condition_holds() -> None:
    assert [page.id for page in filled({}).pages] == ["person"]
    assert [page.id for page in filled({"person": PERSON}).pages] == ["person", "fahrzeug"]


def test_what_is_missing_is_named_with_its_place() -> None:
    assert codes(filled({"person": PERSON, "fahrzeug": [OWN_CAR, {"eigenes": False}]})) == {
        "fahrzeug.1.kennzeichen": "required",
        "fahrzeug.1.halter": "required",
    }


def test_required_may_have_a_text_of_its_own() -> None:
    problem = filled({}).validate_page("person")[0]
    assert problem.text_key == "fields.person.name.required"


def test_item_is_the_element_a_field_stands_in() -> None:
    other = {"kennzeichen": "N-X 1", "eigenes": False, "halter": "Weber"}
    form = filled({"person": PERSON, "fahrzeug": [OWN_CAR, other]})
    group = form.definition.groups["fahrzeug"]
    assert [shown.path for shown in form.fields(group, 0)] == [
        "fahrzeug.0.kennzeichen",
        "fahrzeug.0.eigenes",
        "fahrzeug.0.ab",
    ]
    assert "fahrzeug.1.halter" in [shown.path for shown in form.fields(group, 1)]


def test_a_bound_may_be_an_expression() -> None:
    car = {**OWN_CAR, "ab": "2026-11-21"}
    assert codes(filled({"person": PERSON, "fahrzeug": [car]})) == {"fahrzeug.0.ab": "too_early"}


def test_a_check_refuses_its_field_with_its_own_text() -> None:
    raw = {
        "pages": [
            {
                "id": "p",
                "groups": [{"id": "g", "fields": [{"id": "ab", "type": "date"}]}],
                "checks": [{"if": "a.g.ab < today", "refuse": "g.ab", "text": "nicht_rueckwirkend"}],
            }
        ]
    }
    problem = Filled(parse_form(raw, {}), {"g": {"ab": "2026-11-01"}}, {}, TODAY).validate_all()[0]
    assert (problem.path, problem.code, problem.text_key) == ("g.ab", "nicht_rueckwirkend", "checks.nicht_rueckwirkend")


def test_an_unanswered_date_is_not_too_early() -> None:
    assert codes(filled({"person": PERSON, "fahrzeug": [{**OWN_CAR, "ab": ""}]})) == {}


def test_too_few_and_too_many_elements_are_refused_at_the_group() -> None:
    assert codes(filled({"person": PERSON}))["fahrzeug"] == "too_few"
    assert codes(filled({"person": PERSON, "fahrzeug": [OWN_CAR] * 4})) == {"fahrzeug": "too_many"}


def test_options_come_from_the_authoritys_parameters() -> None:
    assert codes(filled({"person": {**PERSON, "zone": "C"}, "fahrzeug": [OWN_CAR]})) == {"person.zone": "option"}


def test_the_street_gives_the_zone() -> None:
    form = filled({"person": PERSON})
    zone = form.definition.fields["person.zone"]
    assert form.looked_up(zone) == "A"
    assert form.departures() == []
    assert filled({"person": {**PERSON, "zone": "B"}}).departures() == ["person.zone"]


def test_without_an_address_there_is_no_zone() -> None:
    form = filled({})
    assert form.looked_up(form.definition.fields["person.zone"]) is None


def test_hidden_answers_are_not_submitted() -> None:
    car = {**OWN_CAR, "halter": "Weber"}
    assert filled({"person": PERSON, "fahrzeug": [car], "alt": 1}).clean() == {"person": PERSON, "fahrzeug": [OWN_CAR]}


def test_a_hidden_answer_decides_nothing() -> None:
    fields = (
        {"id": "art", "type": "select", "options": ["pkw", "lkw"]},
        {"id": "schwer", "type": "boolean", "show_if": "a.g.art == 'lkw'"},
        {"id": "gewicht", "type": "integer", "show_if": "a.g.schwer", "required": True},
    )
    assert codes(small_form(*fields, answers={"art": "lkw", "schwer": True})) == {"g.gewicht": "required"}
    assert codes(small_form(*fields, answers={"art": "pkw", "schwer": True})) == {}


def test_the_order_of_conditions_does_not_matter() -> None:
    fields = (
        {"id": "spaet", "type": "text", "show_if": "a.g.frueh == 'x'", "required": True},
        {"id": "frueh", "type": "text", "show_if": "a.g.ganz_frueh == 'x'"},
        {"id": "ganz_frueh", "type": "text"},
    )
    assert codes(small_form(*fields, answers={"frueh": "x", "ganz_frueh": "x"})) == {"g.spaet": "required"}
    assert codes(small_form(*fields, answers={"frueh": "x"})) == {}


def test_conditions_may_ask_who_applies() -> None:
    field = {"id": "bild", "type": "file", "required": "applicant.trust != 'hoch'"}
    assert codes(small_form(field, answers={})) == {"g.bild": "required"}
    assert codes(small_form(field, answers={}, applicant=Applicant(trust="hoch"))) == {}


def test_fees_are_computed_from_answers_and_parameters() -> None:
    form = filled({"person": PERSON})
    items = parse_fees(
        [
            {"id": "ausweis", "cents": "p.gebuehr_jahr_cents", "text": "gebuehr", "if": "a.person.zone == 'A'"},
            {"id": "zweiter", "cents": 1000, "if": "size(a.fahrzeug) > 1"},
        ],
        form.definition,
    )
    fees = form.fees(items)
    assert [(line.id, line.cents, line.text) for line in fees.lines] == [("ausweis", 3070, "gebuehr")]
    assert (fees.total, fees.complete) == (3070, True)


def test_a_fee_that_waits_for_an_answer_is_not_complete() -> None:
    form = small_form({"id": "jahre", "type": "integer"}, answers={})
    fees = form.fees(parse_fees([{"id": "x", "cents": "p.gebuehr_jahr_cents * a.g.jahre"}], form.definition))
    assert (fees.total, fees.complete) == (0, False)


def test_a_sent_page_becomes_answers() -> None:
    reading = read_page(
        parking().pages[1],
        {
            "fahrzeug.0.kennzeichen": ["wug ab 123"],
            "fahrzeug.0.eigenes": ["true"],
            "fahrzeug.4.kennzeichen": ["N-X 1"],
            "fahrzeug.4.ab": ["1.12.2026"],
            "csrf": ["x"],
        },
    )
    assert reading == {
        "fahrzeug": [OWN_CAR, {"kennzeichen": "N-X 1", "ab": "2026-12-01"}],
    }


def test_what_cannot_be_read_is_kept_as_typed_and_explained() -> None:
    answers = read_page(parking().pages[1], {"fahrzeug.0.ab": ["übermorgen"]})
    assert answers == {"fahrzeug": [{"ab": "übermorgen"}]}
    assert codes(filled({"person": PERSON, **answers}))["fahrzeug.0.ab"] == "type"


def test_a_date_without_its_year_is_kept_and_names_what_is_missing() -> None:
    answers = read_page(parking().pages[1], {"fahrzeug.0.ab.day": ["24"], "fahrzeug.0.ab.month": ["5"]})
    assert answers["fahrzeug"][0]["ab"] == {"day": "24", "month": "5", "year": ""}
    problem = next(one for one in filled({"person": PERSON, **answers}).validate_all() if one.path == "fahrzeug.0.ab")
    assert (problem.code, problem.values["missing"]) == ("incomplete", "year")


def test_problems_stand_in_the_order_of_the_page() -> None:
    form = small_form(
        {"id": "erst", "type": "integer"}, {"id": "dann", "type": "text", "required": True}, answers={"erst": "viel"}
    )
    page, (first, second) = form.definition.pages[0], form.validate_all()
    assert form.in_order(page, {second.path: second, first.path: first}) == [first, second]


def test_what_was_typed_is_gone_with_the_form() -> None:
    """Nobody has to look for garbage: what a request knew of a person ends with it."""
    gc.disable()
    try:
        form = filled({"person": PERSON, "fahrzeug": [OWN_CAR]})
        form.validate_all()
        known = weakref.ref(form)
        del form
        assert known() is None
    finally:
        gc.enable()
