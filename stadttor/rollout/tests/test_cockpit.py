from datetime import datetime, timedelta

import pytest

from stadttor.catalog import services as adoptions
from stadttor.catalog.queries import ReleaseRow
from stadttor.catalog.tests.builders import ADLER, NAME
from stadttor.rollout import cli, queries, services
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.tests.builders import OPEN, announced, at, id_of, planned, run

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


def blocked(release: ReleaseRow, now: datetime, slug: str) -> tuple[tuple[str, ...], str]:
    row = {one.slug: one for one in queries.cockpit(release, now=now)}[slug]
    return row.blocked, row.said


def test_what_blocks_is_of_the_newest_roll_out_and_goes_when_the_authority_helps_itself(
    first: ReleaseRow, second: ReleaseRow, now: datetime
) -> None:
    """Report: the newest that any roll-out left out stood there for ever, and having the version blocked, too."""
    run(planned(first, now, key09577={"gebuehr_cents": -1}), now)
    assert blocked(first, now, "weissenburg") == (("parameters",), "Gebühr")
    town = id_of("weissenburg")
    own = adoptions.adopt(authority_id=town, version_id=first.id, parameters={"gebuehr_cents": 5}, actor=ADLER, now=now)
    assert blocked(first, now, "weissenburg") == ((), "")
    number = announced(second, now)
    services.object_to(authority_id=town, number=number, until=None, reason="Die Satzung fehlt.", actor=ADLER, now=now)
    assert blocked(first, now, "weissenburg") == (("objected",), "Die Satzung fehlt.")
    adoptions.upgrade(authority_id=id_of("koeln"), adoption_id=at(first, "koeln").adoption_id, version_id=second.id,
                      actor=ADLER, now=now)  # fmt: skip
    run(number, now + timedelta(days=28))
    assert blocked(first, now, "weissenburg") == (("objected",), "Die Satzung fehlt.")
    # It has the version already, which is no block; its fee nobody has set.
    assert blocked(first, now, "koeln") == (("gebuehr_cents",), "")
    adoptions.upgrade(authority_id=town, adoption_id=own, version_id=second.id, actor=ADLER, now=now)
    assert blocked(first, now, "weissenburg") == ((), "")


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
