"""Authorities: by slug, host or id, and the places they serve."""

from collections.abc import Collection
from uuid import UUID

from django.conf import settings

from stadttor.core.ars import prefixes
from stadttor.ground import authorities
from stadttor.ground.authorities import AuthorityRow
from stadttor.ground.models import Authority
from stadttor.ground.work import common
from stadttor.tenancy.models import Coverage
from stadttor.tenancy.queries.places import areas_index
from stadttor.tenancy.rules.search import AreaRow


def row_of(authority: Authority) -> AuthorityRow:
    """The authority as pages see it."""
    return AuthorityRow(authority.id, authority.slug, authority.name, authority.kind)


def authority_by_slug(slug: str) -> AuthorityRow | None:
    """The active authority of this slug."""
    return authorities.by_slug(slug)


def authority_by_id(authority_id: UUID) -> AuthorityRow | None:
    """The authority of this id, active or not."""
    return authorities.by_id(authority_id)


def authority_by_host(host: str) -> AuthorityRow | None:
    """The authority whose portal answers on this host name, a port is ignored: `weissenburg.example.org:8000`."""
    name = host.split(":")[0].lower()
    slug = name.removesuffix(f".{settings.STADTTOR_DOMAIN}")
    return authorities.by_slug(slug) if slug and slug != name and "." not in slug else None


def portal_url(slug: str, *, scheme: str, host: str) -> str:
    """Where the portal of an authority answers, seen from a request's scheme and host (with port).

    It is a host name of its own; only on the demo's bare address (`127.0.0.1:8000`) it is a path.
    """
    name, _, port = host.partition(":")
    domain = settings.STADTTOR_DOMAIN
    if settings.STADTTOR_DEMO and name != domain and not name.endswith(f".{domain}"):
        return f"/~{slug}/"
    return f"{scheme}://{slug}.{domain}{':' if port else ''}{port}/"


def all_authorities() -> list[AuthorityRow]:
    """Every active authority that serves somebody, by name, for operators and the entrance page."""
    with common():
        rows = Authority.objects.filter(active=True).exclude(kind=authorities.STEERING)
        return [row_of(row) for row in rows.order_by("name")]


def areas_of(authority_id: UUID) -> list[AreaRow]:
    """The living municipalities an authority serves, in German order."""
    index = areas_index()
    with common():
        covered = tuple(Coverage.objects.filter(authority_id=authority_id).values_list("ars_prefix", flat=True))
    members = [
        area
        for area in index.by_code.values()
        if area.level == "gemeinde" and not area.dissolved and area.ars.startswith(covered)
    ]
    return sorted(members, key=lambda area: area.sort_key) if covered else []


def covers(authority_id: UUID, ars: str) -> bool:
    """Whether an authority serves the place of this regional key."""
    with common():
        return Coverage.objects.filter(authority_id=authority_id, ars_prefix__in=prefixes(ars)).exists()


def prefixes_of(authorities: Collection[UUID]) -> set[str]:
    """All ARS prefixes that one of these authorities covers."""
    with common():
        return set(Coverage.objects.filter(authority_id__in=list(authorities)).values_list("ars_prefix", flat=True))


def coverage_of(authority_id: UUID) -> list[str]:
    """The ARS prefixes of an authority."""
    with common():
        rows = Coverage.objects.filter(authority_id=authority_id)
        return list(rows.order_by("ars_prefix").values_list("ars_prefix", flat=True))
