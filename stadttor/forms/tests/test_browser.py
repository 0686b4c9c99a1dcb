"""The browser gets what it needs for one page, and nothing else about a person."""

import json
from datetime import date

from stadttor.forms.browser import conditions_for
from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import Filled
from stadttor.forms.tests.test_parsing import parking

TODAY = date(2026, 11, 22)


def test_fields_carry_their_lowered_conditions() -> None:
    form = Filled(parking(), {"person": {"zone": "A"}}, {"zonen": ["A"]}, TODAY)
    data = conditions_for(form, form.definition.pages[1])
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
    data = conditions_for(form, form.definition.pages[1])
    assert data["values"] == {"a.g.art": "neu", "p.arten": ["neu"]}
    assert "Beleg 7" not in json.dumps(data)


def test_a_page_without_conditions_needs_no_script() -> None:
    form = Filled(parking(), {}, {}, TODAY)
    assert conditions_for(form, form.definition.pages[0]) == {}
