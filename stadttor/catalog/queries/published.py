"""What is published, and whose signatures are trusted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F

from stadttor.catalog.archive import TrustedKey
from stadttor.catalog.models import PackageVersion, PublisherKey
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.texts import OFFICIAL
from stadttor.catalog.stored import content_by_id
from stadttor.core.refused import not_found
from stadttor.ground.work import common

if TYPE_CHECKING:
    from django.db.models import QuerySet


@dataclass(frozen=True)
class VersionRow:
    """A published version. `is_revoked`: its publisher's key is no longer trusted, or took it back (`withdrawn` says why),
    so it cannot be adopted. `taken_from` is the catalogue of another installation, empty for what was published here."""

    id: UUID
    package: str
    slug: str
    version: str
    title: str
    summary: str
    publisher: str
    is_demo: bool
    sha256: str
    published_at: datetime
    manifest: Manifest
    missing_texts: Mapping[str, int]
    is_revoked: bool = False
    withdrawn: str = ""
    taken_from: str = ""


@dataclass(frozen=True)
class KeyRow:
    """A publisher's key, trusted or revoked."""

    kid: str
    publisher: str
    namespace: str
    trusted_since: datetime
    revoked_at: datetime | None


def trusted_keys() -> list[TrustedKey]:
    """The keys that may sign new packages."""
    with common():
        rows = PublisherKey.objects.filter(revoked_at=None).order_by("kid")
        return [TrustedKey(row.public_jwk, row.publisher, row.namespace) for row in rows]


def keys() -> list[KeyRow]:
    """Every key that was ever trusted, by publisher."""
    with common():
        rows = PublisherKey.objects.order_by("publisher", "trusted_since")
        columns = rows.values_list("kid", "publisher", "namespace", "trusted_since", "revoked_at")
        return [KeyRow(*row) for row in columns]


def newest_version(package: str) -> str | None:
    """The highest published version of a package."""
    with common():
        rows = PackageVersion.objects.filter(package__name=package).order_by("-major", "-minor", "-patch")
        return rows.values_list("version", flat=True).first()


def versions() -> list[VersionRow]:
    """Every published version, packages by name, the highest version of each first."""
    with common():
        rows = _rows().order_by("package__name", "-major", "-minor", "-patch")
        return [_version_row(row) for row in rows]


def version_for(version_id: UUID) -> tuple[VersionRow, PackageContent]:
    """A published version and what it holds. Raises Refused (404)."""
    with common():
        row = _rows().filter(id=version_id).first()
        if row is None:
            raise not_found()
        return _version_row(row), content_by_id(row.id, row.sha256)


def package_content(version_id: UUID) -> PackageContent:
    """What a published version holds. Raises Refused (404)."""
    return version_for(version_id)[1]


def _rows() -> "QuerySet[PackageVersion]":
    rows = PackageVersion.objects.select_related("package", "signed_by", "withheld").defer("archive")
    return rows.annotate(taken_from=F("imported__subscription__title"))


def _version_row(row: PackageVersion) -> VersionRow:
    content = content_by_id(row.id, row.sha256)
    texts = content.texts_in(OFFICIAL)
    return VersionRow(
        id=row.id,
        package=row.package.name,
        slug=row.package.slug,
        version=row.version,
        title=texts.text("title"),
        summary=texts.text("summary"),
        publisher=row.signed_by.publisher,
        is_demo=row.signed_by.is_demo,
        sha256=row.sha256,
        published_at=row.published_at,
        manifest=content.manifest,
        missing_texts={language: len(keys) for language, keys in content.missing_texts.items()},
        is_revoked=row.signed_by.revoked_at is not None or row.is_withdrawn,
        withdrawn=row.withheld.reason if row.is_withdrawn else "",
        taken_from=row.taken_from or "",  # type: ignore[attr-defined]  # annotated by _rows
    )
