from datetime import datetime

import pytest

from stadttor.catalog.queries import ReleaseRow
from stadttor.catalog.tests.builders import NAME
from stadttor.rollout import cli, queries
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.tests.builders import OPEN

pytestmark = pytest.mark.db


def test_each_authority_is_in_one_stage(country_under_way: ReleaseRow, now: datetime) -> None:
    rows = {row.slug: row for row in queries.cockpit(country_under_way, now=now)}
    stages = {slug: row.stage for slug, row in rows.items()}
    assert len(rows) == len(queries.targets(country_under_way, Group()).authorities) + 1
    assert [stages[slug] for slug in ("leipzig", "berlin", "koeln", "hamburg", "vg-ellingen")] == [
        "not_applicable", "nothing", "planned", "adopted", "test",
    ]  # fmt: skip
    # In use is a real application within 30 days: not an older one, and none that only tried the service out.
    assert [stages[slug] for slug in OPEN] == ["used", "live", "live", "live"]
    assert rows["hamburg"].blocked == ("gebuehr_cents",)


def test_the_operator_gets_counts_by_land_and_each_authority_as_csv(
    country_under_way: ReleaseRow, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["cockpit", NAME]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert head == "land;" + ";".join(queries.STAGES)
    by_land = {line.split(";")[0]: line.split(";")[1:] for line in lines}
    assert by_land["02"] == ["0", "0", "0", "0", "1", "0", "0", "0"]
    assert by_land["14"][0] == "1"
    assert cli.main(["cockpit", NAME, "--by", "authority"]) == 0
    said = capsys.readouterr().out
    assert ";hamburg;" in said
    assert ";adopted;0.1.0;gebuehr_cents" in said
