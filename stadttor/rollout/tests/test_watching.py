from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from stadttor.cases.models import Case, Question
from stadttor.catalog.models import AdoptionRevision
from stadttor.catalog.queries import ReleaseRow
from stadttor.core.refused import Refused
from stadttor.forms.models import Submission
from stadttor.ground.actor import SYSTEM
from stadttor.ground.rows import read
from stadttor.ground.web.language import speaking
from stadttor.ground.work import common, work
from stadttor.rollout import queries, services
from stadttor.rollout.models import BrokenPage
from stadttor.rollout.rules.watching import Share, broke, pages_broke, risen_of, rose
from stadttor.rollout.services.breaking import forget_broken, note_broken
from stadttor.rollout.tests.builders import announced, at, id_of, planned, run
from stadttor.rollout.wording import risen_texts

LATER = timedelta(days=28)


def test_a_share_that_is_surely_higher_rose() -> None:
    assert rose(Share(50, 1_000), Share(12, 40))
    assert not rose(Share(50, 1_000), Share(3, 40))
    assert not rose(Share(0, 0), Share(40, 40))
    assert not rose(Share(0, 1_000), Share(5, 5))
    assert not rose(Share(300, 1_000), Share(0, 1_000))


def test_errors_are_seen_in_a_handful() -> None:
    assert broke(Share(0, 1_000), Share(5, 5))
    assert not broke(Share(0, 1_000), Share(4, 4))
    assert not broke(Share(900, 1_000), Share(5, 5))
    # Where nobody applied before, there is nothing to compare with.
    assert broke(Share(0, 0), Share(5, 5))
    assert not broke(Share(0, 0), Share(1, 5))


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
    assert services.watch_all(now=day) == []
    decided(town.authority_id, town.adoption_id, 2, day, ["refused"] * 25, test=True)
    assert services.watch_all(now=day) == []
    decided(town.authority_id, town.adoption_id, 2, day, ["granted"] * 15 + ["refused"] * 15)
    assert services.watch_all(now=day) == [number]
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
    found = services.watch(queries.rollout(number), now=day)
    assert (found.before.received, found.after.received, found.why_stop()) == (200, 30, "")


def accepted(one: ReleaseRow, number: int, when: datetime, count: int, *, tried: int | None) -> None:
    """Applications in Köln with the adoption as of a revision, which are no cases; their job was tried so often."""
    town = at(one, "koeln")
    assert town
    with common():
        revision = AdoptionRevision.objects.get(adoption=town.adoption_id, number=number)
    with work(town.authority_id):
        for _one in range(count):
            row = Submission.objects.create(
                authority_id=town.authority_id, key=uuid4().hex, number=uuid4().hex, answers={}, token_hash=uuid4().bytes,
                token_sealed=b"", received=when, service="muster", adoption_id=town.adoption_id, language="de",
                revision_id=revision.id,
            )  # fmt: skip
            if tried is not None:
                failing(town.authority_id, "cases.open", tried, submission_id=row.id)


def failing(town: UUID, task: str, tried: int, **names: UUID) -> None:
    arguments = ", ".join(f'"{name}": "{value}"' for name, value in {"authority_id": town, **names}.items())
    read(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, attempts) VALUES ('default', %s, %s::jsonb, %s) RETURNING id",
        task, f"{{{arguments}}}", tried,
    )  # fmt: skip


@pytest.mark.db
@pytest.mark.parametrize(
    ("tried", "why"), [(7, "errors: 6 of 6, before 0 of 200"), (None, "errors: 6 of 6, before 0 of 200"), (0, "")]
)
def test_a_version_that_opens_no_case_is_stopped_before_twenty(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime, tried: int | None, why: str
) -> None:
    """Report: errors were divided by opened cases, so a version with which none could be opened never was stopped.

    What waits for its first try behind a worker that was away says nothing.
    """
    number, day = wave
    town = at(first, "koeln")
    assert town
    decided(town.authority_id, town.adoption_id, 1, now, ["granted"] * 200)
    services.begin(number, now=day)
    while services.run_batch(number, actor=SYSTEM, now=day) and at(first, "koeln") == town:
        pass
    accepted(first, 2, day, 6, tried=tried)
    assert services.watch_all(now=day + timedelta(minutes=10)) == ([number] if tried else [])
    later = day + timedelta(minutes=30)
    services.watch_all(now=later)
    row = queries.rollout(number)
    assert (row.state, row.why_stopped) == ("stopped" if why else "running", why)


