"""Tags of a package: one for each element, ended by an application; what cannot be asked or filled in is refused."""

from datetime import date
from pathlib import Path

import pytest

from stadttor.catalog.rules.examples import filled
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.rules.tags import Ending
from stadttor.catalog.tests.builders import checked, faults_of

FOLDER = Path(__file__).parents[3] / "packages" / "hundesteuer"


@pytest.mark.parametrize(
    ("example", "called", "ending"),
    [
        ("zwei-hunde-zugezogen", ["Luna", "Rex"], None),
        ("abmeldung", [], Ending("1234", date(2026, 8, 31))),
    ],
)
def test_a_registration_enters_each_dog_and_a_deregistration_ends_one(
    example: str, called: list[str], ending: Ending | None
) -> None:
    content = checked(read_folder(FOLDER)).accepted()
    [one] = [one for one in content.examples if one.file == f"examples/{example}.yaml"]
    answers, rule = filled(one, content, content.parameters.defaults()), content.tag
    assert rule is not None
    assert [name for name, _since in rule.things(answers)] == called
    assert rule.ending(answers) == ending


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("  each: hund\n  called", "  each: person\n  called", "`person` is not a repeated group"),
        ("  called: item.name", "  called: item.nichts", "nichts is not declared"),
        ("  since: item.gehalten_seit\n  # It", "  since: item.name\n  # It", "`tag.since`"),
        ("abmeldung.hund: name", "abmeldung.hund: nichts", "`hund` has no field `nichts`"),
        ("number: abmeldung.marke", "number: hund.chip", "`hund.chip` is not a field of the form outside"),
        ("{anliegen.art: abmelden}", "{anliegen.art: fort}", "`anliegen.art` has no option `fort`"),
        (
            "    outcomes: [assessed]\n    number",
            "    outcomes: [registered]\n    number",
            "has no outcome `registered`",
        ),
    ],
)
def test_a_tag_that_cannot_be_entered_or_ended_is_refused(before: str, after: str, said: str) -> None:
    found = read_folder(FOLDER)
    text = found["package.yaml"].decode()
    assert text.count(before) == 1
    found["package.yaml"] = text.replace(before, after).encode()
    assert said in faults_of(found)
