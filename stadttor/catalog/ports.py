"""What the catalogue needs from outside: bytes of other installations' catalogues, and which upgrades are announced."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from stadttor.catalog.federation.refusals import CatalogueRefused

__all__ = [
    "CatalogueRefused",
    "Coming",
    "Fetching",
    "coming",
    "fetching",
    "use_coming",
    "use_fetching",
]


@dataclass(frozen=True)
class Coming:
    """An upgrade that is announced to an authority; at `href` it answers."""

    version: str
    law: str
    effective_on: date
    notice_days: int
    urgent: bool
    href: str


AskComing = Callable[[UUID, str], list[Coming]]
_coming: AskComing = lambda _authority_id, _package: []  # noqa: E731  # nobody announces


def use_coming(ask: AskComing) -> None:
    """Said once, at the start: who knows what is announced to an authority for a package."""
    global _coming
    _coming = ask


def coming(authority_id: UUID, package: str) -> list[Coming]:
    """The upgrades that are announced, the nearest first."""
    return _coming(authority_id, package)


class Fetching(Protocol):
    """Asks other installations, bounded in size and time. Whom it may ask is the operator's word."""

    def get(self, address: str, *, most: int) -> bytes:
        """What is there, whole, at most `most` bytes. Raises CatalogueRefused with a word for what went wrong."""


class _Nobody:
    def get(self, address: str, *, most: int) -> bytes:
        raise CatalogueRefused("host")


_make: Callable[[], Fetching] = _Nobody


def use_fetching(make: Callable[[], Fetching]) -> None:
    """Said once, at the start; made when somebody is asked, since most processes never ask."""
    global _make
    _make = make


def fetching() -> Fetching:
    """Whom to send; without one nobody is asked."""
    return _make()
