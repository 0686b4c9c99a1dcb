"""What an authority has adopted, for its organisers and for whoever revokes a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from stadttor.catalog.members import members_of
from stadttor.catalog.models import Adoption, AdoptionRevision, PackageVersion, Preset
from stadttor.catalog.presets import presets_of, set_values
from stadttor.catalog.rules.semver import Version
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.catalog.stored import content_by_id
from stadttor.core.refused import not_found
from stadttor.ground.work import common

_NUMBERS = ("major", "minor", "patch")


@dataclass(frozen=True)
class AdoptionRow:
    """An adoption for the desk. `newest` is the id of a higher version, none when this is the newest; `unset` are the titles of
    required settings that nobody made, so that the service cannot be opened."""

    id: UUID
    slug: str
    title: str
    package: str
    version_id: UUID
    version: str
    state: str
    since: datetime
    parameters: Mapping[str, Any]
    newest: UUID | None = None
    newest_version: str = ""
    unset: tuple[str, ...] = ()


@dataclass(frozen=True)
class RevisionRow:
    """One change of an adoption."""

    number: int
    act: str
    version: str
    state: str
    at: datetime
    actor_id: UUID | None


@dataclass(frozen=True)
class RevokedAdoption:
    """An adoption whose version was signed with a key; `authority` is the slug in its address."""

    authority_id: UUID
    authority: str
    adoption_id: UUID
    package: str
    version: str
    state: str


def adoptions(authority_id: UUID) -> list[AdoptionRow]:
    """Everything an authority has adopted, whatever its state, by title."""
    with common():
        found = _adoption_rows(Adoption.objects.filter(authority_id=authority_id))
    return sorted(found, key=lambda one: one.title.casefold())


def adoption(authority_id: UUID, adoption_id: UUID) -> AdoptionRow:
    """One adoption. Raises Refused (404)."""
    with common():
        found = _adoption_rows(Adoption.objects.filter(authority_id=authority_id, id=adoption_id))
    if not found:
        raise not_found()
    return found[0]


def member_values(authority_id: UUID, adoption_id: UUID) -> Mapping[str, Mapping[str, Any]]:
    """What member municipalities have set otherwise now, by their regional key (ARS)."""
    with common():
        mine = Adoption.objects.filter(authority_id=authority_id, id=adoption_id)
        return members_of(mine.values_list("id", flat=True)).get(adoption_id, {})


def _adoption_rows(rows: QuerySet[Adoption]) -> list[AdoptionRow]:
    found = list(rows.select_related("version", "package").defer("version__archive"))
    versions = PackageVersion.objects.filter(
        package__in=[row.package_id for row in found], signed_by__revoked_at=None
    ).exclude(withheld__kind="withdrawn")
    versions = versions.only("package_id", *_NUMBERS)
    newest = {row.package_id: row for row in versions.order_by(*_NUMBERS)}
    presets = presets_of(row.id for row in found)
    return [_adoption_row(row, newest.get(row.package_id, row.version), presets.get(row.id)) for row in found]


def _adoption_row(row: Adoption, newest: PackageVersion, preset: Preset | None) -> AdoptionRow:
    """`newest` is the highest version that may be adopted; a revoked one in use may be higher still."""
    content = content_by_id(row.version_id, row.version.sha256)
    known = set_values(row, preset)
    is_newer = _numbers(newest) > _numbers(row.version)
    return AdoptionRow(
        id=row.id,
        slug=row.slug,
        title=content.texts_in(OFFICIAL).text("title"),
        package=row.package.name,
        version_id=row.version_id,
        version=row.version.version,
        state=row.state,
        since=row.since,
        parameters=content.parameters.merged(known),
        newest=newest.id if is_newer else None,
        unset=tuple(one.title for one in content.parameters.parameters if one.required and one.name not in known),
        newest_version=str(Version(newest.major, newest.minor, newest.patch)) if is_newer else "",
    )


def _numbers(version: PackageVersion) -> tuple[int, int, int]:
    return version.major, version.minor, version.patch


def history(authority_id: UUID, adoption_id: UUID) -> list[RevisionRow]:
    """The changes of an adoption, newest first."""
    with common():
        rows = AdoptionRevision.objects.filter(adoption__authority_id=authority_id, adoption_id=adoption_id)
        columns = rows.order_by("-number").values_list("number", "act", "version__version", "state", "at", "actor_id")
        return [RevisionRow(*row) for row in columns]


def revisions_tried_out(authority_id: UUID) -> frozenset[UUID]:
    """The revisions, present or past, in which a service of this authority was in test mode."""
    with common():
        rows = AdoptionRevision.objects.filter(adoption__authority_id=authority_id, state="test")
        return frozenset(rows.values_list("id", flat=True))


def adoptions_signed_by(kid: str) -> list[RevokedAdoption]:
    """The adoptions, whatever their state, whose present version was signed with this key."""
    columns = ("authority_id", "authority__slug", "id", "package__name", "version__version", "state")
    with common():
        rows = Adoption.objects.filter(version__signed_by__kid=kid).order_by("authority__slug", "package__name")
        return [RevokedAdoption(*row) for row in rows.values_list(*columns)]
