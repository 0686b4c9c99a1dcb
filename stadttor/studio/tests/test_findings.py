"""Findings in the reader's language: what is translated, what stays English, and that each kind is really said."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.services.drafting import SKELETON, looked_over
from stadttor.ground.web.language import speaking
from stadttor.studio.rules.findings import KINDS, Said, _patterns, said, said_line
from stadttor.studio.tests.builders import HOME, text

PRODUCT = Path(__file__).parents[2]
SOURCES = ("catalog", "forms", "core/cel", "studio/services")
MADE_OF_PARTS = {"has the wrong form."}
"""What the manifest's check puts together itself."""


@cache
def sentences() -> frozenset[str]:
    """Every text in the code of the check, with a name where something is put in."""
    paths = [path for tree in SOURCES for path in (PRODUCT / tree).rglob("*.py") if "tests" not in path.parts]
    return frozenset(text for path in paths for text in _texts(ast.parse(path.read_text())))


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
        elif isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)


@pytest.mark.parametrize(("kind", "pattern"), [pytest.param(*one, id=one[0][:40]) for one in _patterns()])
def test_the_check_says_each_kind(kind: str, pattern: object) -> None:
    assert kind in MADE_OF_PARTS or any(pattern.fullmatch(one) for one in sentences())  # type: ignore[attr-defined]


def test_no_kind_stands_twice() -> None:
    assert len(set(KINDS)) == len(KINDS)


def german(files: dict[str, bytes]) -> list[Said]:
    with speaking("de"):
        return [one for fault in looked_over(files).faults for one in (said(fault.text), said(fault.mend))]


@pytest.mark.parametrize(
    ("path", "old", "new", "expected"),
    [
        ("form.yaml", "a.anliegen.ab < today", "a.anliegen.abb < today", "a.anliegen.abb gibt es nicht (beim Zeichen"),
        ("form.yaml", "type: date", "type: dates", "Die Art 'dates' gibt es nicht."),
        ("form.yaml", "id: ab,", "id: art,", "`pages.1.groups.0.fields`: Den Kurznamen art gibt es mehrmals."),
        ("form.yaml", "id: ab,", "id: int,", "Der Kurzname int bedeutet in Bedingungen etwas anderes."),
        ("texts/de.yaml", "summary:", "summry:", "`summry` ist kein Abschnitt der Texte."),
        ("examples/neu.yaml", "1200", "1300", "erwartet fee_cents 1300, es ist aber 1200."),
        ("package.yaml", "leistung: null", 'leistung: "12"', "`leistung`: hat die falsche Form."),
        ("package.yaml", "version: 0.1.0\n", "", "`version` fehlt."),
        ("form.yaml", "pages:\n", "pages: [\n", "Das ist kein gültiges YAML"),
    ],
)
def test_frequent_findings_come_in_german(path: str, old: str, new: str, expected: str) -> None:
    files = dict(read_folder(SKELETON))
    assert old.encode() in files[path]
    files[path] = files[path].replace(old.encode(), new.encode(), 1)
    found = german(files)
    assert any(expected in one.text for one in found), found


def test_what_is_of_no_kind_stays_english_and_is_marked() -> None:
    with speaking("tr"):
        assert said("Something rare happened.") == Said("Something rare happened.", "en")
        assert said("`a.b`: Something rare.") == Said("`a.b`: Something rare.", "en")
        assert said("The file is empty.") == Said("Dosya boş.")
        assert said("") == Said("")
        assert said("x" * 50_000).lang == "en"


def test_a_line_of_a_publication_is_said_with_its_place() -> None:
    with speaking("de"):
        assert [one.text for one in said_line("texts/de.yaml:3: `title` is missing. Mend: Add the text.")] == [
            "texts/de.yaml:3:", "`title` fehlt.", "Fügen Sie den Text hinzu.",
        ]  # fmt: skip
        for rare in ("redaktion.jwk: Permission denied", "letters/x.typ: error: unclosed delimiter", ""):
            assert said_line(rare) == (Said(rare, "en"),)


def test_what_is_put_in_stays_as_it_is() -> None:
    with speaking("de"):
        assert said("`<b>{0}</b>` is missing.").text == "`<b>{0}</b>` fehlt."
        assert said("The id '{x}' is not usable.").text == "Der Kurzname '{x}' ist nicht brauchbar."


@pytest.mark.db
def test_the_page_says_it_in_the_readers_language_and_marks_what_is_english(desk: Any, copy_id: UUID) -> None:
    package = (
        SKELETON.joinpath("package.yaml")
        .read_text()
        .replace("leistung: null", 'leistung: "<b>"')
        .replace("0.1.0", "eins")
    )
    desk.post(f"{HOME}/{copy_id}/files/package.yaml", {"content": package, "seen": "1"})
    desk.cookies["language"] = "de"
    page = text(desk.get(f"{HOME}/{copy_id}"))
    assert "`leistung`: hat die falsche Form." in page
    assert '<span lang="en" dir="ltr">`version`: a version is three numbers' in page