@pytest.mark.db
def test_cases_whose_jobs_fail_again_and_again_are_errors_and_questions_back_count(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime
) -> None:
    number, day = wave
    run(number, day)
    town = at(first, "koeln")
    assert town
    decided(town.authority_id, town.adoption_id, 1, now, ["granted"] * 200)
    decided(town.authority_id, town.adoption_id, 2, day, ["granted"] * 30)
    with work(town.authority_id):
        for case in Case.objects.filter(authority_id=town.authority_id, adoption_revision=2)[:12]:
            Question.objects.create(authority_id=town.authority_id, case_id=case.id, asked_at=day, items=[])
            failing(town.authority_id, "site.file_application", 5, case_id=case.id)
            failing(town.authority_id, "cases.remind", 4, case_id=case.id)
    assert services.watch(queries.rollout(number), now=day).why_stop() == (
        "questions back: 12 of 30, before 0 of 200; errors: 12 of 30, before 0 of 200"
    )


def broken(release: ReleaseRow, slug: str, number: int, hours: int, each: int, when: datetime) -> None:
    """Pages of an authority that broke with its adoption as of a revision."""
    town = at(release, slug)
    assert town
    with common():
        revision = AdoptionRevision.objects.get(adoption=town.adoption_id, number=number)
    for hour in range(hours):
        for _one in range(each):
            note_broken(
                authority_id=town.authority_id, adoption_id=town.adoption_id, revision_id=revision.id,
                now=when + timedelta(hours=hour),
            )  # fmt: skip


def test_one_who_tries_again_and_again_is_no_broken_version() -> None:
    assert pages_broke(Share(0, 200), Share(10, 12), places=1, hours=3)
    assert pages_broke(Share(0, 200), Share(10, 12), places=2, hours=1)
    assert not pages_broke(Share(0, 200), Share(10, 12), places=1, hours=2)
    assert not pages_broke(Share(0, 200), Share(9, 11), places=2, hours=3)
    assert not pages_broke(Share(150, 200), Share(10, 12), places=2, hours=3)


@pytest.mark.db
def test_a_version_whose_form_breaks_before_anything_is_sent_is_stopped(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime
) -> None:
    """Report: what broke on the way to an application was counted nowhere."""
    number, day = wave
    run(number, day)
    town = at(first, "koeln")
    assert town
    decided(town.authority_id, town.adoption_id, 1, now, ["granted"] * 200)
    broken(first, "koeln", 1, 1, 2, now)
    broken(first, "koeln", 2, 1, 30, day)
    assert services.watch_all(now=day + timedelta(hours=1)) == []
    broken(first, "koeln", 2, 1, 30, day + timedelta(hours=1))
    assert services.watch_all(now=day + timedelta(hours=2)) == [], "one person at one address stopped the country"
    broken(first, "koeln", 2, 1, 6, day + timedelta(hours=2))
    assert services.watch_all(now=day + timedelta(hours=3)) == [number]
    why = queries.rollout(number).why_stopped
    assert why == "broken pages: 15 of 15, before 2 of 202"
    with speaking("de"):
        assert risen_texts(why) == ["Seiten mit Fehler: 15 von 15 Versuchen, vorher 2 von 202"]


@pytest.mark.db
def test_pages_that_break_at_two_authorities_stop_it_within_the_hour(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime
) -> None:
    number, day = wave
    run(number, day)
    broken(first, "koeln", 2, 1, 9, day)
    assert services.watch_all(now=day) == []
    broken(first, "hamburg", 2, 1, 5, day)
    assert services.watch_all(now=day) == [number]


