"""Applying for somebody else: what a package says of it, and what its form asks then."""

from datetime import date
from functools import lru_cache
from pathlib import Path

import pytest

from stadttor.catalog.rules.content import PackageContent, read_package
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.manifest import published_manifest
from stadttor.catalog.tests.builders import a_package, checked, faults_of
from stadttor.forms.rules.filled import Filled

FOLDER = Path(__file__).parents[3] / "packages"
PACKAGES = sorted(one.name for one in FOLDER.iterdir())
DAY = date(2026, 11, 22)
LINE = "on_behalf: {child: none, ward: required, principal: on_request}"


@lru_cache
def content(name: str) -> PackageContent:
    found = read_package(read_folder(FOLDER / name), published_manifest).content
    assert found
    return found


def package(said: str) -> PackageContent:
    return checked(a_package(package=(LINE, f"on_behalf: {said}"))).accepted()


def missing(content: PackageContent, **said: object) -> set[str]:
    filled = Filled(content.form, {"fuer_wen": said}, content.parameters.merged({}), DAY)
    return {one.path for one in filled.validate_all() if one.path.startswith("fuer_wen.")}


def test_the_questions_stand_first_on_the_page_that_asks_who_applies():
    page = package("{ward: required}").form.page_of("fuer_wen.wer")
    assert page.groups[0].id == "fuer_wen"
    assert page.groups[1].id == "person"


def test_no_answer_means_that_she_speaks_for_herself():
    found = package("{child: none, ward: required, principal: on_request}")
    assert missing(found) == missing(found, wer="selbst") == set()


@pytest.mark.parametrize(
    ("relation", "proof"), [("kind", set()), ("betreuung", {"fuer_wen.nachweis"}), ("vollmacht", set())]
)
def test_whoever_speaks_for_another_says_who_she_is_and_shows_what_the_law_asks(relation, proof):
    found = package("{child: none, ward: required, principal: on_request}")
    who = {"fuer_wen.vorname", "fuer_wen.nachname", "fuer_wen.anschrift"}
    assert missing(found, wer=relation) == who | proof


def test_only_those_the_package_names_can_be_chosen():
    assert package("{ward: required}").form.fields["fuer_wen.wer"].options == ("selbst", "betreuung")
    assert "fuer_wen.nachweis" not in package("{child: none}").form.fields
    assert "fuer_wen.wer" not in package("form").form.fields
    assert "fuer_wen.wer" not in package("{}").form.fields


@pytest.mark.parametrize("said", ["{friend: none}", "{child: maybe}", "nobody"])
def test_what_the_format_does_not_know_is_a_fault(said):
    assert "on_behalf" in faults_of(a_package(package=(LINE, f"on_behalf: {said}")))


def test_a_fault_of_the_form_names_the_place_as_it_is_written():
    files = a_package()
    files["form.yaml"] = files["form.yaml"].replace(b"type: name", b"type: nickname", 1)
    [line] = [n for n, text in enumerate(files["form.yaml"].decode().splitlines(), 1) if "nickname" in text]
    assert f"form.yaml:{line}" in faults_of(files)


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_of_ours_says_for_whom_one_may_apply(name):
    assert content(name).manifest.on_behalf


@pytest.mark.parametrize("language", ["de", "de-simple", "en", "uk", "tr", "ar"])
def test_the_questions_are_asked_in_every_language_of_the_product(language):
    texts = content("hundesteuer").texts_in(language)
    assert texts.own["fields.fuer_wen.wer.label"]
    assert (texts.own["fields.fuer_wen.wer.label"] == "For whom do you apply?") == (language == "en")
