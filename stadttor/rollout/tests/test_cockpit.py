from datetime import datetime, timedelta

import pytest

from stadttor.cases.models import Case
from stadttor.catalog import services as adoptions
from stadttor.catalog.queries import ReleaseRow
from stadttor.catalog.tests.builders import ADLER, NAME
from stadttor.ground.work import work
from stadttor.rollout import cli, queries, services
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.tests.builders import at, id_of, planned, run

pytestmark = pytest.mark.db
OPEN = ("muenchen", "nuernberg", "aschaffenburg", "weissenburg")


def applied(slug: str, adoption_id: object, when: datetime, *, test: bool = False) -> None:
    with work(id_of(slug)):
        Case.objects.create(
            authority_id=id_of(slug), number="1", adoption_id=adoption_id, service="muster", title="Muster",
            applicant="", applicant_key="", received=when, is_test=test,
        )  # fmt: skip


@pytest.fixture
def country_under_way(first: ReleaseRow, now: datetime) -> ReleaseRow:
    """Bavaria has it with its values, Hamburg without; Köln is planned, to Leipzig it does not apply; four are open."""
    services.does_not_apply(
        package_id=first.package_id, authority_id=id_of("leipzig"), reason="gibt es nicht", actor=ADLER, now=now
    )
    run(planned(first, now, group=Group(("09", "02")), key09={"gebuehr_cents": 900}), now)
    planned(first, now, group=Group(("05",)))
    for slug in OPEN:
        own = at(first, slug)
        assert own
        adoptions.go_live(authority_id=own.authority_id, adoption_id=own.adoption_id, actor=ADLER, now=now)
        when = now - timedelta(days=31 if slug == "nuernberg" else 1)
        if slug != "weissenburg":
            applied(slug, own.adoption_id, when, test=slug == "aschaffenburg")
    return first


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
