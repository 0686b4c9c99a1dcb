"""What the browser is told about conditions: made once per form, with the answers of this very draft."""

import json
from datetime import date

from stadttor.forms.browser import conditions_text
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import Filled

TODAY = date(2026, 11, 22)
DOGS = {"id": "hunde", "repeat": {"min": 1, "max": 3}, "fields": [{"id": "name", "type": "text"}]}
FORM = {
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


def told(answers, form=FORM, page=1):
    definition = parse_form(form, {})
    text = conditions_text(Filled(definition, answers, {}, TODAY), definition.pages[page])
    assert "<" not in text
    return json.loads(text)


def test_nothing_is_told_where_nothing_depends():
    assert told({}, page=0) == {}


def test_answers_of_other_pages_are_those_of_this_draft():
    for town in ("hier", "dort", "</script>", ""):
        assert told({"halter": {"stadt": town}})["values"] == {"a.halter.stadt": town}


def test_a_further_element_is_told():
    names = [field["name"] for field in told({"hunde": [{}, {}]})["fields"]]
    assert names == ["hunde.0.name", "hunde.1.name", "marke.nr"]
    assert [field["name"] for field in told({})["fields"]] == ["hunde.0.name", "marke.nr"]


def test_another_revision_of_the_form_has_its_own():
    marke = {"id": "marke", "fields": [{"id": "nr", "type": "text", "show_if": "a.halter.stadt == 'dort'"}]}
    changed = {"pages": [FORM["pages"][0], {"id": "hunde", "groups": [DOGS, marke]}]}
    before, after = (told({}, form)["fields"][-1]["show_if"] for form in (FORM, changed))
    assert ("hier" in before, "dort" in after) == (True, True)
