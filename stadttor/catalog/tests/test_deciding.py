"""For which outcomes a reason is, and what a package says about outcomes."""

import pytest

from stadttor.catalog.rules.deciding import outcomes_of
from stadttor.catalog.tests.builders import a_package, checked, faults_of
from stadttor.catalog.tests.test_representing import PACKAGES
from stadttor.catalog.tests.test_representing import content as package_of_ours

NAMED = "  voraussetzungen: [granted]"


def test_a_reason_names_its_outcomes() -> None:
    found = outcomes_of(checked(a_package()).accepted(), "reasons")
    assert found == {"voraussetzungen": ("granted",), "voraussetzungen_fehlen": ("refused",)}


def test_a_reason_that_names_none_is_for_every_outcome() -> None:
    found = outcomes_of(checked(a_package(package=(f"{NAMED}\n", ""))).accepted(), "reasons")
    assert "voraussetzungen" not in found


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("  voraussetzungen: [partly]", "the package has no outcome `partly`"),
        ("  voraussetzungen: [maybe]", "`reasons.voraussetzungen.0`"),
        ("  voraussetzungen: []", "`reasons.voraussetzungen`"),
        ("  gibt_es_nicht: [granted]", "`reasons.gibt_es_nicht`: there is no such text"),
    ],
)
def test_unknown_outcomes_and_reasons_are_refused(line: str, said: str) -> None:
    assert said in faults_of(a_package(package=(NAMED, line)))


def test_every_outcome_a_clerk_chooses_is_explained() -> None:
    said = faults_of(a_package(texts=("  granted: Die Person bekommt die Genehmigung.\n", "")))
    assert "`outcome_help.granted` is missing" in said
    assert "withdrawn" not in said


@pytest.mark.parametrize("name", PACKAGES)
def test_every_package_of_ours_passes_on_what_is_misdirected_and_ends_what_needs_no_decision(name):
    """Report: a parking permit asked for twice could only be refused, with a remedy against it."""
    assert {"forwarded", "closed"} <= set(package_of_ours(name).manifest.outcomes)


@pytest.mark.parametrize("name", PACKAGES)
def test_a_statute_of_the_municipality_may_differ_in_each_member(name):
    """Report: an association had one statute on the use of streets for all its municipalities."""
    manifest = package_of_ours(name).manifest
    has_statute = any("satzung der gemeinde" in one.lower() for one in manifest.law)
    assert has_statute == bool(manifest.member and manifest.member.in_its_name)


def test_a_fee_after_the_decision_names_the_decisions_that_ask_for_it():
    asked = faults_of(a_package(package=("payment: none", "payment: after_decision")))
    assert "no decision would ask for the fee" in asked
