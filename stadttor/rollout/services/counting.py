"""Count for the cockpit how far each package is. Whoever looks reads counters and waits for nobody's wall."""

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from itertools import groupby
from uuid import UUID

from stadttor.catalog.queries import ReleaseRow, newest_releases, package_content
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.ground.work import common
from stadttor.rollout.models import Counted, FirstUse, Standing
from stadttor.rollout.queries.cockpit import CockpitRow, Used, cockpit, used_since
from stadttor.rollout.queries.targets import Targets
from stadttor.rollout.rules.stages import counts_of

log = logging.getLogger("stadttor.rollout")
LAND_DIGITS, KREIS_DIGITS = 2, 5


def count(release: ReleaseRow, *, now: datetime, found: Targets | None = None, used: Used | None = None) -> None:
    """Count one package anew; readers see the old counters until the new ones are there."""
    rows = cockpit(release, now=now, found=found, used=used)
    content = package_content(release.id)
    title = content.texts_in(OFFICIAL).text("title")
    standings = list(_standings(release, rows, {one.name: one.title for one in content.parameters.parameters}))
    with common(write=True):
        Counted.objects.update_or_create(
            package_id=release.package_id, defaults={"title": title, "by_land": _by_land(rows), "at": now}
        )
        Standing.objects.filter(package_id=release.package_id).delete()
        Standing.objects.bulk_create(standings, batch_size=500)
        now_used = [row.authority_id for row in rows if row.stage == "used"]
        FirstUse.objects.bulk_create(
            [FirstUse(package_id=release.package_id, authority_id=one, since=now) for one in now_used],
            ignore_conflicts=True,
        )


def count_all(*, now: datetime, used: Used | None = None) -> None:
    """Every package of the catalogue. Each authority is asked once what is used there (`used`, if not the cases).

    A package that fails keeps its old counters; what is open at an authority that fails counts as not used. Both are
    logged, the others are counted, and then it fails.
    """
    errors: list[Exception] = []
    asked = cache(_or_nothing(used or used_since(now), errors))
    for release in newest_releases():
        try:
            count(release, now=now, used=asked)
        except Exception as error:  # of any kind: one package must not keep the others from being counted
            log.exception("package %s was not counted", release.package_id)
            errors.append(error)
    if errors:
        raise ExceptionGroup("not everything was counted", errors)


def _or_nothing(used: Used, errors: list[Exception]) -> Used:
    """Nothing for an authority that fails, whose error is noted."""

    def ask(authority_id: UUID) -> frozenset[str]:
        try:
            return used(authority_id)
        except Exception as error:  # of any kind: one authority must not keep the others from being counted
            log.exception("authority %s was not asked what is used", authority_id)
            errors.append(error)
            return frozenset()

    return ask


def _by_land(rows: Iterable[CockpitRow]) -> dict[str, list[int]]:
    """Each Land's counts; the rows come in the order of their keys."""
    groups = groupby(rows, key=lambda row: row.key[:LAND_DIGITS])
    return {land: list(counts_of((row.stage, bool(row.blocked)) for row in group).numbers) for land, group in groups}


def _standings(release: ReleaseRow, rows: Iterable[CockpitRow], titles: Mapping[str, str]) -> Iterable[Standing]:
    """By Kreis; the rows come in the order of their keys. Settings are kept by their titles."""
    for kreis, group in groupby(rows, key=lambda row: row.key[:KREIS_DIGITS]):
        listed = list(group)
        yield Standing(
            package_id=release.package_id,
            kreis=kreis,
            counts=list(counts_of((row.stage, bool(row.blocked)) for row in listed).numbers),
            authorities=[
                [row.slug, row.name, row.stage, row.version, [titles.get(one, one) for one in row.blocked], row.said]
                for row in listed
            ],
        )
