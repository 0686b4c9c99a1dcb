"""The services an appointment can be for: those with a form here and those that are only described."""

from uuid import UUID

from stadttor.appointments.ports import Service
from stadttor.catalog import queries as catalog
from stadttor.core.german_sort import sort_key
from stadttor.descriptions import queries as described


def services_of(authority_id: UUID, language: str) -> list[Service]:
    """By title. A package that is open here takes the place of the description with its address."""
    offered = catalog.offered(authority_id, language)
    known = {
        one.slug: Service(one.slug, one.title, one.language) for one in described.described_at(authority_id, language)
    }
    known |= {one.slug: Service(one.slug, one.title, one.language) for one in offered}
    return sorted(known.values(), key=lambda one: sort_key(one.title))
