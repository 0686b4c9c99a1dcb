"""For which outcomes a reason is, and what a package says about outcomes."""

import pytest

from stadttor.catalog.rules.deciding import outcomes_of
from stadttor.catalog.tests.builders import a_package, checked, faults_of

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