@pytest.mark.db
def test_of_an_hour_no_more_count_however_often_the_service_was_set_anew(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime
) -> None:
    """Report: two later revisions gave ten in an hour."""
    number, day = wave
    run(number, day)
    town = at(first, "koeln")
    assert town
    with common(write=True):
        last = AdoptionRevision.objects.get(adoption=town.adoption_id, number=2)
        last.pk, last.number, last._state.adding = uuid4(), 3, True
        last.save(force_insert=True)
    broken(first, "koeln", 2, 1, 9, day)
    broken(first, "koeln", 3, 1, 9, day)
    found = services.watch(queries.rollout(number), now=day)
    assert (found.broken_after, found.places, found.hours) == (5, 1, 1)


@pytest.mark.db
def test_an_upgrade_that_broke_goes_on_after_the_mend_and_is_stopped_only_by_new_breaks(
    first: ReleaseRow, second: ReleaseRow, now: datetime
) -> None:
    """Report: what had broken before the word to go on stopped it again with the next look, for good."""
    run(planned(first, now), now)
    number, day = announced(second, now, first_percent=50), now + LATER
    services.begin(number, now=day)
    while services.run_batch(number, actor=SYSTEM, now=day):
        pass
    slug = next(slug for slug in ("koeln", "hamburg", "muenchen", "nuernberg") if _has(second, slug))
    broken(first, slug, 2, 3, 5, day)
    mended = day + timedelta(hours=4, minutes=20)
    assert services.watch_all(now=mended) == [number]
    services.begin(number, now=mended)
    assert services.watch_all(now=mended + timedelta(hours=1)) == []
    assert queries.rollout(number).state == "running"
    broken(first, slug, 2, 3, 5, mended + timedelta(hours=1))
    assert services.watch_all(now=mended + timedelta(hours=4)) == [number]


def _has(release: ReleaseRow, slug: str) -> bool:
    town = at(release, slug)
    return town is not None and town.version == release.version


@pytest.mark.db
def test_an_upgrade_that_is_done_is_watched_for_two_weeks_more(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime
) -> None:
    """Report: once all had it, nobody looked again."""
    number, day = wave
    run(number, day)
    town = at(first, "koeln")
    assert town
    decided(town.authority_id, town.adoption_id, 1, now, ["granted"] * 200)
    decided(town.authority_id, town.adoption_id, 2, day, ["refused"] * 30)
    assert services.watch_all(now=day + timedelta(days=15)) == []
    assert services.watch_all(now=day + timedelta(days=13)) == [number]
    assert services.watch_all(now=day + timedelta(days=13)) == []
    row = queries.rollout(number)
    (risen,) = risen_of(row.why_stopped)
    assert (row.state, risen.name, risen.after) == ("done", "refusals", Share(30, 30))
    services.start_taking_back(number)


@pytest.mark.db
def test_the_next_wave_is_not_begun_unjudged_without_a_word(
    first: ReleaseRow, second: ReleaseRow, now: datetime
) -> None:
    """Report: after a week the rest followed, also when nobody had applied with the new version."""
    run(planned(first, now), now)
    number, day = announced(second, now, first_percent=20), now + LATER
    run(number, day)
    later = day + timedelta(days=8)
    with pytest.raises(Refused, match="rollout_unjudged"):
        services.begin_next_wave(queries.rollout(number), unjudged=False, now=later)
    assert queries.rollout(number).state == "watched"
    services.begin_next_wave(queries.rollout(number), unjudged=True, now=later)
    assert queries.rollout(number).state == "running"


@pytest.mark.db
def test_counts_of_broken_pages_go_though_no_page_breaks_any_more(
    wave: tuple[int, datetime], first: ReleaseRow, now: datetime
) -> None:
    """Report: old ones were deleted only when another page of that authority broke."""
    broken(first, "koeln", 1, 1, 1, now)
    town = id_of("koeln")
    for days, left in ((119, 1), (121, 0)):
        forget_broken(authority_id=town, now=now + timedelta(days=days))
        with work(town):
            assert BrokenPage.objects.filter(authority_id=town).count() == left
