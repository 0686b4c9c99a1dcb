"""What happens by the clock: who is told, what begins on its day, what was deferred."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from stadttor.catalog import services as adoptions
from stadttor.catalog.queries import ReleaseRow
from stadttor.catalog.tests.builders import ADLER
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.identity import services as identity
from stadttor.notices.models import Mail
from stadttor.rollout import queries, services
from stadttor.rollout.services import following, running
from stadttor.rollout.tests.builders import announced, at, id_of, planned, run
from stadttor.tenancy.services import create_authority

pytestmark = pytest.mark.db
LATER = timedelta(days=28)


@pytest.fixture
def number(first: ReleaseRow, second: ReleaseRow, now: datetime) -> int:
    """An upgrade that is announced; Frau Kern organises and Herr Olsen clerks in Weißenburg."""
    for name, role in (("kern", "organiser"), ("olsen", "clerk")):
        member(id_of("weissenburg"), name, role, now)
    run(planned(first, now), now)
    return announced(second, now, first_percent=20)


def member(authority_id: object, name: str, role: str, now: datetime) -> None:
    identity.create_member(
        authority_id=authority_id, email=f"{name}@rollout.example", name=name, roles=[role], unit_ids=[],
        password="Tauben auf dem Ellinger Tor 1926", actor=SYSTEM, now=now,
    )  # fmt: skip


def mails(authority_id: object) -> list[tuple[str, str]]:
    with work(authority_id):
        return list(Mail.objects.filter(authority_id=authority_id).order_by("created").values_list("kind", "recipient"))


def test_organisers_are_told_once_by_mail_also_that_it_does_not_come(number: int, now: datetime) -> None:
    """Report: an announced upgrade stood in a menu alone, and 28 days passed unseen."""
    town = id_of("weissenburg")
    told = [("upgrade_announced", "kern@rollout.example")]
    for _twice in range(2):
        services.follow(now=now)
        assert mails(town) == told
    with work(town):
        mail = Mail.objects.get(authority_id=town)
    assert (mail.values["law"], mail.values["version"]) == ("§ 45 StVO", "0.2.0")
    services.give_up(number)
    services.follow(now=now)
    services.follow(now=now + LATER)
    assert mails(town) == [*told, ("upgrade_given_up", "kern@rollout.example")]
    assert queries.rollout(number).state == "given_up"


def test_it_begins_on_its_day_and_goes_on_after_a_death(
    number: int, first: ReleaseRow, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report: the effective date passed and nothing ran."""
    services.follow(now=now)
    assert queries.rollout(number).state == "planned"
    with monkeypatch.context() as dead:
        dead.setattr(running, "_keep", lambda *_: 1 / 0)
        with pytest.raises(ExceptionGroup):
            services.follow(now=now + LATER)
    assert queries.rollout(number).state == "running"
    services.follow(now=now + LATER)
    row = queries.rollout(number)
    assert (row.state, row.wave) == ("watched", 1)


def test_who_deferred_gets_it_on_that_day(number: int, first: ReleaseRow, now: datetime) -> None:
    """Report: the day passed unless the operator remembered to try again."""
    until = german_day(now) + timedelta(days=40)
    services.object_to(authority_id=id_of("weissenburg"), number=number, until=until, reason="", actor=ADLER, now=now)
    services.follow(now=now + LATER)
    services.next_wave(number, now=now + LATER + timedelta(days=8))
    run_on(number, now + LATER + timedelta(days=8))
    services.follow(now=now + timedelta(days=39))
    assert version_of(first) == "0.1.0"
    services.follow(now=now + timedelta(days=40))
    assert (version_of(first), queries.rollout(number).state) == ("0.2.0", "done")


def dying(before: bool) -> Callable[..., None]:
    """What begins a roll-out, and dies before or after it."""

    def begin(number: int, **how: Any) -> None:
        if not before:
            running.begin(number, **how)
        raise MemoryError

    return begin


def test_a_death_right_after_the_beginning_leaves_nothing_behind(
    number: int, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Report: it was running, noted as announced, and nobody went on with it."""
    services.follow(now=now)
    with monkeypatch.context() as dead:
        dead.setattr(following, "begin", dying(before=False))
        with pytest.raises(ExceptionGroup):
            services.follow(now=now + LATER)
    services.follow(now=now + LATER)
    assert queries.rollout(number).state == "watched"


@pytest.mark.parametrize("before", [True, False])
def test_a_death_leaves_nobody_out_who_deferred(
    number: int, first: ReleaseRow, now: datetime, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    """Report: it was paused for ever, and no longer known who had deferred."""
    until = german_day(now) + timedelta(days=40)
    services.object_to(authority_id=id_of("weissenburg"), number=number, until=until, reason="", actor=ADLER, now=now)
    run(number, now + LATER)
    services.next_wave(number, now=now + LATER + timedelta(days=8))
    run_on(number, now + LATER + timedelta(days=8))
    with monkeypatch.context() as dead:
        dead.setattr(following, "begin", dying(before))
        with pytest.raises(ExceptionGroup):
            services.follow(now=now + timedelta(days=40))
    services.follow(now=now + timedelta(days=40))
    assert (version_of(first), queries.rollout(number).state) == ("0.2.0", "done")


def run_on(number: int, now: datetime) -> None:
    while services.run_batch(number, actor=SYSTEM, now=now):
        pass


def version_of(release: ReleaseRow) -> str:
    row = at(release, "weissenburg")
    assert row
    return row.version


def test_steering_bodies_are_told_of_what_fares_worse(number: int, now: datetime) -> None:
    body = create_authority(slug="land", name="Land", kind="steering", covers=[], actor=SYSTEM, now=now)
    services.make_steering(authority_id=body, keys=["09"], acts=True)
    member(body, "sommer", "steering", now)
    run(number, now + LATER)
    why, told = "refusals: 15 of 30, before 10 of 200", ("rollout_worse", "sommer@rollout.example")
    services.stop(number, why=why, now=now + LATER)
    for _twice in range(2):
        services.follow(now=now + LATER)
    assert mails(body) == [told]
    with work(body):
        assert Mail.objects.get(authority_id=body).values["why"] == "Ablehnungen: 15 von 30, vorher 10 von 200"
    # Report: the body let it go on, and of the second stop nobody heard.
    services.begin(number, now=now + LATER)
    services.stop(number, why=why, now=now + LATER + timedelta(hours=1))
    for _twice in range(2):
        services.follow(now=now + LATER + timedelta(hours=1))
    assert mails(body) == [told, told]


def test_a_version_that_was_taken_back_stops_it_and_says_so(number: int, second: ReleaseRow, now: datetime) -> None:
    services.follow(now=now)
    adoptions.withdraw_version(package=second.package, version="0.2.0", reason="Fehler", now=now)
    services.follow(now=now + LATER)
    row = queries.rollout(number)
    assert row.state == "stopped"
    assert "withdrawn by its publisher" in row.why_stopped
