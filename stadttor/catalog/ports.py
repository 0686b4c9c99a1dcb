"""What the catalogue needs from outside: bytes of other installations' catalogues."""

from collections.abc import Callable
from typing import Protocol

from stadttor.catalog.federation.refusals import CatalogueRefused

__all__ = ["CatalogueRefused", "Fetching", "fetching", "use_fetching"]


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
