"""Reads of the catalogue: what is published, what an authority offers, the form behind a service's address."""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from stadttor.catalog.archive import TrustedKey
from stadttor.catalog.filling import with_parameters
from stadttor.catalog.models import Adoption, AdoptionRevision, PackageVersion, PublisherKey
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.deciding import outcomes_of
from stadttor.catalog.rules.manifest import Manifest
from stadttor.catalog.rules.semver import Version
from stadttor.catalog.rules.texts import OFFICIAL, Texts
from stadttor.catalog.stored import content_by_id
from stadttor.core.refused import not_found
from stadttor.forms.definition import FeeItem, FormDefinition
from stadttor.ground.work import common

KEEP_S = 2.0
"""How long a process may go on with what it knows of an adoption: a withdrawal reaches all processes after that."""
KEPT = 20_000


@dataclass(frozen=True, eq=False)
class AdoptedForm:
    """A service as one authority offers it at one revision; drafts and cases keep `revision_id`."""

    authority_id: UUID
    adoption_id: UUID
    revision_id: UUID
    slug: str
    state: str
    version_id: UUID
    version: str
    sha256: str
    parameters: Mapping[str, Any]
    content: PackageContent = field(repr=False)
    _texts: dict[str, Texts] = field(default_factory=dict, repr=False)

    @property
    def manifest(self) -> Manifest:
        return self.content.manifest

    @property
    def form(self) -> FormDefinition:
        return self.content.form

    @property
    def fees(self) -> tuple[FeeItem, ...]:
        return self.content.fees

    def texts(self, language: str) -> Texts:
        """The package's texts in a language with this authority's values; what is missing falls back to German."""
        found = self._texts.get(language)
        if found is None:
            found = with_parameters(self.content.texts_in(language), self.content.parameters, self.parameters)
            self._texts[language] = found
        return found

    def outcomes_of(self, section: str) -> Mapping[str, tuple[str, ...]]:
        """For which outcomes each of the `reasons` or `conditions` is; one that is not named is for every outcome."""
        return outcomes_of(self.content, section)


@dataclass(frozen=True)
class ServiceSummary:
    """A service in a list, in one language; `language` is the one the title is really in."""

    authority_id: UUID
    adoption_id: UUID
    slug: str
    title: str
    summary: str
    language: str
    state: str
    package: str
    leistung: str | None
    channels: tuple[str, ...]
    payment: str
    search: tuple[str, ...]


@dataclass(frozen=True)
class VersionRow:
    """A published version. `is_revoked`: its publisher's key is no longer trusted, so it cannot be adopted."""

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


@dataclass(frozen=True)
class AdoptionRow:
    """An adoption for the desk. `newest` is the id of a higher version, none when this is the newest."""

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
class KeyRow:
    """A publisher's key, trusted or revoked."""

    kid: str
    publisher: str
    namespace: str
    trusted_since: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class RevokedAdoption:
    """An adoption whose version was signed with a key; `authority` is the slug in its address."""

    authority_id: UUID
    authority: str
    adoption_id: UUID
    package: str
    version: str
    state: str


_NUMBERS = ("major", "minor", "patch")


# Trust


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


def adoptions_signed_by(kid: str) -> list[RevokedAdoption]:
    """The adoptions, whatever their state, whose present version was signed with this key."""
    columns = ("authority_id", "authority__slug", "id", "package__name", "version__version", "state")
    with common():
        rows = Adoption.objects.filter(version__signed_by__kid=kid).order_by("authority__slug", "package__name")
        return [RevokedAdoption(*row) for row in rows.values_list(*columns)]


def newest_version(package: str) -> str | None:
    """The highest published version of a package."""
    with common():
        rows = PackageVersion.objects.filter(package__name=package).order_by("-major", "-minor", "-patch")
        return rows.values_list("version", flat=True).first()


# Versions


def versions() -> list[VersionRow]:
    """Every published version, packages by name, the highest version of each first."""
    with common():
        rows = PackageVersion.objects.select_related("package", "signed_by").defer("archive")
        return [_version_row(row) for row in rows.order_by("package__name", "-major", "-minor", "-patch")]


def version_for(version_id: UUID) -> tuple[VersionRow, PackageContent]:
    """A published version and what it holds. Raises Refused (404)."""
    with common():
        rows = PackageVersion.objects.select_related("package", "signed_by").defer("archive")
        row = rows.filter(id=version_id).first()
        if row is None:
            raise not_found()
        return _version_row(row), content_by_id(row.id, row.sha256)


def package_content(version_id: UUID) -> PackageContent:
    """What a published version holds. Raises Refused (404)."""
    return version_for(version_id)[1]


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
        is_revoked=row.signed_by.revoked_at is not None,
    )


# What an authority offers

_forms: OrderedDict[tuple[UUID, str], tuple[float, AdoptedForm | None]] = OrderedDict()
_revisions: OrderedDict[UUID, AdoptedForm] = OrderedDict()
_COLUMNS = (
    "id", "adoption_id", "adoption__authority_id", "adoption__slug", "state", "version_id",
    "version__version", "version__sha256", "parameters",
)  # fmt: skip
NEWEST_SQL = """
SELECT r.id FROM catalog_adoption a JOIN catalog_adoptionrevision r ON r.adoption_id = a.id AND r.number = a.revision
WHERE a.authority_id = %s AND a.slug = %s
"""


