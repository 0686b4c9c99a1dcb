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
    "Used",
    "coming",
    "fetching",
    "use_coming",
    "use_fetching",
    "use_used",
    "used",
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


@dataclass(frozen=True)
class Used:
    """How many cases were decided with values that began, and how many wait that were applied for with them; `href` lists them."""

    decided: int = 0
    waiting: int = 0
    href: str = ""


AskUsed = Callable[[UUID, UUID, UUID], Used]
_used: AskUsed = lambda _authority_id, _adoption_id, _dated_id: Used()  # noqa: E731  # nobody has cases


def use_used(ask: AskUsed) -> None:
    """Said once, at the start: who knows the cases of a service."""
    global _used
    _used = ask


def used(authority_id: UUID, adoption_id: UUID, dated_id: UUID) -> Used:
    """Where values were used that began on a day."""
    return _used(authority_id, adoption_id, dated_id)


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
