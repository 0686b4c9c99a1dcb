"""What forms publish."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Submitted:
    """An application was accepted; its receipt exists."""

    authority_id: UUID
    submission_id: UUID


@dataclass(frozen=True)
class ProofInfected:
    """A proof in quarantine turned out to hold a virus: its content is deleted."""

    authority_id: UUID
    draft_id: UUID
    attachment_id: UUID


@dataclass(frozen=True)
class ProofReleased:
    """A proof left quarantine: it may be read now."""

    authority_id: UUID
    draft_id: UUID
