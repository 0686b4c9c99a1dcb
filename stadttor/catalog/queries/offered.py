"""What citizens can apply for, as lists and searches show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from stadttor.catalog.models import Adoption, AdoptionRevision
from stadttor.catalog.rules.content import PackageContent
from stadttor.catalog.rules.texts import OFFICIAL, Texts
from stadttor.catalog.stored import content_by_id
from stadttor.ground.work import common


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


def has_live(authority_id: UUID) -> bool:
    """Whether citizens can apply for anything here."""
    with common():
        return Adoption.objects.filter(authority_id=authority_id, state="live").exists()


def once_offered(authority_id: UUID, slug: str, language: str) -> str:
    """The title of a service that citizens could find here and cannot now; empty for one they never saw."""
    with common():
        seen = AdoptionRevision.objects.filter(
            adoption__authority_id=authority_id, adoption__slug=slug, state="live"
        ).exclude(adoption__state="live")
        row = seen.order_by("-number").values_list("version_id", "version__sha256").first()
    return content_by_id(*row).texts_in(language).text("title") if row else ""


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
        search=(*manifest.search, *_words(texts)),
    )


def _words(texts: Texts) -> list[str]:
    """The everyday words of the language; German ones stand in package.yaml."""
    return [word for part in texts.own.get("search", "").split(",") if (word := part.strip().lower())]


def names_offered(authority_id: UUID) -> dict[str, list[tuple[str, ...]]]:
    """What each service that citizens can apply for here is called, by its address: title and everyday words of each language."""
    with common():
        rows = Adoption.objects.filter(authority_id=authority_id, state="live")
        columns = list(rows.values_list("slug", "version_id", "version__sha256"))
        return {slug: names_of(content_by_id(version_id, sha256)) for slug, version_id, sha256 in columns}


def names_of(content: PackageContent) -> list[tuple[str, ...]]:
    """Title and everyday words in each language that has a title."""
    return [(texts.own["title"], *_words(texts)) for texts in content.texts.values() if texts.own.get("title")]


def offering(slug: str, among: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these authorities offer a service now ("who is responsible?")."""
    with common():
        rows = Adoption.objects.filter(slug=slug, state="live", authority_id__in=among)
        return frozenset(rows.values_list("authority_id", flat=True))
