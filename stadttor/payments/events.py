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
    """So many cents of a subject's fee go back; `key` tells one refund from another."""

    authority_id: UUID
    subject_id: UUID
    cents: int = 0
    key: str = ""
