"""Whoever comes in the demo or in a journey is one of the cast, so that a word about her in a log is found."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.cast import TOO_COMMON
from tests.journeys.quiet import said_about

ROOT = Path(__file__).resolve().parents[2]
TOLD = (
    *sorted(set((ROOT / "tests" / "journeys").glob("*.py")) - {Path(__file__)}),
    *sorted((ROOT / "stadttor" / "site").glob("demo*.py")),
    *sorted((ROOT / "stadttor" / "site").glob("simulated_people.py")),
    ROOT / "stadttor" / "appointments" / "demo.py",
    ROOT / "adapters" / "simulated_register" / "__init__.py",
    ROOT / "tests" / "isolation" / "world.py",
)
"""Where people of the demo and of journeys are told of."""
SHAPES = (
    re.compile(r"\b(?:Herr|Frau|Dr\.) [A-ZÄÖÜ][\w’-]+"),
    re.compile(r"[\w.+-]+@[\w.-]+\.[a-z]+"),
    re.compile(r"\b[A-ZÄÖÜ]{1,3}-[A-Z]{1,2} \d{1,4}\b"),
    re.compile(r"(?:\+49 |\b0)\d+ \d{3,}"),
    re.compile(r"\b19\d\d-\d\d-\d\d\b|\b\d{1,2}\.\d{1,2}\.19\d\d\b"),
)
"""Somebody with a title, a mail, a plate, a telephone, a birthday."""
KEYS = {
    "vorname", "nachname", "given_name", "family_name", "geburtsdatum", "birth_date", "phone", "street", "street_address",
    "email", "kennzeichen", "ausweis_nummer", "applicant",
}  # fmt: skip
"""What answers and arguments are called that tell who somebody is."""
GUESTS = {"Person", "Invented"}
"""Whose first argument is a name."""
NOBODY = {
    "31.2.1975": "a day that there is not", "1.3.2024": "the birthday of a dog", "a\0b": "no number at all",
    "12345678901": "no plate at all", "09141 907": "the town's own telephone",
}  # fmt: skip


def people_in(source: str) -> set[str]:
    """What tells of persons in a module: texts of these shapes, values under these names, names of guests."""
    return set(_people_in(ast.parse(source))) - NOBODY.keys() - TOO_COMMON


def _people_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if text := _text(node):
            yield from (found for shape in SHAPES for found in shape.findall(text))
        for name, value in _named(node):
            if name.rpartition(".")[2] in KEYS and (text := _text(value)):
                yield text
            # Much is called so; somebody's has two parts.
            if name == "name" and isinstance(node, ast.Dict) and " " in (text := _text(value)):
                yield text
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GUESTS and node.args:
            yield _text(node.args[0])


def _text(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _named(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    if isinstance(node, ast.Dict):
        yield from ((_text(key), value) for key, value in zip(node.keys, node.values, strict=True))
    if isinstance(node, ast.Call):
        yield from ((one.arg, one.value) for one in node.keywords if one.arg)


@pytest.mark.parametrize("path", TOLD, ids=lambda path: path.name)
def test_nobody_is_missing_from_the_cast(path):
    """Report: Herr Brandt was in the demo and in a journey, and a line about him in a log was none."""
    assert [one for one in sorted(people_in(path.read_text())) if not said_about(f"refused {one}, again")] == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("'Sie spricht mit Frau Neumann'", "Frau Neumann"),
        ("sign_in(TOWN, 'rilda.neumann@weissenburg.example')", "rilda.neumann@weissenburg.example"),
        ("check(warden, 'WUG-RN 5')", "WUG-RN 5"),
        ("{'phone': '0911 123456'}", "0911 123456"),
        ("RILDA = AMIRA | {'person.vorname': 'Rilda'}", "Rilda"),
        ("RILDA = {'person.geburtsdatum': '9.9.2003'}", "9.9.2003"),
        ("RILDA = {'name': 'Rilda Neumann'}", "Rilda Neumann"),
        ("Application(applicant='Rilda')", "Rilda"),
        ("Person('Rilda', '', '', 'de')", "Rilda"),
    ],
)
def test_somebody_new_would_be_missed(source, told):
    assert told in people_in(source)
    assert said_about(told) == []


def test_all_that_is_defined_of_people_in_journeys_and_in_the_demo_is_there():
    for one in (
        "Brandt", "brandt@weissenburg.example", "Frau Kern", "Sommer", "Deniz Aydın", "WUG-DA 69", "wug da69", "24. Mai 1988",
        "Luitpoldstraße 7", "BAHNHOFSTRASSE 12", "+49 9141 000012", "olena.kovalenko@example.org", "Suri", "Max D’Arcy",
    ):  # fmt: skip
        assert said_about(f"refused {one}"), one


@pytest.mark.parametrize(
    "line",
    [
        "max-age=60, charset",
        "/static/kern.css",
        "KERN-Design",
        "adlerhorst",
        "GET /resource/securi",
        "2025-10-01T09:00:00",
    ],
)
def test_words_that_only_look_like_somebody_are_nobody(line):
    assert said_about(line) == []
