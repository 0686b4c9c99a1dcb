"""What a colleague may let pass with a reason, and what nobody may."""

from dataclasses import replace
from datetime import date

from stadttor.forms.parsing import parse_form
from stadttor.forms.rules import Filled
from stadttor.forms.rules.overriding import Override, may_pass, remaining, stand_of
from stadttor.forms.rules.problems import Problem

ANSWERS = {"g": {"ab": "2199-01-01"}}


def refused(**flags: bool) -> Problem:
    check = {"if": "a.g.ab > today", "refuse": "g.ab", "text": "zu_frueh", **flags}
    fields = [{"id": "ab", "type": "date"}]
    raw = {"pages": [{"id": "p", "groups": [{"id": "g", "fields": fields}], "checks": [check]}]}
    return Filled(parse_form(raw, {}), ANSWERS, {}, date(2026, 11, 22)).validate_all()[0]


def passed(problem: Problem) -> Override:
    return Override(problem, stand_of(ANSWERS, problem.path), "Zieht bald ein.", "Frau Adler", "2026-11-22")


def test_a_check_is_let_pass_with_a_reason() -> None:
    problem = refused()
    assert may_pass(problem)
    assert remaining([problem], [passed(problem)], ANSWERS) == []


def test_a_strict_check_is_let_pass_by_nobody() -> None:
    problem = refused(strict=True)
    assert not may_pass(problem)
    assert remaining([problem], [passed(problem)], ANSWERS) == [problem]


def test_a_reason_given_before_the_check_was_strict_counts_no_more() -> None:
    problem = refused(strict=True)
    assert remaining([problem], [passed(replace(problem, strict=False))], ANSWERS) == [problem]
