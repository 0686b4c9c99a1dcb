"""Who a service is for: competent authorities, who of them is in a group, where it does not apply."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from stadttor.catalog.queries import ReleaseRow
from stadttor.core.ars import Level
from stadttor.ground.work import common
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
    """The level that does a service in a Land, other than the package says."""

    land: str
    level: Level
    source: str


@dataclass(frozen=True)
class NotApplicableRow:
    """An authority where a service does not apply."""

    authority_id: UUID
    reason: str
    since: datetime


def competence_of(package_id: UUID) -> list[CompetenceRow]:
    """The Länder where another level than that of the package is competent."""
    with common():
        rows = Competence.objects.filter(package_id=package_id).order_by("land")
        return [CompetenceRow(row.land, cast(Level, row.level), row.source) for row in rows]


def not_applicable_at(package_id: UUID) -> dict[UUID, NotApplicableRow]:
    """The authorities where a package does not apply."""
    with common():
        rows = NotApplicable.objects.filter(package_id=package_id)
        return {row.authority_id: NotApplicableRow(row.authority_id, row.reason, row.since) for row in rows}


def targets(release: ReleaseRow, group: Group) -> Targets:
    """Whom a roll-out of this package to this group reaches."""
    levels = {row.land: row.level for row in competence_of(release.package_id)}
    all_of_them = competences(lambda land: levels.get(land, release.manifest.competent))
    apart = not_applicable_at(release.package_id)
    meant = [one for one in all_of_them.authorities if _holds(group, one)]
    return Targets(
        authorities=tuple(one for one in meant if one.authority.id not in apart),
        not_applicable=tuple(one for one in meant if one.authority.id in apart),
        nobody=tuple(place for place in all_of_them.nobody if group.holds((place.ars,), place.population or 0)),
    )


def _holds(group: Group, one: Competent) -> bool:
    return group.holds((place.ars for place in one.places), one.inhabitants)
