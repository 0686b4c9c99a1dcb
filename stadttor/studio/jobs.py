"""The job that signs and publishes: it alone reads a publisher's private key, and sets every letter to check it."""

from uuid import UUID

from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.jobs import job


@job("studio.publish")
def publish_copy(*, authority_id: UUID, publication_id: UUID) -> None:
    """Safe to repeat."""
    from stadttor.studio.services.publishing import sign_and_publish

    sign_and_publish(authority_id=authority_id, publication_id=publication_id, actor=SYSTEM, now=now())
