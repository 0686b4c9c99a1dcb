"""Jobs of hand-over: the calls to targets, which people do not wait for."""

from uuid import UUID

from stadttor.exchange import services
from stadttor.ground.clock import now
from stadttor.ground.jobs import job

OUTSIDE = "outside"
"""The lane of the worker for calls to procedures of others."""


@job("exchange.deliver", queue=OUTSIDE)
def deliver(*, authority_id: UUID, hand_over_id: UUID) -> None:
    """Try once to have a target get what it is to get."""
    services.deliver(authority_id=authority_id, hand_over_id=hand_over_id, now=now())


@job("exchange.tidy", queue=OUTSIDE)
def tidy(*, authority_id: UUID, hand_over_id: UUID) -> None:
    """Take away what broken tries left with a target that does not get it any more."""
    services.tidy(authority_id=authority_id, hand_over_id=hand_over_id)


@job("exchange.look", queue=OUTSIDE)
def look(*, authority_id: UUID, target_id: UUID) -> None:
    """Try the connection to a target."""
    services.look_at_target(authority_id=authority_id, target_id=target_id, now=now())
