from datetime import datetime, timedelta
from uuid import UUID

import pytest

from stadttor.cases.models import Case
from stadttor.catalog.queries import ReleaseRow
from stadttor.core.refused import Refused
from stadttor.ground.actor import SYSTEM
from stadttor.ground.work import work
from stadttor.rollout import queries, services
from stadttor.rollout.rules.watching import Share, rose
from stadttor.rollout.tests.builders import announced, at, id_of, planned, run

LATER = timedelta(days=28)


def test_a_share_that_is_surely_higher_rose() -> None:
    assert rose(Share(50, 1_000), Share(12, 40))
    assert not rose(Share(50, 1_000), Share(3, 40))
    assert not rose(Share(0, 0), Share(40, 40))
    assert not rose(Share(0, 1_000), Share(5, 5))
    assert not rose(Share(300, 1_000), Share(0, 1_000))


def test_wilsons_interval_as_published() -> None:
    """Newcombe 1998, table I: 81 of 263 and 0 of 20."""
    assert [round(bound, 4) for bound in Share(81, 263).interval()] == [0.2553, 0.3662]
    assert [round(bound, 4) for bound in Share(0, 20).interval()] == [0.0, 0.1611]


def decided(
    town: UUID, adoption: UUID, revision: int, when: datetime, outcomes: list[str], *, test: bool = False
) -> None:
    with work(town):
        Case.objects.bulk_create(
            [
                Case(
                    authority_id=town, number=f"{revision}-{place}-{test}", adoption_id=adoption, service="muster",
                    adoption_revision=revision, title="Muster", applicant="", applicant_key="", received=when,
                    decided_at=when, outcome=outcome, is_test=test,
                )
                for place, outcome in enumerate(outcomes)
            ]
        )  # fmt: skip


@pytest.fixture
def wave(first: ReleaseRow, second: ReleaseRow, now: datetime) -> tuple[int, datetime]:
    """Everybody has the old version; the upgrade of all is about to begin. Gives its number and the day."""
    run(planned(first, now), now)
    return announced(second, now), now + LATER


@pytest.mark.db
def test_an_upgrade_after_which_more_is_refused_is_stopped(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime
) -> None:
    number, day = wave
    town = at(first, "koeln")
    assert town
    decided(town.authority_id, town.adoption_id, 1, now, ["granted"] * 190 + ["refused"] * 10)
    services.begin(number, now=day)
    while not queries.authorities_done(queries.rollout(number).id).count(town.authority_id):
        services.run_batch(number, actor=SYSTEM, now=day)
    assert services.watch_all() == []
    decided(town.authority_id, town.adoption_id, 2, day, ["refused"] * 25, test=True)
    assert services.watch_all() == []
    decided(town.authority_id, town.adoption_id, 2, day, ["granted"] * 15 + ["refused"] * 15)
    assert services.watch_all() == [number]
    row = queries.rollout(number)
    assert (row.state, row.why_stopped) == ("stopped", "refusals: 15 of 30, before 10 of 200")
    assert not services.run_batch(number, actor=SYSTEM, now=day)
    with pytest.raises(Refused, match="rollout_state"):
        services.pause(number)


@pytest.mark.db
def test_what_is_as_it_was_goes_on(wave: tuple[int, datetime], first: ReleaseRow, now: datetime) -> None:
    number, day = wave
    run(number, day)
    town = at(first, "koeln")
    assert town
    assert town.authority_id == id_of("koeln")
    decided(town.authority_id, town.adoption_id, 1, now, ["granted"] * 190 + ["refused"] * 10)
    decided(town.authority_id, town.adoption_id, 2, day, ["granted"] * 28 + ["refused"] * 2)
    found = services.watch(queries.rollout(number))
    assert (found.before.received, found.after.received, found.why_stop()) == (200, 30, "")
