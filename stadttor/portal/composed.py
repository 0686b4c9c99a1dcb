"""Answers typed in several inputs, dates and addresses: what each part is called and which of them are wrong."""

from collections.abc import Mapping
from typing import Any

from babel.lists import format_list

from stadttor.forms.rules.problems import Problem
from stadttor.forms.rules.types import address_errors
from stadttor.ground.web import formats
from stadttor.ground.web.language import N_, _

PARTS = {
    "street": N_("Street"),
    "house_number": N_("House number"),
    "postal_code": N_("Postal code"),
    "city": N_("Town"),
    "country": N_("Country"),
    "day": N_("Day"),
    "month": N_("Month"),
    "year": N_("Year"),
}
FIRST = frozenset({"street", "day"})


def named(parts: str) -> str:
    """`street, city` as people read it."""
    return format_list([_(PARTS[part]) for part in parts.split(", ") if part in PARTS], locale=formats.locale())


def part_name(problem: Problem) -> str:
    """What the part of a problem is called; empty for a problem of the whole."""
    return named(str(problem.values.get("part", "")))


def anchor(problem: Problem) -> str:
    """The HTML id of the control a problem belongs to; the first part has the field's own id."""
    part = str(problem.values.get("part", ""))
    tail = f"-{part}" if part in PARTS and part not in FIRST else ""
    return "f-" + problem.path.replace(".", "-") + tail


def part_errors(problem: Problem, answers: Mapping[str, Any], kind: str) -> dict[str, Problem]:
    """Everything that is wrong with the address a problem belongs to, by its part; empty for a field of another type."""
    if kind != "address":
        return {}
    if problem.code == "required" and "part" not in problem.values:
        return {part: Problem.of(problem.path, error) for part, error in address_errors({}).items()}
    value = _given(problem.path, answers)
    if "part" not in problem.values or "missing" in problem.values or not isinstance(value, dict):
        return {}
    return {part: Problem.of(problem.path, error) for part, error in address_errors(value).items()}


def apart(problem: Problem, errors: Mapping[str, Problem]) -> list[Problem]:
    """The problem, or what `errors` (by part) make of it: one that names all missing parts, and each wrong part."""
    missing = [part for part, error in errors.items() if error.code == "required"]
    found = [error for part, error in errors.items() if part not in missing]
    if missing:
        values = {"missing": ", ".join(missing), "part": missing[0]}
        found.insert(0, Problem(problem.path, "incomplete", "errors.incomplete", values))
    return found or [problem]


def _given(path: str, answers: Mapping[str, Any]) -> Any:
    """The answer at `group.field` or `group.0.field`, None where there is none."""
    value: Any = answers
    for step in path.split("."):
        if isinstance(value, list) and step.isdecimal():
            value = value[int(step)] if int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value
