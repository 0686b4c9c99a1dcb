"""Facts the catalogue publishes: what an authority began or ceased to offer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class _AdoptionFact:
    authority_id: UUID
    adoption_id: UUID
    slug: str
    version: str
    at: datetime


@dataclass(frozen=True)
class Adopted(_AdoptionFact):
    """An authority took a package over, in test mode."""


@dataclass(frozen=True)
class WentLive(_AdoptionFact):
    """Citizens can apply from now on."""


@dataclass(frozen=True)
class Withdrawn(_AdoptionFact):
    """Nobody can begin a new application; open cases go on."""
