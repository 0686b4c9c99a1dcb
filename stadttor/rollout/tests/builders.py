"""Roll-outs for tests."""

from datetime import datetime, timedelta
from uuid import UUID

from stadttor.cases.models import Case
from stadttor.catalog.queries import ReleaseRow, SpreadRow, spread
from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import german_day
from stadttor.ground.work import work
from stadttor.rollout import services
from stadttor.rollout.rules.groups import Group
from stadttor.rollout.rules.notice import Notice
from stadttor.rollout.services import Plan
from stadttor.tenancy.queries import authority_by_slug

EVERYBODY = Group()
OPEN = ("muenchen", "nuernberg", "aschaffenburg", "weissenburg")


def planned(release: ReleaseRow, now: datetime, *, group: Group = EVERYBODY, batch: int = 5, **given: dict) -> int:
    """An adoption by everybody in the group; `given` are values by the name `all` or `key09` …"""
    values = {"" if key == "all" else key.removeprefix("key"): one for key, one in given.items()}
    return services.plan(Plan(release, "adopt", group, values, batch=batch), now=now)


def announced(release: ReleaseRow, now: datetime, *, first_percent: int = 0, days: int = 28, **given: dict) -> int:
    """An upgrade of everybody, in effect after the notice."""
    notice = Notice("§ 45 StVO", german_day(now) + timedelta(days=days), days)
    values = {"" if key == "all" else key.removeprefix("key"): one for key, one in given.items()}
    return services.plan(
        Plan(release, "upgrade", EVERYBODY, values, first_percent=first_percent, notice=notice, batch=5), now=now
    )


def run(number: int, now: datetime) -> None:
    """All batches of the present wave."""
    services.begin(number, now=now)
    while services.run_batch(number, actor=SYSTEM, now=now):
        pass


def take_back(number: int, now: datetime) -> None:
    """All of it."""
    services.start_taking_back(number)
    while services.take_back_batch(number, actor=SYSTEM, now=now):
        pass


def id_of(slug: str) -> UUID:
    found = authority_by_slug(slug)
    assert found
    return found.id


def at(release: ReleaseRow, slug: str) -> SpreadRow | None:
    """What an authority has of the package."""
    return {row.authority_id: row for row in spread(release.package_id)}.get(id_of(slug))


def applied(slug: str, adoption_id: object, when: datetime, *, test: bool = False) -> None:
    """An application at an authority."""
    with work(id_of(slug)):
        Case.objects.create(
            authority_id=id_of(slug), number="1", adoption_id=adoption_id, service="muster", title="Muster",
            applicant="", applicant_key="", received=when, is_test=test,
        )  # fmt: skip
