"""Cautions of a package: parsed, checked, and spoken only where the application gives cause."""

from pathlib import Path

import pytest

from stadttor.catalog.rules.examples import filled
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.tests.builders import a_package, checked, faults_of
from stadttor.core.cel import Environment

PACKAGES = Path(__file__).parents[3] / "packages"


def files(caution: str) -> dict[str, bytes]:
    found = a_package()
    found["package.yaml"] += f"cautions:\n  - {caution}\n".encode()
    found["texts/de.yaml"] += b"cautions: {teuer: Das ist teuer.}\n"
    return found


def test_a_caution_may_read_the_application_and_the_settings() -> None:
    caution = "{if: p.gebuehr_cents > 5000, outcomes: [granted], text: teuer}"
    assert checked(files(caution)).accepted().cautions[0].outcomes == ("granted",)


@pytest.mark.parametrize(
    ("caution", "said"),
    [
        ("{if: p.gebuehr_cents, outcomes: [granted], text: teuer}", "The result is integer, not boolean"),
        ("{if: a.nichts.da, outcomes: [granted], text: teuer}", "a.nichts is not declared"),
        ("{if: p.gebuehr_cents > 1, outcomes: [assessed], text: teuer}", "has no outcome `assessed`"),
        ("{if: p.gebuehr_cents > 1, outcomes: [], text: teuer}", "cautions.0.outcomes"),
        ("{if: p.gebuehr_cents > 1, outcomes: [granted], text: fehlt}", "`cautions.fehlt` is missing"),
        ("{if: p.gebuehr_cents > 1, outcomes: [granted], text: ../x}", "has the wrong form"),
    ],
)
def test_a_caution_that_cannot_be_asked_is_refused(caution: str, said: str) -> None:
    assert said in faults_of(files(caution))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("only_if: {nichts: p.gebuehr_cents > 1}", "there is no such reason, condition or outcome"),
        ("only_if: {voraussetzungen: p.gebuehr_cents}", "The result is integer, not boolean"),
        ("only_if: {voraussetzungen: [granted]}", "only_if.voraussetzungen"),
    ],
)
def test_a_building_block_without_a_cause_that_can_be_asked_is_refused(line: str, said: str) -> None:
    found = a_package()
    found["package.yaml"] += f"{line}\n".encode()
    assert said in faults_of(found)


def test_the_parking_permit_speaks_of_a_garage_only_where_it_asked() -> None:
    content = checked(read_folder(PACKAGES / "bewohnerparkausweis")).accepted()
    offered = {}
    for one in content.examples:
        environment = Environment(filled(one, content, content.parameters.defaults()).seen)
        offered[one.file.rsplit("/", 1)[1]] = content.only_if["eigener_stellplatz"].holds(environment)
    assert [name for name, is_offered in offered.items() if is_offered] == ["eigener-stellplatz.yaml"]


@pytest.mark.parametrize(
    ("example", "expected"),
    [("assistenzhund", ["ermaessigung_beantragt"]), ("ein-hund", ["keine_ermaessigung_beantragt"])],
)
def test_the_dog_tax_warns_when_relief_was_asked_for(example: str, expected: list[str]) -> None:
    content = checked(read_folder(PACKAGES / "hundesteuer")).accepted()
    one = next(one for one in content.examples if one.file.endswith(f"/{example}.yaml"))
    environment = Environment(filled(one, content, content.parameters.defaults()).seen)
    assert [rule.text for rule in content.cautions if rule.speaks(environment)] == expected
