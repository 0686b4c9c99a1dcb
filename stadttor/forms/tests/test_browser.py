"""The browser gets what it needs for one page, and nothing else about a person."""

import json
from datetime import date
from typing import Any

from stadttor.forms.browser import conditions_text
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import Filled
from stadttor.forms.tests.test_parsing import parking

TODAY = date(2026, 11, 22)


def told(form: Filled, page: int) -> dict[str, Any]:
    text = conditions_text(form, form.definition.pages[page])
    assert "<" not in text
    return dict(json.loads(text))


def test_fields_carry_their_lowered_conditions() -> None:
    form = Filled(parking(), {"person": {"zone": "A"}}, {"zonen": ["A"]}, TODAY)
    data = told(form, 1)
    halter = next(field for field in data["fields"] if field["path"] == "fahrzeug.halter")
    assert (halter["name"], halter["show_if"], halter["required"]) == ("fahrzeug.0.halter", "!(itemVeigenes)", True)
    assert data["declared"] == {"item.ab": "date", "item.eigenes": "boolean", "today": "date"}


def test_only_what_is_read_leaves_the_server() -> None:
    raw = {
        "pages": [
            {
                "id": "eins",
                "groups": [{"id": "g", "fields": [{"id": "art", "type": "text"}, {"id": "geheim", "type": "text"}]}],
            },
            {
                "id": "zwei",
                "groups": [{"id": "h", "fields": [{"id": "f", "type": "text", "show_if": "a.g.art in p.arten"}]}],
            },
        ]
    }
    schema = {"properties": {"arten": {"type": "array", "items": {"type": "string"}}, "intern": {"type": "string"}}}
    answers = {"g": {"art": "neu", "geheim": "Beleg 7"}}
    form = Filled(parse_form(raw, schema), answers, {"arten": ["neu"], "intern": "x"}, TODAY)
    data = told(form, 1)
    assert data["values"] == {"a.g.art": "neu", "p.arten": ["neu"]}
    assert "Beleg 7" not in json.dumps(data)


def test_a_page_without_conditions_needs_no_script() -> None:
    form = Filled(parking(), {}, {}, TODAY)
    assert told(form, 0) == {}


DOGS = {"id": "hunde", "repeat": {"min": 1, "max": 3}, "fields": [{"id": "name", "type": "text"}]}
FORM: dict[str, Any] = {
    "pages": [
        {"id": "halter", "groups": [{"id": "halter", "fields": [{"id": "stadt", "type": "text"}]}]},
        {
            "id": "hunde",
            "groups": [
                DOGS,
                {"id": "marke", "fields": [{"id": "nr", "type": "text", "show_if": "a.halter.stadt == 'hier'"}]},
            ],
        },
    ]
}


def dogs(answers: dict[str, Any], form: dict[str, Any] = FORM) -> dict[str, Any]:
    return told(Filled(parse_form(form, {}), answers, {}, TODAY), 1)


def test_answers_of_other_pages_are_those_of_this_draft() -> None:
    for town in ("hier", "dort", "</script>", ""):
        assert dogs({"halter": {"stadt": town}})["values"] == {"a.halter.stadt": town}


def test_a_further_element_is_told() -> None:
    names = [field["name"] for field in dogs({"hunde": [{}, {}]})["fields"]]
    assert names == ["hunde.0.name", "hunde.1.name", "marke.nr"]
    assert [field["name"] for field in dogs({})["fields"]] == ["hunde.0.name", "marke.nr"]


def test_another_revision_of_the_form_has_its_own() -> None:
    marke = {"id": "marke", "fields": [{"id": "nr", "type": "text", "show_if": "a.halter.stadt == 'dort'"}]}
    changed = {"pages": [FORM["pages"][0], {"id": "hunde", "groups": [DOGS, marke]}]}
    before, after = (dogs({}, form)["fields"][-1]["show_if"] for form in (FORM, changed))
    assert ("hier" in before, "dort" in after) == (True, True)
