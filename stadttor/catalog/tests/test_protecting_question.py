"""Every form about a person asks once whether information about her is blocked (§ 51 BMG)."""

from datetime import date
from typing import Any

import pytest

from stadttor.catalog.rules.protecting import with_protection
from stadttor.catalog.tests.builders import a_package, faults_of
from stadttor.catalog.tests.test_representing import PACKAGES, content
from stadttor.forms.rules.filled import Filled

DAY = date(2026, 11, 23)
NAME = {"id": "nachname", "type": "name"}


def form(group: str = "person", *fields: dict[str, Any]) -> dict[str, Any]:
    return {"pages": [{"id": "wer", "groups": [{"id": group, "fields": list(fields or (NAME,))}]}]}


@pytest.mark.parametrize("name", PACKAGES)
def test_whoever_says_so_in_a_form_of_ours_is_protected_and_nobody_must_answer(name):
    found = content(name)
    [asked] = [one for one in found.form.fields.values() if one.protects]
    assert not asked.required
    values = found.parameters.merged({})
    for said in (True, False):
        filled = Filled(found.form, {asked.group: {asked.id: said}}, values, DAY)
        assert filled.protects() is said
    for language in found.manifest.languages:
        texts = found.texts_in(language)
        assert texts.own[f"fields.{asked.path}.label"]
        assert "51" in texts.own[f"fields.{asked.path}.help"]


def test_it_stands_behind_the_name_on_its_page():
    page = content("hundesteuer").form.page_of("auskunftssperre.besteht")
    assert page.id == "person"
    assert page.groups[-1].id == "auskunftssperre"


@pytest.mark.parametrize(
    "asked",
    [
        form("hund"),
        form("person", {"id": "firma", "type": "text"}),
        form("person", NAME, {"id": "sperre", "type": "boolean", "protects": True}),
        {"pages": [*form()["pages"], *form("auskunftssperre")["pages"]]},
        {"pages": [{"id": "leer"}, "x"]},
        {"pages": 3},
    ],
)
def test_a_form_about_nobody_or_with_a_question_of_its_own_is_asked_for_nothing(asked):
    assert with_protection(asked) is asked


def test_a_fault_behind_it_names_the_place_as_it_is_written():
    files = a_package()
    files["form.yaml"] = files["form.yaml"].replace(b"type: email", b"type: letter", 1)
    [line] = [n for n, text in enumerate(files["form.yaml"].decode().splitlines(), 1) if "letter" in text]
    assert f"form.yaml:{line}" in faults_of(files)
