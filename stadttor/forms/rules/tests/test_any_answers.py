"""Whatever a draft, an interface or an attacker puts into the answers: no exception, and cleaning is final."""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stadttor.core.cel import Declared, Expression, ProfileError
from stadttor.forms.definition import FormDefinition
from stadttor.forms.parsing import parse_fees, parse_form
from stadttor.forms.rules import TYPES, Filled, Words, read_page, show

TODAY = date(2026, 11, 22)

_FIELDS = [
    {"id": name, "type": name, **({"options": ["a", "b"]} if "select" in name else {})} for name in sorted(TYPES)
]


def every_type() -> FormDefinition:
    conditions = {
        "email": "a.g.boolean || a.g.integer > 2",
        "iban": "a.g.email != '' && a.g.date < today",
        "name": "a.g.address.city.startsWith('W') && 'a' in a.g.multiselect",
        "phone": "a.r.exists(x, x.money > 5)",
    }
    single = [{**field, **_condition(conditions.get(field["id"]))} for field in _FIELDS]
    repeated = [{**field, **_condition("item.boolean" if field["id"] == "text" else None)} for field in _FIELDS]
    raw = {
        "pages": [
            {"id": "one", "groups": [{"id": "g", "fields": single}]},
            {
                "id": "two",
                "show_if": "a.g.text != 'x'",
                "groups": [{"id": "r", "repeat": {"min": 1, "max": 3}, "fields": repeated}],
                "checks": [{"if": "size(item.text) > 2 && item.integer < 5", "refuse": "r.text", "text": "kurz"}],
            },
        ]
    }
    return parse_form(raw, {})


def _condition(source: str | None) -> dict[str, Any]:
    return {"show_if": source, "required": source} if source else {"required": True}


FORM = every_type()
FEES = parse_fees([{"id": "x", "cents": "a.g.money * a.g.integer - size(a.r)"}], FORM)

likely = st.sampled_from(
    [
        "a",
        "x",
        "Weißenburg",
        "2026-11-22",
        "UA",
        "WUG-AB 123",
        "DE89370400440532013000",
        "\ud800",
        "😀",
        "1.5",
        "A@b.de",
    ]
)
scalar = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | likely
value = st.recursive(scalar, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(likely, inner, max_size=3))
address = st.fixed_dictionaries({}, optional=dict.fromkeys(TYPES["address"].parts, scalar))
group = st.fixed_dictionaries({}, optional=dict.fromkeys(TYPES, value | address))
answers = st.fixed_dictionaries({}, optional={"g": group | value, "r": st.lists(group | value, max_size=5) | value})


@settings(max_examples=150, deadline=None)
@given(answers)
def test_any_answers_are_judged_without_an_exception(given_answers: dict[str, Any]) -> None:
    form = Filled(FORM, given_answers, {}, TODAY)
    form.validate_all()
    form.fees(FEES)
    for page in form.pages:
        for shown in form.shown(page):
            show(shown.field, form.answer(shown.field, shown.index), Words("de"))


@settings(max_examples=150, deadline=None)
@given(answers)
def test_cleaning_twice_is_cleaning_once(given_answers: dict[str, Any]) -> None:
    once = Filled(FORM, given_answers, {}, TODAY).clean()
    assert Filled(FORM, once, {}, TODAY).clean() == once


@settings(max_examples=100, deadline=None)
@given(answers)
def test_cleaning_changes_no_judgement(given_answers: dict[str, Any]) -> None:
    before = Filled(FORM, given_answers, {}, TODAY)
    after = Filled(FORM, before.clean(), {}, TODAY)
    assert [page.id for page in after.pages] == [page.id for page in before.pages]


names = st.sampled_from([f"{place}.{name}" for place in ("g", "r.0", "r.7", "r.x") for name in TYPES])
parts = st.sampled_from(["", ".day", ".month", ".year", ".street", ".city"])
posted = st.dictionaries(st.tuples(names, parts).map("".join), st.lists(st.text(max_size=12) | likely, max_size=3))


@settings(max_examples=150, deadline=None)
@given(posted)
def test_anything_sent_is_read(sent: dict[str, list[str]]) -> None:
    for page in FORM.pages:
        answers = read_page(page, sent)
        Filled(FORM, answers, {}, TODAY).validate_page(page.id)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="a.g(r)!&|=<>+-*?:'\"[]0 1,xtodyinsze{}/\\", max_size=40) | st.text(max_size=20))
def test_any_expression_is_parsed_or_refused(source: str) -> None:
    with suppress(ProfileError):
        Expression.parse(source, FORM.names)


def test_the_longest_expressions_stay_bounded() -> None:
    for source in (
        "!" * 500,
        "(" * 500,
        "-" * 500,
        "[" * 500,
        "1" + "+1" * 249,
        "true" + "?1:1" * 100,
        "x." * 249 + "x",
    ):
        with pytest.raises(ProfileError):
            Expression.parse(source, Declared())
