"""What a package assesses: parsed, checked, and reckoned by the statute's numbers."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stadttor.catalog.rules.assessment import NOTHING_ENDED, Assessed, Ended
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.files import read_folder
from stadttor.catalog.tests.builders import checked
from stadttor.forms.rules.filled import Filled

FOLDER = Path(__file__).parents[3] / "packages/hundesteuer"
TODAY = date(2026, 11, 23)
LUNA = {
    "name": "Luna",
    "rasse": "Dackel",
    "gelistet": False,
    "geburtsdatum": "2020-05-01",
    "gehalten_seit": "2026-09-14",
}


@pytest.fixture(scope="module")
def content() -> PackageContent:
    return checked(dict(read_folder(FOLDER))).accepted()


def assessed(
    content: PackageContent, *dogs: dict[str, Any], outcome: str = "assessed", before: int = 0, origin: str = "",
    relief_for: str = "", ended: Mapping[int, Ended] = NOTHING_ENDED, **parameters: Any,
) -> Assessed:  # fmt: skip
    answers = {
        "haushalt": {"hunde_bisher": before, "dauer": "dauerhaft", "weitere_halter": False},
        "hund": [LUNA | dog for dog in dogs],
        "herkunft": {"zugezogen": bool(origin), "versteuert": bool(origin), "versteuert_bis": origin},
        "ermaessigung": {"gewuenscht": bool(relief_for), "art": "tierheim", "hund_name": relief_for},
    }
    filled = Filled(content.form, answers, content.parameters.defaults() | parameters, TODAY)
    assert content.assessment
    return content.assessment.assessed(filled, outcome, TODAY, ended)


def cents(found: Assessed) -> list[int]:
    return [one.cents for one in found.elements]


def begins(found: Assessed) -> list[str]:
    return [one.begins.isoformat() for one in found.elements]


def test_each_dog_has_the_rate_of_its_place_and_a_listed_one_its_own(content: PackageContent) -> None:
    listed = {"gelistet": True, "gelistete_rasse": "Bandog"}
    assert cents(assessed(content, {}, {}, {})) == [5000, 7500, 10000]
    assert cents(assessed(content, {}, listed, before=1)) == [7500, 40000]


def test_it_begins_with_a_month_of_the_statute_and_not_before_the_dog_is_old_enough(content: PackageContent) -> None:
    young = {"geburtsdatum": "2026-08-10", "gehalten_seit": "2026-10-01"}
    assert begins(assessed(content, {}, young)) == ["2026-10-01", "2027-01-01"]
    assert begins(assessed(content, {}, young, beginn_monat="monat")) == ["2026-09-01", "2026-12-01"]
    assert begins(assessed(content, {"gehalten_seit": ""})) == ["2026-12-01"]


@pytest.mark.parametrize(
    ("until", "begin"), [("2026-12-31", "2027-01-01"), ("2026-12-15", "2027-01-01"), ("2025-12-31", "2026-10-01")]
)
def test_nobody_pays_twice_for_a_month(content: PackageContent, until: str, begin: str) -> None:
    assert begins(assessed(content, {}, origin=until)) == [begin]


def test_relief_is_for_the_dog_it_was_applied_for_and_by_outcome(content: PackageContent) -> None:
    two = ({}, {"name": "Rex"})
    assert cents(assessed(content, *two, outcome="partly", relief_for="Rex")) == [5000, 3750]
    assert cents(assessed(content, *two, outcome="granted", relief_for="Rex")) == [5000, 0]
    assert cents(assessed(content, *two, outcome="refused", relief_for="Rex")) == [5000, 7500]
    assert cents(assessed(content, {}, outcome="granted")) == [0]


def test_it_ends_with_the_month_that_the_statute_says(content: PackageContent) -> None:
    in_time, late = (Ended(date(2026, 10, 9), told) for told in (date(2026, 10, 20), date(2026, 12, 1)))
    keeping = [assessed(content, {}, ended={0: one}).elements[0].ends for one in (in_time, late)]
    assert keeping == [date(2026, 10, 31), date(2026, 10, 31)]
    notice = [
        assessed(content, {}, ended={0: one}, spaete_abmeldung="abmeldung").elements[0].ends for one in (in_time, late)
    ]
    assert notice == [date(2026, 10, 31), date(2026, 12, 31)]
    assert assessed(content, {}).elements[0].ends is None


def test_a_further_dog_counts_one_place_further_in_front_where_the_statute_says_so(content: PackageContent) -> None:
    ended = {0: Ended(date(2026, 10, 9), date(2026, 10, 20)), 1: Ended(date(2026, 12, 1), date(2026, 12, 2))}
    rates = [
        [(one.cents, one.begins.isoformat()) for one in dog.rates]
        for dog in assessed(content, {}, {}, {}, ended=ended).elements
    ]
    assert rates == [
        [(5000, "2026-10-01")],
        [(7500, "2026-10-01"), (5000, "2026-11-01")],
        [(10000, "2026-10-01"), (7500, "2026-11-01"), (5000, "2027-01-01")],
    ]
    fixed = assessed(content, {}, {}, ended=ended, nachruecken=False)
    assert [len(one.rates) for one in fixed.elements] == [1, 1]


def test_the_tag_is_asked_for_once_for_each_dog(content: PackageContent) -> None:
    assert assessed(content, {}, {}, gebuehr_marke_cents=300).once == 600


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("each: hund", "each: haushalt", "is not a repeated group"),
        ("next_month: p.beginn_monat == 'folgemonat'", "next_month: p.beginn_monat", "is text, not boolean"),
        ("moves_up: p.nachruecken", "moves_up: p.anmeldefrist_tage", "is integer, not boolean"),
        ("since: >-\n    item.gehalten_seit <", "since: >-\n    item.ended <", "item.ended"),
        ("days: p.faelligkeiten", "days: p.anteilig", "not list of text"),
        ("percent: {partly:", "percent: {closed:", "is not one of its outcomes"),
        ("assessment:\n  outcomes: [assessed,", "assessment:\n  outcomes: [registered,", "has no outcome `registered`"),
        ("once: p.gebuehr_marke_cents", "once: p.gebuehr", "p.gebuehr"),
    ],
)
def test_a_rule_that_cannot_be_reckoned_is_refused(before: str, after: str, said: str) -> None:
    files = dict(read_folder(FOLDER))
    assert before.encode() in files["package.yaml"]
    files["package.yaml"] = files["package.yaml"].replace(before.encode(), after.encode())
    assert said in "\n".join(map(str, checked(files).faults))
