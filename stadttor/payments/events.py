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
    """The fee of a subject, or a part of it, goes back; `refund_id` tells one refund from another."""

    authority_id: UUID
    subject_id: UUID
    refund_id: UUID


@dataclass(frozen=True)
class DayClosed:
    """A day of the books was closed."""

    authority_id: UUID
    closing_id: UUID
