"""Facts the catalogue publishes: what an authority began or ceased to offer. Ids only, they travel as jobs."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AdoptionFact:
    """The version is that of the adoption after the fact."""

    authority_id: UUID
    adoption_id: UUID
    version_id: UUID


class Adopted(AdoptionFact):
    """An authority took a package over, in test mode."""


class WentLive(AdoptionFact):
    """Citizens can apply from now on."""


class BackToTest(AdoptionFact):
    """Only staff can try it; open cases go on."""


class Upgraded(AdoptionFact):
    """New applications follow another version; what was begun keeps its own."""


class Withdrawn(AdoptionFact):
    """Nobody can begin a new application; open cases go on."""
