"""What changes from one version to the next is said in words, also of rules (issue: only fields, settings and fees were)."""

from dataclasses import fields, replace
from typing import Any

import pytest

from stadttor.catalog.rules.changed_rules import PARTS, SAID, TERMS, RulesChanged
from stadttor.catalog.rules.differences import compare
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules_wording import PART_WORDS, TERM_WORDS
from stadttor.catalog.tests.builders import a_package, checked
from stadttor.catalog.wording import difference
from stadttor.ground.web.language import speaking


def said(file: str, *changes: tuple[str, str]) -> str:
    """The sentences about the skeleton with other words in one file."""
    before, files = checked(a_package()).accepted(), a_package(package=("version: 0.1.0", "version: 0.2.0"))
    text = files[file].decode()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    files[file] = text.encode()
    with speaking("en"):
        return "\n".join(difference(compare(before, checked(files).accepted())))


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("package.yaml", "due: P14D", "due: P30D", "Time to decide: 14 days → 30 days"),
        ("package.yaml", "retention: P3Y", "retention: P18M", "Kept after closing: 3 years → 18 months"),
        ("package.yaml", "trust: none", "trust: normal", "Needed to apply online: without login → login"),
        ("package.yaml", "competent: gemeinde", "competent: kreis", "Who is competent: the municipality → the Kreis"),
        ("package.yaml", "channels: [online, counter, post]",
         "channels: [online]",
         "Ways to apply: online, at the counter, by post → online"),
        ("package.yaml", "payment: none", "payment: none\nfour_eyes: true", "Second clerk confirms: No → Yes"),
        ("package.yaml", "ward: required", "ward: on_request", "Also different: for whom one may apply"),
        ("package.yaml", "maximum: 100000", "maximum: 200000", "Settings with other bounds or another default: Gebühr"),
        ("form.yaml", "  - id: anliegen\n",
         "  - id: anliegen\n    show_if: \"a.person.vorname != ''\"\n",
         "Pages that are shown in other cases: Ihr Anliegen"),
        ("form.yaml", "      - id: anliegen\n",
         "      - id: anliegen\n        show_if: \"a.person.vorname != ''\"\n",
         "Parts of the form that are shown in other cases: Ihr Anliegen"),
        ("form.yaml", "a.anliegen.ab < today", "a.anliegen.ab <= today", "Checked in another way, with this message: „"),
    ],
)  # fmt: skip
def test_a_changed_rule_is_told_in_words(file: str, old: str, new: str, sentence: str) -> None:
    assert sentence in said(file, (old, new))


def test_an_outcome_more_or_less_is_told() -> None:
    content = checked(a_package()).accepted()
    fewer = replace(content, manifest=replace(content.manifest, outcomes=("granted", "refused")))
    with speaking("en"):
        assert "Cases can also end: withdrawn" in difference(compare(fewer, content))
        assert "Cases no longer end: withdrawn" in difference(compare(content, fewer))


def test_pages_in_another_order_are_told() -> None:
    content = checked(a_package()).accepted()
    turned = replace(content, form=replace(content.form, pages=content.form.pages[::-1]))
    assert compare(content, turned).rules.pages_ordered
    assert not compare(content, content).rules.pages_ordered


def test_a_check_that_is_new_or_gone_is_told_by_its_message() -> None:
    content = checked(a_package()).accepted()
    pages = tuple(replace(one, checks=()) for one in content.form.pages)
    without = replace(content, form=replace(content.form, pages=pages))
    assert compare(without, content).rules.checks_added == compare(content, without).rules.checks_removed != ()


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_gone_is_told(part: str) -> None:
    content = checked(a_package()).accepted()
    other: Any = replace(content, **{part: object()})
    with speaking("en"):
        assert PART_WORDS[part] in "\n".join(difference(compare(other, content)))


def test_nothing_is_told_of_a_version_that_changes_no_rule() -> None:
    content = checked(a_package()).accepted()
    assert compare(content, content).rules == RulesChanged()


def test_every_part_of_a_package_is_compared_somewhere() -> None:
    """A new part of package.yaml must not be left unsaid."""
    elsewhere = {
        "format", "id", "version", "leistung", "publisher", "outcomes", "languages", "law", "search", "assessment",
        "permit", "tag", "credential", "letters_to", "parameters", "parameter_checks", "cautions", "migrations",
    }  # fmt: skip
    assert {one.name for one in fields(Manifest)} == elsewhere | set(TERMS) | set(SAID)
    assert set(PART_WORDS) == set(PARTS) | set(SAID)
    assert set(TERM_WORDS) == set(TERMS)