def adopted_form(authority_id: UUID, slug: str, *, include_test: bool = False) -> AdoptedForm:
    """The service at this address, as offered now. Raises Refused (404) unless it is live (or in test, if included).

    At most `KEEP_S` old; the content is shared by all authorities that adopted the version.
    """
    key = (authority_id, slug)
    kept = _forms.get(key)
    if kept is None or kept[0] < time.monotonic():
        kept = (time.monotonic() + KEEP_S, _read_adopted(authority_id, slug))
        # What is not open yet is looked up anew: whoever opens a service looks at it at once.
        if kept[1] is not None and kept[1].state == "live":
            _keep(key, kept)
    found = kept[1]
    if found is None or found.state not in (("live", "test") if include_test else ("live",)):
        raise not_found()
    return found


def _keep(key: tuple[UUID, str], kept: tuple[float, AdoptedForm | None]) -> None:
    _forms[key] = kept
    while len(_forms) > KEPT:
        _forms.popitem(last=False)


def _read_adopted(authority_id: UUID, slug: str) -> AdoptedForm | None:
    """The newest revision: of what never changes this process may know the rest already."""
    with common(), connection.cursor() as cursor:
        cursor.execute(NEWEST_SQL, [authority_id, slug])
        row = cursor.fetchone()
    return adopted_revision(authority_id, row[0]) if row else None


def adopted_revision(authority_id: UUID, revision_id: UUID) -> AdoptedForm:
    """The service as it was when a draft or case began. Never changes.

    Raises Refused (404) for a revision of another authority.
    """
    found = _revisions.get(revision_id)
    if found is None:
        with common():
            found = _adopted(revision_id)
        if found is not None:
            _revisions[revision_id] = found
            while len(_revisions) > KEPT:
                _revisions.popitem(last=False)
    if found is None or found.authority_id != authority_id:
        raise not_found()
    return found


def _adopted(revision_id: UUID) -> AdoptedForm | None:
    row = AdoptionRevision.objects.filter(id=revision_id).values_list(*_COLUMNS).first()
    if row is None:
        return None
    _id, adoption_id, authority_id, slug, state, version_id, version, sha256, parameters = row
    content = content_by_id(version_id, sha256)
    return AdoptedForm(
        authority_id=authority_id,
        adoption_id=adoption_id,
        revision_id=revision_id,
        slug=slug,
        state=state,
        version_id=version_id,
        version=version,
        sha256=sha256,
        parameters=content.parameters.merged(parameters),
        content=content,
    )


def forget_offered(authority_id: UUID) -> None:
    """Drop what this process keeps of an authority's services, after a change."""
    for key in [key for key in _forms if key[0] == authority_id]:
        _forms.pop(key, None)


def offered(authority_id: UUID, language: str = OFFICIAL, *, include_test: bool = False) -> list[ServiceSummary]:
    """The services citizens can apply for here, by title."""
    states = ["live", "test"] if include_test else ["live"]
    with common():
        rows = Adoption.objects.filter(authority_id=authority_id, state__in=states)
        columns = rows.values_list("id", "slug", "state", "version_id", "version__sha256")
        found = [_summary(authority_id, row, language) for row in columns]
    return sorted(found, key=lambda one: one.title.casefold())


def _summary(authority_id: UUID, row: tuple[UUID, str, str, UUID, str], language: str) -> ServiceSummary:
    adoption_id, slug, state, version_id, sha256 = row
    return service_summary(authority_id, adoption_id, slug, state, content_by_id(version_id, sha256), language)


def service_summary(
    authority_id: UUID, adoption_id: UUID, slug: str, state: str, content: PackageContent, language: str
) -> ServiceSummary:
    """One service as lists show it."""
    texts, manifest = content.texts_in(language), content.manifest
    return ServiceSummary(
        authority_id=authority_id,
        adoption_id=adoption_id,
        slug=slug,
        title=texts.text("title"),
        summary=texts.text("summary"),
        language=texts.language_of("title"),
        state=state,
        package=manifest.id,
        leistung=manifest.leistung,
        channels=tuple(manifest.channels),
        payment=manifest.payment,
        search=tuple(manifest.search),
    )


def offering(slug: str, among: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these authorities offer a service now ("who is responsible?")."""
    with common():
        rows = Adoption.objects.filter(slug=slug, state="live", authority_id__in=among)
        return frozenset(rows.values_list("authority_id", flat=True))


# The desk


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


def _adoption_rows(rows: QuerySet[Adoption]) -> list[AdoptionRow]:
    found = list(rows.select_related("version", "package").defer("version__archive"))
    versions = PackageVersion.objects.filter(
        package__in=[row.package_id for row in found], signed_by__revoked_at=None
    ).only("package_id", *_NUMBERS)
    newest = {row.package_id: row for row in versions.order_by(*_NUMBERS)}
    return [_adoption_row(row, newest.get(row.package_id, row.version)) for row in found]


def _adoption_row(row: Adoption, newest: PackageVersion) -> AdoptionRow:
    """`newest` is the highest version that may be adopted; a revoked one in use may be higher still."""
    content = content_by_id(row.version_id, row.version.sha256)
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
        parameters=content.parameters.merged(row.parameters),
        newest=newest.id if is_newer else None,
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
