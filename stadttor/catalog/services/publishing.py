"""A signed archive becomes a version of the catalogue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError

from stadttor.catalog import archive as archives
from stadttor.catalog.models import Package, PackageVersion, PublisherKey, Withheld
from stadttor.catalog.queries import newest_version, trusted_keys
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.faults import refuse
from stadttor.catalog.rules.semver import parse_version
from stadttor.catalog.services.trusting import revoked_here
from stadttor.ground.work import common
from stadttor.processes.services import store_definition

if TYPE_CHECKING:
    from stadttor.catalog.signing import Verified


@dataclass(frozen=True)
class Published:
    """A version that is now in the catalogue; `is_new` is False when exactly this archive was there already."""

    version_id: UUID
    package: str
    version: str
    sha256: str
    is_new: bool


def publish(*, archive: bytes, now: datetime, private: bool = False) -> Published:
    """Put a signed archive into the catalogue after checking all of it. `private`: no catalogue for others names it.

    Raises PackageRefused, and then nothing is stored. Publishing the same archive again changes nothing.
    """

    def withhold(published: Published) -> None:
        Withheld.objects.create(version_id=published.version_id, kind="private", at=now)

    return publish_with(archive=archive, now=now, more=withhold if private else lambda published: None)


def publish_with(*, archive: bytes, now: datetime, more: Callable[[Published], None]) -> Published:
    """As `publish`; `more` is written in the same transaction, when the version is new."""
    # Here, because pages load this module for its other verbs and never publish: 8 MB in each web worker.
    from stadttor.catalog import signing
    from stadttor.catalog.checks import house_checks
    from stadttor.catalog.rules.checking import check_package

    opened = archives.open_archive(archive)
    verified = signing.verify(archive, trusted_keys(), newest_version(opened.id))
    if there := _published(verified):
        return there
    content = check_package(verified.files, house_checks()).accepted()
    if (content.manifest.id, content.manifest.version) != (verified.id, verified.version):
        raise refuse("package.yaml", 0, "The signed name or version is another one.", "Build the archive again.")
    try:
        with common(write=True):
            if content.process is not None:
                store_definition(xml=content.process, now=now)
            published = _store(archive, verified, content, now)
            more(published)
            return published
    except IntegrityError:
        # Somebody else published this version at the same moment: then it is there now, or refused as changed.
        if there := _published(verified):
            return there
        raise


def _published(verified: "Verified") -> Published | None:
    """The version when exactly this archive is there; a version never changes."""
    with common():
        rows = PackageVersion.objects.filter(package__name=verified.id, version=verified.version)
        there = rows.values_list("id", "sha256").first()
    if there is None:
        return None
    if there[1] != verified.sha256:
        text = f"Version {verified.version} is published already, with other contents."
        raise refuse("package.yaml", 0, text, "Raise the version number.")
    return Published(there[0], verified.id, verified.version, verified.sha256, is_new=False)


def _store(archive: bytes, verified: "Verified", content: PackageContent, now: datetime) -> Published:
    """Refused when the key was revoked since the archive was verified."""
    key = PublisherKey.objects.select_for_update().get(kid=verified.signer.kid)
    if key.revoked_at:
        raise revoked_here(key.kid)
    package, _ = Package.objects.get_or_create(name=verified.id, defaults={"slug": content.manifest.slug})
    version = parse_version(verified.version)
    row = PackageVersion.objects.create(
        package=package,
        version=verified.version,
        major=version.major,
        minor=version.minor,
        patch=version.patch,
        sha256=verified.sha256,
        archive=archive,
        signed_by=key,
        published_at=now,
    )
    return Published(row.id, verified.id, verified.version, verified.sha256, is_new=True)
