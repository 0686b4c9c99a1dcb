"""What is said about people outside any application, in modules that lie above this one. Wired in `site`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from stadttor.ground.erasing import Erased
from stadttor.ground.holdings import Tables
from stadttor.privacy.matching import Sought, is_told_of

__all__ = ["Naming", "Sought", "Told", "connect", "is_told_of", "namings"]


@dataclass(frozen=True)
class Told:
    """A text that names the person, or came from her address: `words` are its first ones, or who wrote it, for a lead."""

    id: UUID
    at: datetime
    words: str
    service: str = ""


class Naming(Protocol):
    """One kind of such texts; `kind` is a word of ours, the same in the audit chain."""

    kind: str

    def find(self, authority_id: UUID, sought: Sought) -> Sequence[Told]:
        """Those that name the person or came from her address."""

    def held(self, authority_id: UUID, told_id: UUID) -> Tables:
        """All rows of one, with what was sent about it."""

    def erase(self, authority_id: UUID, told_id: UUID) -> Erased:
        """All of one goes, inside the open work; nothing where it is gone already."""


_namings: tuple[Naming, ...] = ()


def connect(*, namings: Sequence[Naming]) -> None:
    """Join with the product: where else people are named."""
    global _namings
    _namings = tuple(namings)


def namings() -> tuple[Naming, ...]:
    """All of them."""
    return _namings
