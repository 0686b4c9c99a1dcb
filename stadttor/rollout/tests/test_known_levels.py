"""Which level does a service in a Land: sure by law, said by the operator, or only what the package says."""

from datetime import date

import pytest

from stadttor.catalog.queries import ReleaseRow
from stadttor.core.ars import LAENDER
from stadttor.rollout import law, queries, services
from stadttor.rollout.law import EVERYWHERE, KnownLevel, known_level
from stadttor.rollout.queries import levels_of
from stadttor.rollout.rules.groups import group_of

DAY = date(2026, 12, 1)
PACKAGES = (
    "bewohnerparkausweis", "fuehrungszeugnis", "fundsache", "gewerbeanmeldung", "hundesteuer", "kita-voranmeldung",
    "meldebescheinigung", "sondernutzung", "sperrmuell", "wohnsitzanmeldung",
)  # fmt: skip


def test_every_row_names_its_law_and_no_two_say_something_about_the_same() -> None:
    rows = law.table()
    assert {one.package.removeprefix("de.stadttor.") for one in rows} == set(PACKAGES)
    assert all(len(one.source) > 10 and one.land in {*LAENDER, EVERYWHERE} for one in rows)
    assert len({(one.package, one.land, one.since) for one in rows}) == len(rows)


@pytest.mark.parametrize(
    ("package", "land", "level", "checked"),
    [
        ("sperrmuell", "09", "kreis", True),
        # There the municipalities collect, and the Kreise dispose of it.
        ("sperrmuell", "05", "gemeinde", True),
        ("sperrmuell", "06", "gemeinde", True),
        ("hundesteuer", "14", "gemeinde", True),
        ("hundesteuer", "11", "gemeinde", False),
        ("bewohnerparkausweis", "06", "gemeinde", False),
        ("bewohnerparkausweis", "08", "kreis", False),
        ("kita-voranmeldung", "09", "gemeinde", True),
        ("kita-voranmeldung", "05", "gemeinde", False),
    ],
)
def test_what_is_known_of_a_package_in_a_land(package: str, land: str, level: str, checked: bool) -> None:
    found = known_level(f"de.stadttor.{package}", land, DAY)
    assert found
    assert (found.level, found.checked) == (level, checked)


def test_nothing_is_known_before_its_day_and_of_other_packages() -> None:
    assert known_level("de.stadttor.sperrmuell", "05", date(2020, 1, 1)) is None
    assert known_level("de.example.anderes", "05", DAY) is None


@pytest.mark.db
def test_what_is_not_checked_counts_for_nothing_and_the_operator_goes_before(first: ReleaseRow, monkeypatch) -> None:
    unsure = KnownLevel(first.package, "01", "kreis", date(2026, 1, 1), False, "zu prüfen")
    sure = KnownLevel(first.package, "09", "kreis", date(2026, 1, 1), True, "Art. 1 BayBeispielG")
    monkeypatch.setattr(law, "table", lambda: (unsure, sure))
    found = {row.land: row for row in levels_of(first, ["01", "09"], DAY)}
    assert (found["01"].level, found["01"].checked) == (first.manifest.competent, False)
    assert (found["09"].level, found["09"].checked) == ("kreis", True)
    assert {one.authority.kind for one in queries.targets(first, group_of(["09577"]), DAY).authorities} == {"kreis"}
    services.set_competence(package_id=first.package_id, land="09", level="gemeinde", source="Vereinbarung", since=DAY)
    (row,) = levels_of(first, ["09"], DAY)
    assert (row.level, row.source) == ("gemeinde", "Vereinbarung")
