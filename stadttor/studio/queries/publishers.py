"""Which authorities publish packages, and below which name."""

from dataclasses import dataclass
from uuid import UUID

from stadttor.core.refused import not_found
from stadttor.ground.rows import first
from stadttor.ground.work import common
from stadttor.studio.models import Publisher


@dataclass(frozen=True)
class PublisherRow:
    """A publisher: its packages' names begin with `namespace`; `name` stands in what it publishes."""

    authority_id: UUID
    namespace: str
    name: str
    key_file: str = ""
    four_eyes: bool = True


def publisher_at(authority_id: UUID) -> PublisherRow:
    """Raises Refused (404) for every authority that is none, whatever roles somebody has there."""
    with common():
        row = first(Publisher, authority_id=authority_id)
    if row is None:
        raise not_found()
    return PublisherRow(authority_id, row.namespace, row.name, row.key_file, row.four_eyes)
