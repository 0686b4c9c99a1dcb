"""Who a service is for: competent authorities, who of them is in a group, where it does not apply."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from uuid import UUID

from stadttor.catalog.queries import ReleaseRow, release_at
from stadttor.core.ars import Level
from stadttor.ground.clock import german_day, now
from stadttor.ground.work import common
from stadttor.rollout.law import KnownLevel, known_level
from stadttor.rollout.models import Competence, NotApplicable
from stadttor.rollout.rules.groups import Group
from stadttor.tenancy.queries import AreaRow, Competent, competences


@dataclass(frozen=True)
class Targets:
    """The competent authorities of a group. `nobody` are places of the group whose authority does not take part here."""

    authorities: tuple[Competent, ...]
    not_applicable: tuple[Competent, ...]
    nobody: tuple[AreaRow, ...]

    @property
    def keys(self) -> int:
        """How many regional keys the targets are competent for."""
        return sum(len(one.places) for one in self.authorities)


@dataclass(frozen=True)
class CompetenceRow:
    """The level that does a service in a Land, other than the package says, since a day; municipalities of the kinds in
    `themselves` do it themselves."""

    land: str
    level: Level
    source: str
    since: date
    themselves: tuple[str, ...] = ()


@dataclass(frozen=True)
class NotApplicableRow:
    """An authority where a service does not apply."""

    authority_id: UUID
    reason: str
    since: datetime


def competence_of(package_id: UUID, on: date) -> list[CompetenceRow]:
    """The Länder where another level than that of the package is competent on a day."""
    with common():
        rows = Competence.objects.filter(package_id=package_id, since__lte=on).order_by("land", "-since")
        return [
            CompetenceRow(row.land, cast(Level, row.level), row.source, row.since, tuple(row.themselves))
            for row in rows.distinct("land")
        ]


@dataclass(frozen=True)
class StandingLevel:
    """The level that counts in a Land and what makes it so; unless `checked`, nobody compared it with the law of the Land."""

    land: str
    level: Level
    source: str
    checked: bool


def levels_of(release: ReleaseRow, lands: Iterable[str], on: date) -> list[StandingLevel]:
    """Which level does a service in these Länder: as the operator said, as the product knows, or as the package says."""
    said = {row.land: row for row in competence_of(release.package_id, on)}
    return [_standing(release, land, said.get(land), on) for land in lands]


def _standing(release: ReleaseRow, land: str, said: CompetenceRow | None, on: date) -> StandingLevel:
    if said:
        return StandingLevel(land, said.level, said.source, True)
    known = known_level(release.package, land, on)
    level = known.level if known and known.checked else release.manifest.competent
    return StandingLevel(land, level, known.source if known else "", bool(known and known.checked))


def level_at(release: ReleaseRow, on: date) -> Callable[[AreaRow], Level]:
    """Which level does a service at a place on a day: what the operator said, else what is sure by law, else the package's."""
    said = {row.land: row for row in competence_of(release.package_id, on)}
    lands: dict[str, CompetenceRow | KnownLevel | None] = {}
    competent = release.manifest.competent

    def of(land: str) -> CompetenceRow | KnownLevel | None:
        known = known_level(release.package, land, on)
        return said.get(land) or (known if known and known.checked else None)

    def level(place: AreaRow) -> Level:
        land = place.ars[:2]
        if land not in lands:
            lands[land] = of(land)
        row = lands[land]
        if row is None:
            return competent
        return "gemeinde" if place.kind in row.themselves else row.level

    return level


def not_applicable_at(package_id: UUID) -> dict[UUID, NotApplicableRow]:
    """The authorities where a package does not apply."""
    with common():
        rows = NotApplicable.objects.filter(package_id=package_id)
        return {row.authority_id: NotApplicableRow(row.authority_id, row.reason, row.since) for row in rows}


def level_of_service(slug: str, on: date) -> Callable[[AreaRow], Level] | None:
    """The same for the newest package with this address; none where the catalogue has no such package."""
    row = release_at(slug)
    return level_at(row, on) if row else None


def targets(release: ReleaseRow, group: Group, on: date | None = None) -> Targets:
    """Whom a roll-out of this package to this group reaches on a day, today if it is not said."""
    all_of_them = competences(level_at(release, on or german_day(now())))
    apart = not_applicable_at(release.package_id)
    meant = [one for one in all_of_them.authorities if _holds(group, one)]
    return Targets(
        authorities=tuple(one for one in meant if one.authority.id not in apart),
        not_applicable=tuple(one for one in meant if one.authority.id in apart),
        nobody=tuple(place for place in all_of_them.nobody if group.holds((place.ars,), place.population or 0)),
    )


def _holds(group: Group, one: Competent) -> bool:
    return group.holds((place.ars for place in one.places), one.inhabitants)
