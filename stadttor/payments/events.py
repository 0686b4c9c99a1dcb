"""What payments publish."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Paid:
    """The fee of a subject came in."""

    authority_id: UUID
    subject_id: UUID


@dataclass(frozen=True)
class Refunded:
    """The fee of a subject was paid back."""

    authority_id: UUID
    subject_id: UUID
