"""The jobs of a publisher. The one that signs and publishes alone reads its private key, and sets every letter to check it."""

from uuid import UUID

from stadttor.ground.actor import SYSTEM
from stadttor.ground.clock import now
from stadttor.ground.jobs import job


@job("studio.publish")
def publish_copy(*, authority_id: UUID, publication_id: UUID) -> None:
    """Safe to repeat."""
    from stadttor.studio.services.publishing import sign_and_publish

    sign_and_publish(authority_id=authority_id, publication_id=publication_id, actor=SYSTEM, now=now())


@job("studio.tell_answer")
def tell_answer(*, authority_id: UUID, request_id: UUID, line_key: int) -> None:
    """Mail those who asked what their publisher answered. Safe to repeat. `authority_id` is the publisher's."""
    from stadttor.studio.services.telling import tell_askers

    tell_askers(publisher_id=authority_id, request_id=request_id, number=line_key, now=now())
