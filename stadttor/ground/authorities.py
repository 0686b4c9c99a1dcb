"""The authority of a request, from its host name. The rows are public and few; each process keeps them for some seconds."""

import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from stadttor.ground.models import Authority
from stadttor.ground.rows import first
from stadttor.ground.work import common

KEEP_S = 5.0
STEERING = "steering"
"""The kind of an authority that serves no place and sees how far services are at the others."""


@dataclass(frozen=True)
class AuthorityRow:
    """What every page needs of its authority; the rest is tenancy's profile."""

    id: UUID
    slug: str
    name: str
    kind: str


_kept: dict[str | UUID, tuple[float, AuthorityRow | None]] = {}


def by_slug(slug: str) -> AuthorityRow | None:
    """The active authority of this slug, at most `KEEP_S` seconds old."""
    return _known(slug, slug=slug, active=True)


def by_id(authority_id: UUID) -> AuthorityRow | None:
    """The authority of this id, active or not, at most `KEEP_S` seconds old."""
    return _known(authority_id, id=authority_id)


def _known(key: str | UUID, **equal: Any) -> AuthorityRow | None:
    kept = _kept.get(key)
    if kept and kept[0] > time.monotonic():
        return kept[1]
    with common():
        row = first(Authority, **equal)
    found = AuthorityRow(row.id, row.slug, row.name, row.kind) if row else None
    if len(_kept) > 20_000:
        _kept.clear()
    _kept[key] = (time.monotonic() + KEEP_S, found)
    return found


def forget() -> None:
    """Drop what this process keeps (after a change, and between tests)."""
    _kept.clear()


def all_ids() -> list[UUID]:
    """Every active authority: for the watcher and the sealer, which go from one to the next."""
    with common():
        return list(Authority.objects.filter(active=True).order_by("id").values_list("id", flat=True))
