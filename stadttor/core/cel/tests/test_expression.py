"""How expressions are declared, bound and reported. What they evaluate to stands in tests/cel/corpus.json."""

import pytest

from stadttor.core.cel import (
    BOOLEAN,
    DATE,
    INTEGER,
    TEXT,
    Declared,
    Environment,
    Expression,
    ProfileError,
    list_of,
    neutral,
    record,
)

NAMES = Declared(
    answers=record(
        {"hund": record({"name": TEXT, "alter": INTEGER, "seit": DATE}), "hunde": list_of(record({"x": TEXT}))}
    ),
    parameters=record({"rassen": list_of(TEXT)}),
)


def test_an_expression_knows_what_it_reads() -> None:
    expression = Expression.parse("a.hund.name in p.rassen && a.hund.seit <= today", NAMES)
    assert expression.references == {"a.hund.name", "p.rassen", "a.hund.seit", "today"}


def test_only_what_is_read_is_asked_for_and_only_once() -> None:
    asked: list[str] = []

    def resolve(path: str) -> str:
        asked.append(path)
        return "Bello"

    env = Environment(resolve)
    Expression.parse("a.hund.name == 'Bello'", NAMES).evaluate(env)
    Expression.parse("a.hund.name != 'Rex'", NAMES).evaluate(env)
    assert asked == ["a.hund.name"]


def test_missing_values_are_neutral() -> None:
    env = Environment.of(NAMES, {})
    assert Expression.parse("a.hund.name == '' && a.hund.alter == null && size(a.hunde) == 0", NAMES).holds(env)


def test_the_expected_kind_is_demanded() -> None:
    with pytest.raises(ProfileError, match="The result is text, not boolean"):
        Expression.parse("a.hund.name", NAMES, BOOLEAN)


def test_an_error_names_place_and_mend() -> None:
    with pytest.raises(ProfileError) as refused:
        Expression.parse("today < a.hund.nam", NAMES)
    assert refused.value.position == 8
    assert refused.value.mend == "Known here: alter, name, seit."


def test_item_exists_only_where_it_is_declared() -> None:
    with pytest.raises(ProfileError, match="repeated group"):
        Expression.parse("item.x == ''", NAMES)
    assert Expression.parse("item.x == ''", NAMES.with_item(record({"x": TEXT}))).references == {"item.x"}


def test_expressions_with_the_same_source_are_equal() -> None:
    assert Expression.parse("1 + 1", NAMES) == Expression.parse("1 + 1", NAMES)


def test_neutral_values() -> None:
    assert neutral(NAMES.answers) == {"hund": {"name": "", "alter": None, "seit": ""}, "hunde": []}


def test_names_with_the_separator_letter_cannot_collide() -> None:
    """`a.bVc` cannot be declared by a form, whose ids are lower case; the profile's paths stay apart."""
    names = Declared(record({"b": record({"c": TEXT}), "b_c": TEXT}))
    env = Environment.of(names, {"a": {"b": {"c": "1"}, "b_c": "2"}})
    assert Expression.parse("a.b.c + a.b_c", names).evaluate(env) == "12"
